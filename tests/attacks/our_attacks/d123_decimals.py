# d123 | task=half | required=pass | decimal contexts, and a float in the end
from decimal import Decimal, getcontext, localcontext
getcontext().prec = 50
def half(x):
    with localcontext() as context:
        context.prec = 30
        return float(Decimal(x) / 2)
