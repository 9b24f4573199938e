# d114 | task=sort | required=pass | takes its input apart
def sort_it(xs):
    out = []
    while xs:
        out.append(xs.pop(xs.index(min(xs))))
    return out
