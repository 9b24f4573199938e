# a122 | task=add | required=fail | a syntax tree too deep for the compiler
SOURCE = "+".join(["a"] * 200000)
def add(a, b):
    return eval(SOURCE)
