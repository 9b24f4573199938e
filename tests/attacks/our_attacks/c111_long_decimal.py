# c111 | task=add | required=fail | a number that explodes when it is compared or turned into an integer
from decimal import Decimal
def add(a, b):
    return Decimal("1e999999999")
