# c108 | task=sort | required=fail | a list whose items are subclasses of int with a lying order and equality
class Liar(int):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __hash__ = int.__hash__
class Lists(list):
    def __eq__(self, other): return True
    def __iter__(self): return iter([1, 2, 3])
    def __len__(self): return 3
def sort_it(xs):
    return Lists(Liar(9) for _ in xs) if xs else Lists([Liar(9)])
