# d103 | task=add | required=pass | recursion to a depth of 5000 under a limit of a million
import sys
sys.setrecursionlimit(10 ** 6)
def down(n):
    return 0 if n == 0 else 1 + down(n - 1)
def add(a, b):
    return a + b + down(5000) - 5000
