# a121 | task=add | required=fail | returns a generator that never ends and yields nothing
def endless():
    while True:
        if False:
            yield
def add(a, b):
    return endless()
