# a102 | task=add | required=timeout | announces a long frame and sends it byte by byte, each sooner than anybody looks
import os, struct, time
def add(a, b):
    for fd in range(3, 20):
        try:
            os.write(fd, struct.pack("<BII", 2, 0, 1 << 20))
        except OSError:
            continue
        while True:
            os.write(fd, b"x")
            time.sleep(0.1)
