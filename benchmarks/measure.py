"""Running one command and taking its wall time and the CPU time of everything it started.

The measuring process is a "child subreaper": a process that is left behind by its parent, or killed together with it,
becomes a child of this one. It is waited for, so its CPU time is in the account whoever started it. That holds for
process pools, managers, sandboxes and what runs in them.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_POLL_S = 0.005
_SETTLED_S = 0.5
"""A result file that has not grown for this long is complete."""


@dataclass(frozen=True)
class Measured:
    """What one command took, in seconds, and what it printed."""

    wall_s: float
    cpu_s: float
    output: str


def run(command: Sequence[str], environment: Mapping[str, str], result: Path | None = None) -> Measured:
    """Run a command to its end, and wait for everything it started.

    Args:
        command: Program and arguments.
        environment: Its whole environment.
        result: A file that the command writes last. The wall time ends with it, and so does the command: EvalPlus's
            process would stay up to 20 seconds longer, until a thread of it has slept out.

    Raises:
        RuntimeError: It failed; the message has its last words.
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = children_cpu()
    with tempfile.TemporaryFile("w+") as output:
        began = time.monotonic()
        process = subprocess.Popen(
            command, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        wall = _wait(process, began, result)
        _reap_others()
        output.seek(0)
        said = output.read()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{said[-2000:]}")
    return Measured(wall, children_cpu() - before, said)


def _wait(process: subprocess.Popen[bytes], began: float, result: Path | None) -> float:
    if result is None:
        process.wait()
        return time.monotonic() - began
    size, changed = 0, began
    while process.poll() is None:
        now = time.monotonic()
        if result.exists() and result.stat().st_size != size:
            size, changed = result.stat().st_size, now
        elif size and now - changed > _SETTLED_S:
            process.terminate()
            process.wait()
            process.returncode = 0
            break
        time.sleep(_POLL_S)
    return (changed if size else time.monotonic()) - began


def _reap_others() -> None:
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        return


def children_cpu() -> float:
    """CPU seconds of all processes that ended and were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
