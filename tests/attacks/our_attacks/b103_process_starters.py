# b103 | task=add | required=fail | every way that Python has to start a process
import ctypes, multiprocessing, os, subprocess
WAYS = [lambda: os.fork(), lambda: os.forkpty(), lambda: os.posix_spawn("/bin/true", ["true"], {}),
        lambda: os.posix_spawnp("true", ["true"], {}), lambda: subprocess.Popen(["true"]),
        lambda: multiprocessing.get_context("fork").Process().start(),
        lambda: multiprocessing.get_context("spawn").Process().start(),
        lambda: os.spawnl(os.P_NOWAIT, "/bin/true", "true")]
def add(a, b):
    ways = 0
    for way in WAYS:
        try:
            if way() == 0:
                os._exit(0)
            ways += 1
        except (OSError, ValueError, AssertionError, RuntimeError, PermissionError):
            pass
    return a + b if ways or ctypes.CDLL(None).vfork() > 0 else None
