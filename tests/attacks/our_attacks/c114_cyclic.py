# c114 | task=sort | required=fail | a list that holds itself, as does what it is compared with
def sort_it(xs):
    xs.clear()
    xs.append(xs)
    return xs
