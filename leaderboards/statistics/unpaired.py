"""Two models whose tasks have nothing in common, or whose numbers alone are known: far weaker than the paired tests.

Covers shares of passed tasks (pooled z test, Newcombe's interval) and means of rates (Welch's t). Does not use that the
same tasks may be on both sides: if they are, `paired` resolves half the difference.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaderboards.statistics.binary import newcombe_unpaired
from leaderboards.statistics.difference import PairedDifference


def unpaired_difference(rates_a: ArrayLike, rates_b: ArrayLike) -> PairedDifference:
    """Compare two models on different tasks.

    Args:
        rates_a: The first model's share of passed samples, one a task, shape (tasks of a,).
        rates_b: The second one's, shape (tasks of b,).

    Raises:
        ValueError: One has no task.

    Example:
        >>> found = unpaired_difference([1] * 80 + [0] * 20, [1] * 60 + [0] * 40)
        >>> found.test, round(found.difference, 2), round(found.p_value, 4), found.wins
        ('two-sample z (Newcombe)', 0.2, 0.002, 0)
    """
    a, b = np.asarray(rates_a, dtype=np.float64), np.asarray(rates_b, dtype=np.float64)
    if not a.size or not b.size:
        raise ValueError(f"{a.size} and {b.size} tasks can not be compared")
    if bool(np.isin(a, (0.0, 1.0)).all()) and bool(np.isin(b, (0.0, 1.0)).all()):
        passed_a, passed_b = int(a.sum()), int(b.sum())
        difference = passed_a / a.size - passed_b / b.size
        low, high = newcombe_unpaired(passed_a, a.size, passed_b, b.size)
        p_value = _z_test(passed_a, a.size, passed_b, b.size)
        test = "two-sample z (Newcombe)"
    else:
        difference, low, high, p_value = welch(a, b)
        low, high, test = max(-1.0, low), min(1.0, high), "Welch t"
    tasks = min(a.size, b.size)
    return PairedDifference(difference, low, high, p_value, test, tasks, tasks, 0, 0, 0)


def _flat(mean_a: float, count_a: int, mean_b: float, count_b: int) -> tuple[float, float, float, float]:
    """Compare two sides whose values do not scatter at all: t would be infinite, whatever few values there are.

    What can be counted is how many of all ways to deal the values out to the sides part them as far. The interval is as
    if each value were one task: nothing between 0 and 1 scatters more, so it is too wide rather than too narrow.
    """
    difference = mean_a - mean_b
    low, high = newcombe_unpaired(min(mean_a, 1.0) * count_a, count_a, min(mean_b, 1.0) * count_b, count_b)
    if abs(difference) < 1e-12:
        return difference, low, high, 1.0
    ways = math.comb(count_a + count_b, count_a)
    return difference, low, high, (2 if count_a == count_b else 1) / ways


def _z_test(passed_a: int, tasks_a: int, passed_b: int, tasks_b: int) -> float:
    share = (passed_a + passed_b) / (tasks_a + tasks_b)
    error = math.sqrt(share * (1 - share) * (1 / tasks_a + 1 / tasks_b))
    # Both passed all, or both nothing.
    return math.erfc(abs(passed_a / tasks_a - passed_b / tasks_b) / error / math.sqrt(2)) if error else 1.0


def welch(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Give mean(a) - mean(b), its 95 % interval and p-value by Welch's t test, which lets the variances differ.

    Args:
        a: Values of one side, at least one.
        b: Values of the other.

    Example:
        >>> [round(float(part), 2) for part in welch(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.5]))]
        [0.83, -1.8, 3.46, 0.42]
    """
    from scipy.special import stdtr, stdtrit

    difference = float(a.mean() - b.mean())
    if min(a.size, b.size) < 2:
        # One value alone does not say how far values scatter.
        return difference, -math.inf, math.inf, 1.0
    parts = float(a.var(ddof=1)) / a.size, float(b.var(ddof=1)) / b.size
    square = sum(parts)
    if square <= 1e-24:
        return _flat(float(a.mean()), a.size, float(b.mean()), b.size)
    freedom = square**2 / (parts[0] ** 2 / (a.size - 1) + parts[1] ** 2 / (b.size - 1))
    error = math.sqrt(square)
    reach = float(stdtrit(freedom, 0.975)) * error
    return difference, difference - reach, difference + reach, 2 * float(stdtr(freedom, -abs(difference) / error))
