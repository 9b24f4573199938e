# a117 | task=add | required=any | interval timers and alarms at the highest rate, with handlers that raise
import signal
def late(*_):
    raise KeyboardInterrupt
signal.signal(signal.SIGALRM, late)
signal.signal(signal.SIGVTALRM, late)
def add(a, b):
    signal.setitimer(signal.ITIMER_REAL, 1e-5, 1e-5)
    signal.setitimer(signal.ITIMER_VIRTUAL, 1e-5, 1e-5)
    return a + b
