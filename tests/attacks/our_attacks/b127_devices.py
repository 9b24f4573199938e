# b127 | task=add | required=fail | memory, disks, terminals, consoles and virtual machines' devices
import os
def add(a, b):
    for path in ("/dev/mem", "/dev/kmem", "/dev/kmsg", "/dev/port", "/dev/vda", "/dev/sda", "/dev/tty", "/dev/console", "/dev/kvm", "/dev/fuse", "/dev/ptmx", "/dev/net/tun", "/dev/loop-control"):
        for flags in (os.O_RDONLY, os.O_RDWR):
            try:
                os.close(os.open(path, flags | os.O_NONBLOCK))
            except OSError:
                continue
            return a + b
    return None
