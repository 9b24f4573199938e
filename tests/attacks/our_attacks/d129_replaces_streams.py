# d129 | task=add | required=pass | replaces, closes and reopens the standard streams
import io, sys
sys.stdin = io.StringIO("1 2\n")
sys.stdout.close()
sys.stdout = sys.stderr = io.StringIO()
def add(a, b):
    print("x", input())if a == 1 else None
    return a + b
