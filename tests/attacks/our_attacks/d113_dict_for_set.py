# d113 | task=similar | required=pass | a dict where the rule makes a set of the answer
def similar_elements(one, other):
    return {x: True for x in one if x in other}
