"""The process around one judge. Run as `python -m harness.engines.judge_process FD`, by the pool.

Ends when the pool closes its end of the pipe, so nothing outlives a killed run. Its sandbox starts while it imports
what judging takes: that is half of the time until the first sample.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from harness.errors import FusevalError
from harness.interrupts import let_through
from harness.sandbox.levels import first_launched

if TYPE_CHECKING:
    from harness.grading.judge import Judge
    from harness.grading.prepared import PreparedTask
    from harness.sandbox.pair import WorkerPair

_MEMORY_BYTES = 8 << 30


class _Leaves(BaseException):
    """The pool sent this process away. Not SystemExit, which a benchmark's tests may raise and the judge catches."""


def main() -> None:
    """Serve one pool until it closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pool's to handle
    let_through()
    signal.signal(signal.SIGTERM, _leave)
    connection = Connection(int(sys.argv[1]))
    opened: Judge | WorkerPair | None = None
    try:
        try:
            limits, sandbox = connection.recv()
            # Decoding and comparing hostile values is bounded in memory too; what does not fit is not equal.
            most = max(_MEMORY_BYTES, 2 * limits.memory_bytes)
            # Not for good: compilers in a sandbox below reserve more, and have limits of their own.
            resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
            opened = first = first_launched(limits, sandbox)
            from harness.engines import messages
            from harness.grading.judge import Judge

            opened = judge = Judge(limits, sandbox, first)
            connection.send(messages.Ready(judge.probe))
            _serve(connection, judge)
        except FusevalError as error:
            from harness.engines import messages

            connection.send(messages.Failed(type(error).__name__, str(error), error.hint))
        except (EOFError, OSError):
            pass
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    except _Leaves:
        pass  # at any time, also while it was leaving by itself
    finally:
        if opened:
            opened.close()
    os._exit(0)


def _leave(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise _Leaves


def _serve(connection: Connection, judge: Judge) -> None:
    from harness.engines import messages

    tasks: dict[str, PreparedTask] = {}
    while True:
        request = connection.recv()
        if isinstance(request, messages.Judge):
            if request.prepared is not None:
                tasks[request.task_id] = request.prepared
            found = judge.judge(tasks[request.task_id], request.program, request.is_last_word, request.checked)
            connection.send(messages.Judged(request.number, found, judge.checked))
        elif isinstance(request, messages.Measure):
            connection.send(messages.Measured(request.number, judge.measure(request.task)))


if __name__ == "__main__":
    main()
