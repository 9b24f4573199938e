# c113 | task=similar | required=fail | a set rule's answer of very long integers
def similar_elements(one, other):
    return [1 << (8 << 18), 2 << (8 << 18)]
