# b122 | task=add | required=fail | calls at abstract addresses that desktops, buses and other labs listen at
import socket
def add(a, b):
    for name in ("w-sandbox-canary", "w-sandbox-lab", "/tmp/.X11-unix/X0", "/run/dbus/system_bus_socket", "/org/kernel/linux"):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
            try:
                with socket.socket(socket.AF_UNIX, kind) as caller:
                    caller.connect("\0" + name)
            except OSError:
                continue
            return a + b
    return None
