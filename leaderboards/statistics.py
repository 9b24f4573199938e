"""The arithmetic of a board: plain numbers in, plain numbers out.

Covers the ranks of equal scores; the interval of one score is made with the score, in `harness.grading.pass_at_k`. Does
not cover comparing two models: two intervals that overlap, or don't, say nothing certain about a difference on the same
tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class RankRange(NamedTuple):
    """The ranks that equal scores share, both counted from 1; `first == last` where nobody else has the score."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def rank_ranges(values: Sequence[float]) -> list[RankRange]:
    """Rank scores from the highest down; equal scores share the range of ranks they take up together.

    Args:
        values: One score a model, in any order. Scores closer than 1e-9 are equal: the same fraction may have been
            summed in another order.

    Returns:
        One range a value, in the order of `values`.

    Example:
        >>> [str(rank) for rank in rank_ranges([0.5, 0.9, 0.5, 0.1])]
        ['2-3', '1', '2-3', '4']
    """
    order = sorted(range(len(values)), key=lambda index: -values[index])
    ranges = [RankRange(0, 0)] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end]] - values[order[end + 1]] < 1e-9:
            end += 1
        for index in order[start : end + 1]:
            ranges[index] = RankRange(start + 1, end + 1)
        start = end + 1
    return ranges
