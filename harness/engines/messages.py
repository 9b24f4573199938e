"""What the pool and its judge processes say to each other, over a pipe between trusted processes."""

from __future__ import annotations

from dataclasses import dataclass

from harness.grading.expected import Expected
from harness.grading.judgement import Judgement
from harness.grading.prepared import PreparedTask
from harness.records import Limits, Task
from harness.sandbox.levels import Probe

Start = tuple[Limits, str]
"""First message to a judge process: its limits, and `auto`, `weak` or a level. No class that it had to import first."""


@dataclass(frozen=True)
class Ready:
    """The judge's answer to `Start`: its sandbox works as the probe says."""

    probe: Probe


@dataclass(frozen=True)
class Failed:
    """The judge could not do what was asked; `kind` names the class in `harness.errors` to raise."""

    kind: str
    message: str
    hint: str


@dataclass(frozen=True)
class Judge:
    """Judge one program on one task. `prepared` is None where this judge process has been sent the task before."""

    number: int
    task_id: str
    prepared: PreparedTask | None
    program: str
    is_last_word: bool
    """Whether nothing else runs now and a time-out counts."""
    checked: bool | None = None
    """Whether the quick way of the task's language works; None where its known programs have to be run first."""


@dataclass(frozen=True)
class Judged:
    """The outcome of a `Judge`."""

    number: int
    judgement: Judgement
    checked: bool | None = None
    """What is known of the task's language now."""


@dataclass(frozen=True)
class Measure:
    """Run a task's reference and measure it."""

    number: int
    task: Task


@dataclass(frozen=True)
class Measured:
    """The outcome of a `Measure`."""

    number: int
    expected: Expected
