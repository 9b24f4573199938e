"""The process between fuseval and a server that it started: it ends the server and all that it started, in any case.

Run by its path as `python server_keeper.py COMMAND...`, so it imports the standard library only. It ends when its
input is closed, which the kernel does for whoever dies, kill -9 included; when its parent is another one; and on
SIGTERM. A process that leaves the server's session becomes a child of this one, and is ended too.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_LOOK_MS = 200
_GRACE_S = 15.0


def main(command: Sequence[str]) -> int:
    """Keep one server until it ends or nobody wants it any more, and give its exit code.

    Args:
        command: Program and arguments.
    """
    parent = os.getppid()
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for fuseval, which closes the input
    ends: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: ends.append(number))

    def before_start() -> None:
        # Should this process be killed itself, the server is told at least.
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    server = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=before_start,  # noqa: PLW1509 - one thread
    )
    code: int | None = None
    poll = select.poll()
    poll.register(sys.stdin.fileno(), select.POLLIN)
    while code is None and not ends and os.getppid() == parent:
        if poll.poll(_LOOK_MS) and not os.read(sys.stdin.fileno(), 1):
            break
        code = _reap(server.pid)
    _end_all(server.pid)
    return code if code is not None else 128 + signal.SIGTERM


def _reap(wanted: int) -> int | None:
    """Take the ends of children; give the exit code of the one that is wanted, if it is among them."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == wanted:
                return os.waitstatus_to_exitcode(status)
            if pid == 0:
                return None
    return None


def _end_all(server: int) -> None:
    """Ask the server to end, and kill what is left of it and of its children after a while."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server, signal.SIGTERM)
    until = time.monotonic() + _GRACE_S
    while children := _descendants():
        if time.monotonic() > until:
            for pid in children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
        _reap(0)


def _descendants() -> list[int]:
    """Give the processes below this one that have not ended."""
    parents: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if name.isdecimal():
            with contextlib.suppress(OSError, ValueError, IndexError):
                with open(f"/proc/{name}/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
                parents[int(name)] = int(fields[1])
    found: list[int] = []
    below = {os.getpid()}
    while below:
        below = {pid for pid, parent in parents.items() if parent in below}
        found += below
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
