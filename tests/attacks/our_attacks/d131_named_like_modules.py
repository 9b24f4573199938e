# d131 | task=add | required=pass | files beside itself, imported as modules, named like the standard library's
import os, sys
sys.path.insert(0, os.getcwd())
with open("own_helper.py", "w") as file:
    file.write("def plus(a, b):\n    return a + b\n")
import own_helper
def add(a, b):
    return own_helper.plus(a, b)
