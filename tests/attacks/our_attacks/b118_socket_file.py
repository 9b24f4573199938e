# b118 | task=add | required=fail | connects to a socket file
import socket
def add(a, b):
    with socket.socket(socket.AF_UNIX) as line:
        line.connect("/tmp/attack-lab/canary/socket")
    return a + b
