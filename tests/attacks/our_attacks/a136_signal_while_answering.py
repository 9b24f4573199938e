# a136 | task=add | required=any | interrupts itself with signals whose handlers raise, while it answers
import os, signal
def boom(*_):
    raise RuntimeError("boom")
for number in (signal.SIGUSR1, signal.SIGALRM, signal.SIGPROF, signal.SIGVTALRM):
    signal.signal(number, boom)
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
def add(a, b):
    return a + b
