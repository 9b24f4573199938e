# a104 | task=add | required=timeout | busy for a twentieth of the time, asleep for the rest
import time
def add(a, b):
    while True:
        until = time.perf_counter() + 0.005
        while time.perf_counter() < until:
            pass
        time.sleep(0.095)
