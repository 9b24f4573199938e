"""Seed rows of the miniature: single operations, none of them held out."""

from __future__ import annotations

import random

from fusion.offline.answers import answer
from harness.benchmarks.miniature.held_out import is_held_out
from harness.benchmarks.miniature.operations import OPERATIONS
from harness.benchmarks.miniature.tasks import draw
from harness.benchmarks.miniature.wording import render
from harness.errors import InputError

_MOST = 5000


def make_seeds(count: int, seed: int) -> list[dict[str, str]]:
    """Make seed rows, each instruction once, with its right answer.

    Args:
        count: How many rows; 5,000 at most.
        seed: Of the draws; the rows of a smaller count are the first ones of a larger.

    Raises:
        InputError: There are not so many.

    Example:
        >>> rows = make_seeds(300, seed=1)
        >>> len(rows), sorted(rows[0]), rows[:10] == make_seeds(10, seed=1)
        (300, ['instruction', 'response'], True)
    """
    if not 0 < count <= _MOST:
        raise InputError(f"{count} seeds of the offline teacher", hint=f"1 to {_MOST}")
    rng = random.Random(seed)
    operations = list(OPERATIONS.values())
    rows: dict[str, str] = {}
    while len(rows) < count:
        drawn = draw("single", (operations[rng.randrange(len(operations))],), rng)
        if not is_held_out(drawn):
            rows.setdefault(render(drawn), answer(drawn))
    return [{"instruction": instruction, "response": response} for instruction, response in rows.items()]
