# a116 | task=add | required=any | links in every form, fifos, sockets, devices and a sparse file of the largest size
import os, socket, stat
def attempt(function, *arguments):
    try:
        function(*arguments)
    except OSError:
        pass
def add(a, b):
    attempt(os.mkfifo, "fifo")
    attempt(os.mknod, "device", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    attempt(os.mknod, "block", stat.S_IFBLK | 0o666, os.makedev(8, 0))
    attempt(os.symlink, "/", "root")
    attempt(os.symlink, "loop", "loop")
    attempt(os.symlink, "/etc", "etc")
    attempt(os.link, "/etc/passwd", "hard")
    attempt(lambda: socket.socket(socket.AF_UNIX).bind("socket"))
    attempt(lambda: os.truncate(os.open("sparse", os.O_CREAT | os.O_RDWR), 1 << 40))
    attempt(lambda: os.mkdir("\udcff\udcfe -rf *\n"))
    attempt(lambda: os.mkdir("-rf"))
    return a + b
