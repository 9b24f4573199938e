# c121 | task=sort | required=fail | a generator where a list is expected
def sort_it(xs):
    return (x for x in sorted(xs))
