# a107 | task=add | required=fail | sorts as much as there is memory for
def add(a, b):
    return sorted(range(10 ** 9), reverse=True)[0]
