"""Which instructions are rated and in what order: as many rows as seeds, mixed, and nothing that tells them apart.

The order depends on the instructions' ids and a number alone. Every rater gets the same one, so that agreement can be
told; a larger sample begins with the smaller one, and rows that are added later move nothing but make room.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fusion.inspection.subject import Subject
from fusion.review.reviews import Origin


@dataclass(frozen=True)
class Item:
    """One instruction to rate."""

    key: str
    """How the page calls it; says nothing of where it comes from."""
    id: str
    origin: Origin
    text: str


def sample_of(subject: Subject, count: int, seed: int = 123) -> list[Item]:
    """Draw the instructions that are rated.

    Args:
        subject: The data set.
        count: How many, rows and seeds together; where one of the two has too few, the other fills up.
        seed: Of the order.

    Example:
        >>> from fusion.dataset import Row
        >>> from fusion.seeds import Seed
        >>> rows = tuple(Row(f"r{n}", f"Row {n}.", "", "", "fuse", (), n) for n in range(9))
        >>> items = sample_of(Subject("x", rows, seeds={"s": Seed("s", "Seed.")}), 4)
        >>> sorted(item.origin for item in items), len({item.key for item in items})
        (['row', 'row', 'row', 'seed'], 4)
    """
    rows = _ordered(seed, "row", ((row.id, row.instruction) for row in subject.by_id.values()))
    seeds = _ordered(seed, "seed", ((item.id, item.instruction) for item in subject.seeds.values()))
    return list(itertools.islice(_mixed(rows, seeds), count))


def _ordered(seed: int, origin: Origin, texts: Iterable[tuple[str, str]]) -> list[Item]:
    made = [Item(_digest(seed, "key", origin, name)[:12], name, origin, text) for name, text in texts]
    return sorted(made, key=lambda item: _digest(seed, "order", origin, item.id))


def _mixed(rows: list[Item], seeds: list[Item]) -> Iterator[Item]:
    """Give one of each in turn, which of the two comes first by chance: neither place nor number tells."""
    for row, item in itertools.zip_longest(rows, seeds):
        pair = [one for one in (row, item) if one is not None]
        yield from sorted(pair, key=lambda one: one.key)


def _digest(seed: int, *parts: str) -> str:
    return hashlib.sha256("\0".join([str(seed), *parts]).encode("utf-8", "surrogatepass")).hexdigest()
