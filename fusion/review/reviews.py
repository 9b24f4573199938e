"""The ratings that people gave, a line each, as they gave them; a later one of the same person replaces an earlier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harness.formats.journal import read_journal

REVIEWS = "reviews.jsonl"
Criterion = Literal["coherence", "solvability", "relevance"]
CRITERIA: tuple[Criterion, ...] = ("coherence", "solvability", "relevance")
Origin = Literal["row", "seed"]
LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True)
class Review:
    """One rating of one instruction by one person."""

    rater: str
    item: str
    """Id of the row or the seed."""
    origin: Origin
    """The rater did not see it."""
    criterion: Criterion
    rating: int
    """1 (not at all) to 5 (fully)."""
    time: str
    """UTC."""


def reviews_path(place: Path) -> Path:
    """Name the file of the ratings: in the data set's folder, or beside a file of rows.

    Args:
        place: The data set.

    Example:
        >>> reviews_path(Path("rows.jsonl")).as_posix()
        'rows.reviews.jsonl'
    """
    return place / REVIEWS if place.is_dir() else place.with_name(f"{place.name.split('.')[0]}.{REVIEWS}")


def read_reviews(path: Path) -> list[Review]:
    """Read the ratings that hold: of each person, instruction and criterion the last one.

    Args:
        path: Their file; one that is not there is empty.

    Raises:
        InputError: It is damaged.
    """
    return latest(read_journal(path, Review))


def latest(reviews: Iterable[Review]) -> list[Review]:
    """Keep of each person, instruction and criterion the last rating.

    Args:
        reviews: In the order in which they were given.
    """
    held: dict[tuple[str, str, str, str], Review] = {}
    for review in reviews:
        held[review.rater, review.origin, review.item, review.criterion] = review
    return list(held.values())
