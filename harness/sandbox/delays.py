"""What a process had to wait for a core: the difference between a program that sleeps and one on a busy machine."""

from __future__ import annotations

import contextlib
import os


class Delays:
    """How long a process's threads could have run but had no core, those that have ended included.

    The kernel keeps the account by thread and drops it with the thread. A thread that waits long for a core lives long,
    so it is seen before it ends.
    """

    def __init__(self) -> None:
        self._by_thread: dict[str, int] = {}
        self.total_s = 0.0

    def read(self, pid: int) -> float:
        """Take what was added since the last time (/proc/PID/task/*/schedstat, in nanoseconds); give all of it."""
        with contextlib.suppress(OSError, ValueError):
            for thread in os.listdir(f"/proc/{pid}/task"):
                with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{thread}/schedstat") as handle:
                    delayed = int(handle.read().split()[1])
                    before = self._by_thread.get(thread, 0)
                    # A smaller number is that of another thread, which was given the same id.
                    self.total_s += (delayed - before if delayed >= before else delayed) / 1e9
                    self._by_thread[thread] = delayed
        return self.total_s
