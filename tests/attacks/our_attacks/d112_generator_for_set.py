# d112 | task=similar | required=pass | a generator where the rule makes a set of the answer
def similar_elements(one, other):
    return (x for x in one if x in other)
