# d147 | task=add | required=pass | waits for three tenths of a second, once
import time
waited = []
def add(a, b):
    if not waited:
        waited.append(time.sleep(0.3))
    return a + b
