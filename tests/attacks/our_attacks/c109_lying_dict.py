# c109 | task=count | required=fail | a dictionary whose views lie, and a key whose hash and equality do
class Key(str):
    def __eq__(self, other): return True
    def __hash__(self): return hash("a")
class Lies(dict):
    def items(self): return {"a": 2, "b": 1}.items()
    keys = __iter__ = lambda self: iter(("a", "b"))
    def __eq__(self, other): return True
def count(xs):
    return Lies({Key("z"): 9})
