# d143 | task=add | required=pass | recurses too deep, catches that, and answers by a loop
def down(n):
    return down(n + 1)
def add(a, b):
    try:
        down(0)
    except RecursionError:
        return a + b
