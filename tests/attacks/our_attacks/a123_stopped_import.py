# a123 | task=check | required=timeout | stops itself while it is imported; the tests' calls wait
import os, signal
os.kill(os.getpid(), signal.SIGSTOP)
def double(x):
    return 2 * x
