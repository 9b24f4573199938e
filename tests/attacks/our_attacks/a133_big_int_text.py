# a133 | task=upper | required=timeout | turns an integer of a hundred million digits into text
import sys
def upper(s):
    sys.set_int_max_str_digits(0)
    return str(1 << 400_000_000)
