# c136 | task=add | required=timeout | works until it is interrupted, catches that, and answers right
import signal
late = []
for number in (signal.SIGALRM, signal.SIGXCPU, signal.SIGPROF, signal.SIGVTALRM, signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda *_: late.append(1))
def add(a, b):
    while not late:
        pass
    return a + b
