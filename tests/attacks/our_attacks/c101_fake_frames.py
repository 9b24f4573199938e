# c101 | task=add | required=fail | sends proper frames of its own: batches, answers, refusals, early and many
import os, struct
def frame(kind, index, body):
    return struct.pack("<BII", kind, index, len(body)) + body
YES = b"T" + bytes(6) + b"\x01"
def add(a, b):
    for fd in range(3, 50):
        try:
            os.write(fd, frame(2, 0, YES * 3) + frame(3, 0, struct.pack("<BI", 0, 1) + b"T") * 3 + frame(4, 0, b"\0") + frame(5, 0, b""))
        except OSError:
            pass
    return None
