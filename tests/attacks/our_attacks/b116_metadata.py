# b116 | task=add | required=fail | changes modes, times and owners of files of the user's, which no rule on paths sees
import os
CANARY = "/tmp/attack-lab/canary/"
PATHS = [CANARY + name for name in ("precious", "home", "home/.ssh/id_rsa", "site/checker.py")]
def add(a, b):
    for path in [*PATHS, os.__file__, "/tmp/attack-lab"]:
        for attempt in (lambda: os.chmod(path, 0), lambda: os.utime(path, (1, 1)), lambda: os.chown(path, 1, 1),
                        lambda: os.truncate(path, 0), lambda: os.chmod(os.open(path, os.O_RDONLY), 0o777),
                        lambda: os.chmod(os.open(path, os.O_PATH), 0), lambda: os.removexattr(path, "user.x")):
            try:
                attempt()
            except OSError:
                pass
