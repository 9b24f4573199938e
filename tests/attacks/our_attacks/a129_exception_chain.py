# a129 | task=add | required=fail | a hundred thousand exceptions, each the cause of the next, with notes
def add(a, b):
    error = ValueError("first")
    for number in range(100_000):
        following = ValueError("x" * 100)
        following.__cause__ = error
        following.add_note("note")
        error = following
    raise error
