# c112 | task=half | required=fail | a fraction of very long numbers
from fractions import Fraction
def half(x):
    return Fraction(10 ** 30000 + 1, 10 ** 29999 + 7)
