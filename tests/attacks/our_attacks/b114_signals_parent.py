# b114 | task=add | required=fail | stops its parent, its group and process 1 with every signal it can
import os, signal
def add(a, b):
    reached = 0
    for pid in (os.getppid(), 0 - os.getppid(), 1, 2):
        for number in (signal.SIGSTOP, signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV):
            try:
                os.kill(pid, number)
                reached += pid not in (1, os.getppid())
            except OSError:
                pass
    return a + b if reached else None
