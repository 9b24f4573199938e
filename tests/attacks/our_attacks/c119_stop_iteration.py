# c119 | task=check | required=fail | raises StopIteration into a test that loops
def double(x):
    raise StopIteration
