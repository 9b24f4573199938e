"""A task made ready for judging: its inputs as bytes, the expected fingerprints, its limits."""

from __future__ import annotations

import marshal
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from harness.grading.calibration import Pace
from harness.grading.expected import Expected
from harness.records import Limits, Task
from harness.sandbox.fingerprint import SIZE


@dataclass(frozen=True)
class Part:
    """The base tests or the plus tests of a task: tests `start` to `end`, counted through over both."""

    start: int
    end: int
    first_floats: int
    """Index of the first test whose expected output is made of floats (`end` or more: none)."""


@dataclass(frozen=True)
class PreparedTask:
    """What a judge needs to know of one task. Travels to the judge process once."""

    task: Task
    """Without its inputs, which are in `inputs`."""
    inputs: bytes = b""
    """All inputs, base first, dumped by marshal: what the sandbox is given, where tests are calls."""
    prints: bytes = b""
    parts: Mapping[str, Part] = field(default_factory=dict)
    """`base` and, in a benchmark that has them, `plus`; only for tests that are calls."""
    slow: Mapping[int, float] = field(default_factory=dict)
    """The reference's CPU time on the tests that it needs long for, in calibration loops."""
    total: float = 0.0
    """The reference's CPU time on all tests, in calibration loops."""

    def expected_prints(self, start: int, end: int) -> bytes:
        """Give the expected fingerprints of a run of tests."""
        return self.prints[SIZE * start : SIZE * end]


@dataclass(frozen=True)
class TestLimits:
    """The CPU limits of one task's tests, in seconds of this machine at its present pace.

    Example:
        >>> prepared = PreparedTask(Task("Demo/0", "", "f", ""), slow={1: 1000.0})
        >>> limits = TestLimits.of(prepared, Limits(), Pace(0.002))
        >>> limits.stretch(0, 3), limits.stretch(1, 3), limits.stretch(2, 3)
        ((1, 4.0), (2, 8.0), (3, 4.0))
    """

    floor_s: float
    part_s: float
    """For all tests of a part together."""
    slow_s: Mapping[int, float]
    """For the tests that may take longer than the floor."""
    is_one_by_one: bool = False
    """Whether every test is a run of its own, so that the one that takes too long is known by name."""

    @classmethod
    def of(cls, prepared: PreparedTask, limits: Limits, pace: Pace, is_one_by_one: bool = False) -> TestLimits:
        """Work out the limits: a multiple of the reference's own time, or the floor."""
        floor = limits.floor_s * pace.stretch
        slow = {test: limits.factor * pace.seconds(loops) for test, loops in prepared.slow.items()}
        part = max(limits.total_s * pace.stretch, limits.factor * pace.seconds(prepared.total))
        return cls(floor, part, {test: limit for test, limit in slow.items() if limit > floor}, is_one_by_one)

    def stretch(self, start: int, end: int) -> tuple[int, float]:
        """Give the end of a run of tests from `start` that share one limit, and that limit."""
        if start in self.slow_s or self.is_one_by_one:
            return start + 1, self.slow_s.get(start, self.floor_s)
        return min((test for test in self.slow_s if start < test < end), default=end), self.floor_s


def prepare(task: Task, expected: Expected | None, is_plus: bool) -> PreparedTask:
    """Make a task ready.

    Args:
        task: The task.
        expected: What its reference answers; None where its tests are a program, not calls.
        is_plus: Whether the benchmark has plus tests; a single task of it may have none.
    """
    bare = replace(task, base_input=[], plus_input=[])
    if expected is None:
        return PreparedTask(bare)
    base, end = len(task.base_input), len(task.base_input) + len(task.plus_input)
    parts = {"base": Part(0, base, expected.first_floats[0])}
    if is_plus:
        parts["plus"] = Part(base, end, expected.first_floats[1])
    return PreparedTask(
        task=bare,
        inputs=marshal.dumps([*task.base_input, *task.plus_input], 2),
        prints=expected.prints,
        parts=parts,
        slow=expected.slow,
        total=expected.total,
    )
