# a101 | task=add | required=fail | floods its channel with greetings for ever: every one is a proper frame
import os, struct
HELLO = struct.pack("<BII", 1, 0, 0) * 5000
def add(a, b):
    while True:
        for fd in range(3, 20):
            try:
                os.write(fd, HELLO)
            except OSError:
                pass
