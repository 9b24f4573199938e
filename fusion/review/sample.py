"""What raters see: as many rows as seeds, shuffled, under numbers that say nothing of where they are from."""

from __future__ import annotations

import random
from dataclasses import dataclass

from fusion.inspection.subject import Subject
from fusion.review.reviews import Origin
from harness.errors import InputError


@dataclass(frozen=True)
class Item:
    """One instruction to rate."""

    id: str
    origin: Origin
    text: str


def draw_sample(subject: Subject, count: int, seed: int = 0) -> list[Item]:
    """Draw what is to be rated; the same for the same data set, count and seed, so that raters see the same.

    Args:
        subject: The data set.
        count: Instructions in all; half of them seeds, as far as there are any.
        seed: Of the draw.

    Raises:
        InputError: There is no row.
    """
    if not subject.rows:
        raise InputError(f"{subject.name} has no rows to review")
    generator = random.Random(seed)
    seeds = [Item(item.id, "seed", item.instruction) for item in subject.seeds.values()]
    rows = [Item(row.id, "row", row.instruction) for row in subject.by_id.values()]
    of_seeds = generator.sample(seeds, min(len(seeds), count // 2))
    drawn = of_seeds + generator.sample(rows, min(len(rows), count - len(of_seeds)))
    generator.shuffle(drawn)
    return drawn
