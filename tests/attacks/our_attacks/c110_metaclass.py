# c110 | task=add | required=fail | a type whose own type lies about hash, equality, name and instances
class Meta(type):
    def __eq__(cls, other): return True
    def __hash__(cls): return hash(int)
    def __instancecheck__(cls, item): return True
    def __subclasscheck__(cls, item): return True
    @property
    def __name__(cls): raise SystemExit(0)
    __module__ = property(lambda cls: 1 / 0)
class Odd(metaclass=Meta):
    pass
def add(a, b):
    return Odd()
