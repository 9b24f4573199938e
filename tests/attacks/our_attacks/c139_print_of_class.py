# c139 | task=upper | required=fail | a str whose encoding, length and items are somebody else's
class Text(str):
    def encode(self, *a): return b"ABC"
    def __str__(self): return "ABC"
    def __len__(self): return 3
    def __iter__(self): return iter("ABC")
    def __reduce__(self): return (str, ("ABC",))
    __class__ = str
def upper(s):
    return Text("wrong")
