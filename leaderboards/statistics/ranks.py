"""Which ranks a model may have: those that the significant differences leave it.

A rank range is [1 + models that are significantly better, models - those that are significantly worse]. Significance is
not transitive: the leader may be distinguishable from the second but not from the third. Ranges are therefore widened
until nobody with a higher score has a worse range; a range never gets narrower by that, so nothing is claimed that no
test supports.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class RankRange(NamedTuple):
    """The ranks a model may have, both counted from 1; `first == last` where only one is left."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def rank_ranges(
    scores: Sequence[float] | NDArray[np.float64], pairs_holm: NDArray[np.float64], *, alpha: float = 0.05
) -> list[RankRange]:
    """Give each model the ranks that the tests leave it.

    Args:
        scores: One a model, in any order. Scores closer than 1e-9 are equal and get equal ranges.
        pairs_holm: Adjusted p-values of all pairs, shape (models, models); `nan` where a pair was not tested.
        alpha: The level of significance.

    Returns:
        One range a model, in the order of `scores`.

    Example:
        >>> tests = np.array([[1.0, 0.2, 0.01], [0.2, 1.0, 0.3], [0.01, 0.3, 1.0]])
        >>> [str(rank) for rank in rank_ranges([0.9, 0.8, 0.7], tests)]
        ['1-2', '1-3', '2-3']
    """
    values = np.asarray(scores, dtype=np.float64)
    if not values.size:
        return []
    is_significant = pairs_holm < alpha
    is_better = (values[:, None] - values[None, :]) > 1e-9
    first = 1 + (is_significant & is_better.T).sum(axis=1)
    last = values.size - (is_significant & is_better).sum(axis=1)
    order = np.argsort(-values, kind="stable")
    sorted_first, sorted_last = first[order], last[order]
    # Equal scores are neighbours in this order; each group takes its widest ends first.
    starts = np.flatnonzero(np.concatenate([[True], -np.diff(values[order]) > 1e-9]))
    sizes = np.diff(np.concatenate([starts, [values.size]]))
    sorted_first = np.repeat(np.minimum.reduceat(sorted_first, starts), sizes)
    sorted_last = np.repeat(np.maximum.reduceat(sorted_last, starts), sizes)
    sorted_first = np.minimum.accumulate(sorted_first[::-1])[::-1]
    sorted_last = np.maximum.accumulate(sorted_last)
    ranges = [RankRange(1, 1)] * values.size
    for place, model in enumerate(order):
        ranges[model] = RankRange(int(sorted_first[place]), int(sorted_last[place]))
    return ranges
