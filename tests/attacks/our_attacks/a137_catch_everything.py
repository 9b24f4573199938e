# a137 | task=add | required=timeout | catches whatever interrupts it, and goes on
def add(a, b):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
