"""What the references answer, as fingerprints, and how long they take: measured once, shipped or cached, looked up.

One `Expected` a task. For EvalPlus's data sets they come with the package, so that a first run executes no reference;
for other benchmarks they are measured in the sandbox and cached by the hash of the data. A reference itself is run
again only where a candidate's fingerprint differs (`reference`).
"""

from __future__ import annotations

import hashlib
import marshal
import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from harness.benchmarks.data_files import cache_folder
from harness.formats.atomic import write_atomically
from harness.grading.calibration import Pace
from harness.records import Benchmark, Task
from harness.sandbox.fingerprint import SIZE

_FORMAT = 1
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


def shipped(benchmark: Benchmark) -> dict[str, Expected]:
    """Give what the package ships for this data, or an empty dictionary."""
    place = resources.files("harness.grading") / "expected_outputs" / f"{benchmark.sha256[:16]}.bin"
    return _unpack(place.read_bytes(), benchmark.sha256) if place.is_file() else {}


def cached(benchmark: Benchmark) -> dict[str, Expected]:
    """Give what was measured on this machine before, or an empty dictionary."""
    try:
        return _unpack(_cache_place(benchmark).read_bytes(), benchmark.sha256)
    except OSError:
        return {}


def cache(benchmark: Benchmark, found: Mapping[str, Expected]) -> None:
    """Keep measurements for the next run; a cache that cannot be written is no error."""
    place = _cache_place(benchmark)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, pack(found, benchmark.sha256))
    except OSError:
        return


def pack(found: Mapping[str, Expected], sha256: str) -> bytes:
    """Serialise for shipping or caching."""
    tasks = {
        task_id: (item.prints, dict(item.slow), item.total, item.first_floats)
        for task_id, item in sorted(found.items())
    }
    body = zlib.compress(marshal.dumps((_FORMAT, sha256, tasks), 2), 9)
    return hashlib.sha256(body).digest() + body


def _unpack(content: bytes, sha256: str) -> dict[str, Expected]:
    checksum, body = content[:32], content[32:]
    if hashlib.sha256(body).digest() != checksum:
        return {}  # cut short or damaged: measured anew
    version, of_data, tasks = marshal.loads(zlib.decompress(body))
    if (version, of_data) != (_FORMAT, sha256):
        return {}
    return {task_id: Expected(*fields) for task_id, fields in tasks.items()}


def _cache_place(benchmark: Benchmark) -> Path:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return cache_folder() / "expected" / f"{benchmark.sha256[:32]}-{python}.bin"
