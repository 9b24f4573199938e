# d147 | task=add | required=pass | waits for seven tenths of a second, once
import time
waited = []
def add(a, b):
    if not waited:
        waited.append(time.sleep(0.7))
    return a + b
