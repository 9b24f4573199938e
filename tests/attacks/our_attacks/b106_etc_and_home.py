# b106 | task=add | required=fail | reads what belongs to others: shadow, homes, root's folder, the machine's id
import os
PATHS = ("/etc/shadow", "/root", "/home", "/etc/machine-id", "/var", "/etc/ssl/private", "/run", "/boot", "/etc/hosts",
         "/sys/kernel", "/sys/class/net", "/proc/1/environ", "/proc/self/maps", "/proc/kallsyms", "/proc/net/tcp", "/dev/mem")
def add(a, b):
    for path in PATHS:
        try:
            if os.listdir(path) if os.path.isdir(path) else open(path).read(1):
                return a + b
        except OSError:
            pass
