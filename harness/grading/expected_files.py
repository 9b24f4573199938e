"""Where expected outputs are kept: with the package for EvalPlus's data sets, in the cache for other benchmarks.

Shipped, so that a first run executes no reference; cached by the hash of the data. A file holds fingerprints and times,
nothing of a benchmark's own data, behind a checksum; one that is damaged or of another format counts as absent.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
import zlib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from harness.benchmarks.data_files import cache_folder
from harness.formats.atomic import write_atomically
from harness.grading.expected import Expected
from harness.records import Benchmark

_FORMAT = 1


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
