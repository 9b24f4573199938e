# a124 | task=add | required=fail | an exception whose text is half a gigabyte
def add(a, b):
    raise ValueError("x" * (1 << 29))
