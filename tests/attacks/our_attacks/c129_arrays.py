# c129 | task=halves | required=fail | arrays of objects that say yes, and a shape that asks for all memory
import numpy
class Yes:
    def __eq__(self, other): return True
def halves(xs):
    return numpy.array([Yes()] * len(xs), dtype=object)
