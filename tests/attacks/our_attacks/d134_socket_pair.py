# d134 | task=add | required=pass | a pair of sockets and a pipe of its own
import os, select, socket
def add(a, b):
    one, other = socket.socketpair()
    one.sendall(bytes([abs(a)]))
    end, start = os.pipe()
    os.write(start, b"x")
    select.select([other, end], [], [], 1)
    return other.recv(1)[0] + b
