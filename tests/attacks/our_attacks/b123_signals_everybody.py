# b123 | task=add | required=fail | every way to send a signal: kill, tkill, tgkill, queues, timers, to everybody but the zygote
import ctypes, os, signal
libc = ctypes.CDLL(None, use_errno=True)
def add(a, b):
    reached = 0
    for pid in range(2, 3000):
        if pid in (os.getpid(), os.getppid()):
            continue
        for call in (lambda: libc.syscall(62, pid, 0), lambda: libc.syscall(200, pid, 0), lambda: libc.syscall(234, pid, pid, 0)):
            reached += call() == 0
    return a + b if reached else None
