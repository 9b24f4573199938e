# c130 | task=halves | required=fail | a column as long as there is room for, to be compared with a row
import numpy
def halves(xs):
    return numpy.zeros((1 << 20, 1))
