"""How much the rows repeat each other, told by their words alone: no embedding model is needed.

The compression ratio is that of Shaib and others (arXiv 2403.00553): the size of all instructions together over their
size after gzip. It grows with the amount of text, so rows and seeds are compared at the same amount.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass

from fusion.duplicates import Duplicate, Duplicates
from fusion.inspection.subject import Subject

_LISTED = 20
_FEWEST_BYTES = 1000
"""Less text says nothing: gzip's own frame takes part of it."""


@dataclass(frozen=True)
class Sameness:
    """How much the rows repeat each other."""

    rows: int
    repeated: int
    """Rows whose instruction has the words of an earlier one."""
    near: int
    """Rows that share most of their runs of five words with an earlier one (MinHash, 0.7)."""
    pairs: tuple[Duplicate, ...]
    """The first ones of both."""
    compression: float | None
    seeds_compression: float | None
    """Of the seeds, over the same amount of text."""
    compared_bytes: int


def sameness_of(subject: Subject) -> Sameness:
    """Compare the instructions with each other.

    Args:
        subject: The rows, and the seeds where there are any.

    Example:
        >>> from fusion.dataset import Row
        >>> row = Row("a", "Write a function that reverses a list of words.", "", "", "seed", (), 0)
        >>> found = sameness_of(Subject("x", (row, row)))
        >>> found.repeated, found.near, found.pairs[0].method
        (1, 0, 'exact')
    """
    earlier = Duplicates()
    found = [hit for row in subject.rows if (hit := earlier.add(row.id, row.instruction))]
    exact = sum(hit.method == "exact" for hit in found)
    rows = _joined(row.instruction for row in subject.rows)
    seeds = _joined(seed.instruction for seed in subject.seeds.values())
    size = min(len(rows), len(seeds)) if seeds else len(rows)
    is_enough = size >= _FEWEST_BYTES
    return Sameness(
        len(subject.rows),
        exact,
        len(found) - exact,
        tuple(found[:_LISTED]),
        compression_ratio(rows[:size]) if is_enough else None,
        compression_ratio(seeds[:size]) if is_enough and seeds else None,
        size,
    )


def compression_ratio(text: bytes) -> float:
    """Say how many times smaller gzip makes a text: the larger, the more it repeats itself.

    Args:
        text: Not empty.

    Example:
        >>> compression_ratio(b"the same again " * 100) > 10
        True
    """
    return round(len(text) / len(gzip.compress(text, 9, mtime=0)), 4)


def _joined(texts: Iterable[str]) -> bytes:
    return "\n".join(texts).encode("utf-8", "surrogatepass")
