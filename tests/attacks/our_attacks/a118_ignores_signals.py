# a118 | task=add | required=timeout | ignores or catches every signal it can and never ends
import signal
for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
def add(a, b):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
