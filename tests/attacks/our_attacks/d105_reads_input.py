# d105 | task=add | required=pass | input() with care for its end, and sys.stdin in every form
import sys
try:
    FIRST = input("a number? ")
except EOFError:
    FIRST = ""
def add(a, b):
    for line in sys.stdin:
        pass
    return a + b + len(FIRST) + len(sys.stdin.read()) + len(sys.stdin.buffer.read())
