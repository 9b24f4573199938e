# c123 | task=check | required=fail | on the trusted side of a test program: a subclass of str that says yes
class Yes(str):
    def __eq__(self, other): return True
    __hash__ = str.__hash__
def double(x):
    return Yes("x")
