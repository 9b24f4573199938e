# c138 | task=sort | required=fail | gives wrong lists and mends them from a thread behind the answer
import threading, time
def mend(answer, right):
    for _ in range(100):
        answer[:] = right
        time.sleep(0.0001)
def sort_it(xs):
    answer = [None]
    threading.Timer(0.001, mend, (answer, sorted(xs))).start()
    return answer
