"""Many numbers in a few: how many, their quartiles, and a small histogram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 16
_MOST_SHOWN = 0.98
"""Of all values; the few above share the last bin, so that one giant does not flatten the rest."""


@dataclass(frozen=True)
class Distribution:
    """Numbers of one kind."""

    name: str
    n: int
    mean: float
    quartiles: tuple[float, float, float, float, float]
    """Smallest, first quartile, median, third quartile, largest."""
    edges: tuple[float, ...]
    """Of the bins, one more than there are."""
    counts: tuple[int, ...]

    @classmethod
    def of(cls, name: str, values: Sequence[float], edges: Sequence[float] = ()) -> Distribution | None:
        """Sum numbers up; None where there are none.

        Args:
            name: What they are, with the unit.
            values: The numbers.
            edges: Of the bins; empty chooses 16 bins of equal width.

        Example:
            >>> made = Distribution.of("words", [1, 2, 3, 4, 100], edges=[1, 3, 101])
            >>> made.quartiles, made.counts
            ((1.0, 2.0, 3.0, 4.0, 100.0), (2, 3))
        """
        if not values:
            return None
        array = np.asarray(values, dtype=float)
        ends = np.asarray(edges if len(edges) else _edges(array), dtype=float)
        counts, _ = np.histogram(array, ends)
        low, first, median, third, high = np.quantile(array, [0, 0.25, 0.5, 0.75, 1.0]).tolist()
        return cls(
            name,
            len(array),
            round(float(array.mean()), 6),
            (low, first, median, third, high),
            tuple(ends.tolist()),
            tuple(counts.tolist()),
        )


def _edges(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float]:
    low, high = float(values.min()), float(values.max())
    if low == high:
        return [low - 0.5, high + 0.5]
    if high - low < BINS and not (values % 1).any():
        return [low - 0.5 + place for place in range(int(high - low) + 2)]
    top = float(np.quantile(values, _MOST_SHOWN))
    top = top if top > low else high
    inner = np.linspace(low, top, BINS + 1)
    inner[-1] = high
    return list(map(float, inner))
