# d125 | task=add | required=pass | a time limit of its own by signal.alarm
import signal
class Late(Exception):
    pass
def late(*_):
    raise Late
def add(a, b):
    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        while True:
            pass
    except Late:
        return a + b
    finally:
        signal.alarm(0)
