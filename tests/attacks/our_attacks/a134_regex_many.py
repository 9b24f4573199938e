# a134 | task=upper | required=timeout | backtracks in an expression for ever, without a moment for signals
import re
def upper(s):
    return re.match(r"(a|aa)+$", "a" * 60 + "b")
