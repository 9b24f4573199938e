# b119 | task=add | required=fail | userfaultfd, bpf, perf_event_open, kexec, modules, fanotify, open_by_handle_at, pidfds
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def add(a, b):
    for number in (323, 321, 298, 246, 313, 300, 304, 438, 434, 424, 425, 426, 427, 248, 249, 250, 272, 308, 165, 161, 155):
        if number in (434,):
            found = libc.syscall(number, 1, 0)
        else:
            found = libc.syscall(number, 0, 0, 0, 0, 0)
        if number in (323, 321, 298, 300, 425, 272) and found >= 0:
            return a + b
    return None
