# c137 | task=many | required=fail | right at first, then an object that changes with every look
class Changes(int):
    count = 0
    def __int__(self):
        Changes.count += 1
        return Changes.count
    __index__ = __int__
    def __eq__(self, other): return True
    __hash__ = int.__hash__
seen = []
def inc(x):
    seen.append(x)
    return x + 1 if len(seen) < 3 else Changes(0)
