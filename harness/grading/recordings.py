"""Calls that a passing test program made, and what it was answered: so that the same answers pass without it.

HumanEval's `check` runs on the trusted side and calls into the sandbox one call at a time. Given the same answers it
makes the same calls (random numbers start from a fixed seed) and comes to the same end. So once a program has passed,
its calls and the fingerprints of its answers are kept; a later program is given all the calls at once, and if every
fingerprint is the same it has passed too. Any difference, and the tests run as they are.

Kept in memory and, as one small file a task, in the cache folder. Nothing of it can be seen from the sandbox.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
from dataclasses import dataclass
from pathlib import Path

from harness.benchmarks.data_files import cache_folder
from harness.formats.atomic import write_atomically
from harness.records import Task
from harness.sandbox.fingerprint import NEVER, expected_fingerprint

_FORMAT = 1


@dataclass(frozen=True)
class Recording:
    """The calls of one passing run."""

    inputs: bytes
    """Positional arguments of each call, dumped by marshal."""
    prints: bytes
    """Fingerprint of each answer."""


class Recorder:
    """Takes down the calls of one run, as long as they can be repeated from a list of positional arguments."""

    def __init__(self) -> None:
        self._inputs: list[bytes] = []
        self._prints: list[bytes] = []
        self._is_repeatable = True

    def note(self, arguments: tuple[object, ...], keywords: dict[str, object], value: object) -> None:
        """Take down one call and its answer. The arguments are kept as they are now."""
        print_ = expected_fingerprint(value)
        if keywords or print_ == NEVER:
            self._is_repeatable = False
        if self._is_repeatable:
            self._inputs.append(marshal.dumps(list(arguments), 2))
            self._prints.append(print_)

    def recording(self) -> Recording | None:
        """Give the recording of a run that passed, or None where it cannot be repeated."""
        if not self._is_repeatable or not self._inputs:
            return None
        inputs = [marshal.loads(item) for item in self._inputs]
        return Recording(marshal.dumps(inputs, 2), b"".join(self._prints))


class Recordings:
    """The recordings by task: looked up, or kept."""

    def __init__(self) -> None:
        self._known: dict[str, Recording | None] = {}

    def find(self, task: Task) -> Recording | None:
        """Give the recording of a task, if there is one."""
        if task.task_id not in self._known:
            self._known[task.task_id] = _read(_place(task))
        return self._known[task.task_id]

    def keep(self, task: Task, recording: Recording) -> None:
        """Keep a recording; a cache that cannot be written is no error."""
        self._known[task.task_id] = recording
        body = marshal.dumps((recording.inputs, recording.prints), 2)
        place = _place(task)
        with contextlib.suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(place, hashlib.sha256(body).digest() + body)


def _read(place: Path) -> Recording | None:
    try:
        content = place.read_bytes()
    except OSError:
        return None
    checksum, body = content[:32], content[32:]
    return Recording(*marshal.loads(body)) if hashlib.sha256(body).digest() == checksum else None


def _place(task: Task) -> Path:
    identity = marshal.dumps((_FORMAT, task.kind, task.prompt, task.entry_point, task.test), 2)
    return cache_folder() / "recordings" / f"{hashlib.sha256(identity).hexdigest()[:32]}.bin"
