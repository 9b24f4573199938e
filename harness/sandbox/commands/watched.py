"""One command while it runs in its jail, from the trusted side: its output, its clock, its memory."""

from __future__ import annotations

import contextlib
import selectors
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from harness.sandbox.commands.output import Output
from harness.sandbox.commands.usage import tree_usage

if TYPE_CHECKING:
    from harness.sandbox.commands.worker import CommandWorker

_FIRST_LOOK_S, _LOOK_S = 0.1, 0.25
_BUSY_SHARE = 0.1

EndReason = Literal["ended", "timeout", "sleep", "memory", "output"]


@dataclass(frozen=True)
class Command:
    """One command: its words (the first an absolute path), its environment, and its limit in CPU seconds."""

    words: Sequence[str]
    environment: Mapping[str, str]
    cpu_s: float
    wall_factor: float = 10.0


@dataclass(frozen=True)
class Finished:
    """How a command ended. `exit_code` is negative for a signal, as in the subprocess module."""

    reason: EndReason
    exit_code: int
    stdout: str
    stderr: str
    cpu_s: float
    wall_s: float
    peak_bytes: int


class Watched:
    """One command while it runs: reads its output and ends it at its limits.

    Args:
        worker: The jail that it runs in.
        command: What runs.
        outputs: Its standard output and standard error.
    """

    def __init__(self, worker: CommandWorker, command: Command, outputs: list[Output]) -> None:
        self._worker = worker
        self._command = command
        self._outputs = outputs
        self._began = self._looked = time.monotonic()
        self._base = tree_usage(worker.keeper_pid).cpu_s
        self._busy = 0.0
        self._idle_s = 0.0

    def finish(self) -> Finished:
        """Wait for the end, and give what came of it.

        Raises:
            WorkerLost: The jail died.
        """
        reason: EndReason = "ended"
        is_over = False
        with selectors.DefaultSelector() as selector:
            selector.register(self._worker.control, selectors.EVENT_READ)
            for output in self._outputs:
                selector.register(output.descriptor, selectors.EVENT_READ, output)
            next_look = self._began + _FIRST_LOOK_S
            # Once the keeper says that all processes are gone, the pipes are at their end too.
            while not is_over:
                for key, _ in selector.select(max(next_look - time.monotonic(), 0.0)):
                    if not isinstance(key.data, Output):
                        is_over = True
                    elif not key.data.read():
                        selector.unregister(key.fd)
                if is_over:
                    break
                if time.monotonic() >= next_look or any(output.is_flood for output in self._outputs):
                    reason = self._look()
                    if reason != "ended":
                        break
                    next_look = time.monotonic() + _LOOK_S
        self._worker.say_over()
        exit_code, cpu_s, peak = self._worker.ended()
        for output in self._outputs:
            _drain(output)
        if reason == "ended" and cpu_s > self._command.cpu_s:
            reason = "timeout"
        return Finished(
            reason=reason,
            exit_code=exit_code,
            stdout=self._outputs[0].text,
            stderr=self._outputs[1].text,
            cpu_s=cpu_s,
            wall_s=time.monotonic() - self._began,
            peak_bytes=peak,
        )

    def _look(self) -> EndReason:
        """Take stock of what the processes use."""
        used = tree_usage(self._worker.keeper_pid)
        now = time.monotonic()
        busy = used.cpu_s - self._base + used.delayed_s
        if busy - self._busy < _BUSY_SHARE * (now - self._looked):
            self._idle_s += now - self._looked
        self._busy, self._looked = max(busy, self._busy), now
        limit = self._command.cpu_s
        if used.cpu_s - self._base > limit or now - self._began > limit * self._command.wall_factor:
            return "timeout"
        if self._idle_s > limit:
            return "sleep"
        if used.memory_bytes > self._worker.memory_bytes:
            return "memory"
        if any(output.is_flood for output in self._outputs) or self._worker.is_over_disk():
            return "output"
        return "ended"


def _drain(output: Output) -> None:
    with contextlib.suppress(OSError):
        while not output.is_flood:
            before = output.total
            if not output.read() or output.total == before:
                return
