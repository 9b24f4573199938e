# d110 | task=count | required=pass | an OrderedDict where a dict is expected
from collections import OrderedDict
def count(xs):
    return OrderedDict((x, xs.count(x)) for x in sorted(xs))
