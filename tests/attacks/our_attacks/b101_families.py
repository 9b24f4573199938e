# b101 | task=add | required=fail | sockets of every family and kind: netlink, packet, vsock, crypto, raw
import socket
def add(a, b):
    found = []
    for family in range(64):
        if family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6):
            continue
        for kind in (1, 2, 3, 5):
            try:
                found.append(socket.socket(family, kind))
            except OSError:
                pass
    for protocol in (1, 255):
        try:
            found.append(socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol))
        except OSError:
            pass
    return a + b if found else None
