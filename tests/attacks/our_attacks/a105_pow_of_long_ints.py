# a105 | task=add | required=timeout | one call of C code that takes minutes: a power of long integers
def add(a, b):
    return pow(3, 10 ** 9) % 7
