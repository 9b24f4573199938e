# a106 | task=add | required=timeout | one call of C code that takes hours: the sum of a range
def add(a, b):
    return sum(range(10 ** 12))
