# a139 | task=sort | required=fail | a chain of a hundred thousand iterators, one in another
def sort_it(xs):
    chain = iter(xs)
    for _ in range(100_000):
        chain = map(int, chain)
    return list(chain)
