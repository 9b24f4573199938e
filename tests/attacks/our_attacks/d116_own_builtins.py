# d116 | task=add | required=pass | names of builtins for its own things
def sum(*_): return None
def len(*_): return -1
def max(*_): return -1
class list: pass
type = str = int = bytes = tuple = dict = None
print = open = isinstance = repr = getattr = None
memoryview = bytearray = range = min = None
def add(a, b):
    return a + b
