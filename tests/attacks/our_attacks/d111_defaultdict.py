# d111 | task=count | required=pass | a defaultdict where a dict is expected
from collections import defaultdict
def count(xs):
    found = defaultdict(int)
    for x in xs:
        found[x] += 1
    return found
