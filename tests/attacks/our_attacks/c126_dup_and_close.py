# c126 | task=add | required=fail | moves the harness's channel elsewhere and talks in its place
import os, socket
def add(a, b):
    one, other = socket.socketpair()
    for fd in range(3, 20):
        if fd not in (one.fileno(), other.fileno()):
            try:
                os.dup2(one.fileno(), fd)
            except OSError:
                pass
    return None
