# c115 | task=half | required=fail | not a number, in the hope of a comparison that is the wrong way round
def half(x):
    return float("nan")
