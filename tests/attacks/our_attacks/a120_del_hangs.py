# a120 | task=add | required=any | a wrong answer whose __del__ and __repr__ never return
class Hang:
    def __del__(self):
        while True:
            pass
    __repr__ = __str__ = __del__
def add(a, b):
    return Hang()
