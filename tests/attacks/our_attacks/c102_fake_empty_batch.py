# c102 | task=add | required=fail | reports a batch of nothing, for ever
import os, struct
while True:
    for fd in range(3, 12):
        try:
            os.write(fd, struct.pack("<BII", 2, 0, 0) * 64)
        except OSError:
            pass
