# d109 | task=count | required=pass | a Counter where a dict is expected
from collections import Counter
def count(xs):
    return Counter(xs)
