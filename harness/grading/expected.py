"""What a task's reference answers, as fingerprints, and how long it takes.

Measured once (`reference`), shipped with the package or cached (`expected_files`), then looked up. A reference is run
again only where a candidate's fingerprint differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.grading.calibration import Pace
from harness.records import Task
from harness.sandbox.fingerprint import SIZE

_WORTH_KEEPING = 5.0
"""Times below this many calibration loops are not kept: such a test is far from any limit."""


@dataclass(frozen=True)
class Expected:
    """A reference's outputs and times. Tests are counted through: base tests first, then plus tests."""

    prints: bytes
    """Eight bytes a test (`harness.sandbox.fingerprint`)."""
    slow: Mapping[int, float]
    """CPU time of the slow tests, in calibration loops."""
    total: float
    """CPU time of all tests, in calibration loops."""
    first_floats: tuple[int, int]
    """Index of the first base and first plus test whose output is made of floats; the number of tests if none is."""

    def first(self, tests: int) -> Expected:
        """Give what is expected of the first tests only (a benchmark that leaves the plus tests out)."""
        slow = {index: time for index, time in self.slow.items() if index < tests}
        return Expected(self.prints[: SIZE * tests], slow, self.total, self.first_floats)


def from_measurements(task: Task, measured: list[tuple[bytes, float, bool]], pace: Pace) -> Expected:
    """Condense the measurements of one task's reference.

    Args:
        task: The task.
        measured: Fingerprint, CPU seconds and "made of floats" of each test, base tests first.
        pace: Of the machine that it was measured on.
    """
    base = len(task.base_input)
    count = len(measured)
    floats = [index for index, (_, _, is_floats) in enumerate(measured) if is_floats]
    times = [seconds / pace.loop_s for _, seconds, _ in measured]
    return Expected(
        prints=b"".join(print_ for print_, _, _ in measured),
        slow={index: round(time, 1) for index, time in enumerate(times) if time >= _WORTH_KEEPING},
        total=round(sum(times), 1),
        first_floats=(
            next((index for index in floats if index < base), count),
            next((index for index in floats if index >= base), count),
        ),
    )
