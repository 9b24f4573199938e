# c118 | task=add | required=fail | a group of exceptions, nested and hostile
class Own(BaseException):
    def __str__(self): raise SystemExit(0)
    __repr__ = __str__
def add(a, b):
    raise BaseExceptionGroup("x" * 100000, [Own(), BaseExceptionGroup("y", [Own(), MemoryError()])])
