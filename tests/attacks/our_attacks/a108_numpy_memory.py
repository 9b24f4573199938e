# a108 | task=add | required=fail | a numpy array larger than the memory, touched
import numpy
def add(a, b):
    return int(numpy.ones((1 << 17, 1 << 13), dtype="f8").sum()) * 0 + a + b
