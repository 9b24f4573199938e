# b124 | task=add | required=fail | writes beside the interpreter, its packages and its caches
import os, sys, sysconfig
def add(a, b):
    for folder in {*sys.path, *sysconfig.get_paths().values(), os.path.dirname(os.__file__), "/usr/local", "/etc", "/", "/var/tmp", "/opt"}:
        if not folder or folder.startswith(os.getcwd()):
            continue
        try:
            with open(os.path.join(folder, "own-mark"), "w"):
                pass
        except OSError:
            continue
        try:
            os.unlink(os.path.join(folder, "own-mark"))
        finally:
            if folder not in ("/", "/var/tmp", "/tmp"):
                return a + b
    return None
