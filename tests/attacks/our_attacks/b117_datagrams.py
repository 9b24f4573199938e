# b117 | task=add | required=fail | sends to a socket file through one of a pair of datagram sockets
import socket
def add(a, b):
    one, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendto(b"b117", "/tmp/attack-lab/canary/datagrams")
    return a + b
