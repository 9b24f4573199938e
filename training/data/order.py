"""The order of an epoch: shuffled, or from easy to hard with neighbours mixed.

A strict sort feeds the model batches of one kind. So each row's rank by difficulty is moved by a uniform draw, and the
rows are sorted by where they come to stand.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.data.conversation import Conversation
from training.settings import DataSettings


def ordered(rows: Sequence[Conversation], settings: DataSettings, seed: int) -> list[Conversation]:
    """Give the rows in the order of the first epoch.

    Args:
        rows: Of the mixture.
        settings: Which order, and how smooth a curriculum is.
        seed: Of the draws.

    Example:
        >>> rows = [Conversation((), "demo", float(10 - n)) for n in range(10)]
        >>> [row.difficulty for row in ordered(rows, DataSettings(order="curriculum", smoothness=0), 0)][:3]
        [1.0, 2.0, 3.0]
    """
    rng = np.random.default_rng(seed)
    if settings.order == "shuffled":
        return [rows[int(number)] for number in rng.permutation(len(rows))]
    difficulty = np.array([0.0 if row.difficulty is None else row.difficulty for row in rows])
    rank = np.empty(len(rows))
    rank[np.argsort(difficulty, kind="stable")] = np.arange(len(rows))
    moved = rank + rng.uniform(0, settings.smoothness * len(rows), len(rows))
    return [rows[int(number)] for number in np.argsort(moved, kind="stable")]
