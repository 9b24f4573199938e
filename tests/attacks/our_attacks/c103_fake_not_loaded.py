# c103 | task=add | required=fail | says of itself that it did not load, with the tag of a value
import os, struct
for fd in range(3, 12):
    try:
        os.write(fd, struct.pack("<BII", 4, 0, 2) + b"\0T")
    except OSError:
        pass
def add(a, b):
    return None
