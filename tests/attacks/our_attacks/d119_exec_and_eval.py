# d119 | task=add | required=pass | makes its function by exec, calls it by eval
exec("def plus(x, y):\n    return x + y")
def add(a, b):
    return eval("plus(a, b)")
