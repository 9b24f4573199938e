# c107 | task=add | required=fail | an object that says yes to everything anybody can ask of it
class Yes:
    def __getattribute__(self, name):
        if name == "__class__":
            return int
        return object.__getattribute__(self, name)
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __hash__(self): return 3
    def __bool__(self): return True
    def __len__(self): return 0
    def __iter__(self): return iter(())
    def __float__(self): return 3.0
    def __int__(self): return 3
    __index__ = __int__
    def __array__(self, *_, **__): return __import__("numpy").array(3)
    def __sub__(self, other): return 0
    __rsub__ = __add__ = __radd__ = __sub__
    def __abs__(self): return 0
    def __reduce_ex__(self, protocol): return (int, (3,))
def add(a, b):
    return Yes()
