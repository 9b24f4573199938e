# a109 | task=add | required=fail | a text larger than the memory
def add(a, b):
    return len("ab" * (1 << 36)) * 0 + a + b
