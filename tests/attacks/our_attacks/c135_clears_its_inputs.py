# c135 | task=sort | required=fail | empties its input and gives that back
def sort_it(xs):
    xs.clear()
    return xs
