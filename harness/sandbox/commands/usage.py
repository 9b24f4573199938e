"""What a tree of processes has used, read from outside by the trusted side, from /proc."""

from __future__ import annotations

import contextlib
import os
from typing import NamedTuple

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class TreeUsage(NamedTuple):
    """Of all processes below one, and of those that ended and were waited for."""

    cpu_s: float
    delayed_s: float
    """Time in which they could have run but had no core."""
    memory_bytes: int


def children(pid: int) -> list[int]:
    """List the children of a process; of one that is gone, none.

    Args:
        pid: The process.

    Example:
        >>> os.getpid() in children(os.getppid())
        True
    """
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{thread}/children") as handle:
                found += [int(word) for word in handle.read().split()]
    return found


def tree_usage(root: int) -> TreeUsage:
    """Sum up what the processes below `root` use, and what those that `root` waited for have used.

    Args:
        root: The keeper's process id, which itself is not counted.
    """
    cpu = _ended_children_s(root)
    delayed = memory = 0.0
    pending = children(root)
    while pending:
        pid = pending.pop()
        pending += children(pid)
        with contextlib.suppress(OSError, ValueError, IndexError):
            # The name may hold spaces and parentheses; the fields behind it are numbers.
            with open(f"/proc/{pid}/stat") as handle:
                fields = handle.read().rpartition(")")[2].split()
            cpu += sum(map(int, fields[11:15])) * _TICK_S
            memory += int(fields[21]) * _PAGE
            delayed += _delayed_s(pid)
    return TreeUsage(cpu, delayed, int(memory))


def _ended_children_s(pid: int) -> float:
    with contextlib.suppress(OSError, ValueError, IndexError):
        with open(f"/proc/{pid}/stat") as handle:
            fields = handle.read().rpartition(")")[2].split()
        return (int(fields[13]) + int(fields[14])) * _TICK_S
    return 0.0


def _delayed_s(pid: int) -> float:
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{pid}/task/{thread}/schedstat") as file:
            total += int(file.read().split()[1])
    return total / 1e9
