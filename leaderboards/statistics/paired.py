"""Two models on the same tasks: the difference of their means, its interval, and whether it is real.

Covers one sample a task (mid-p McNemar, Newcombe's interval), several samples a task (t on the tasks' differences), and
tasks of which some are one problem in several languages (t on the problems, Miller 2024, arXiv 2411.00640); the t tests
come with a sign-flip test that assumes no distribution. Does not cover adjusting for several comparisons (`many`) nor
tasks that the models don't share (`unpaired`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leaderboards.statistics.binary import mcnemar_mid_p, newcombe_paired, newcombe_unpaired
from leaderboards.statistics.difference import PairedDifference

FLIPS = 9_999
"""Random sign flips where there are too many to try all of them."""
_ALL_FLIPS_UP_TO = 13
_CLOSE = 1e-12
"""Rates that differ by less are equal: the same fraction may have been summed in another order."""


def paired_difference(
    rates_a: ArrayLike,
    rates_b: ArrayLike,
    *,
    clusters: Sequence[str] | None = None,
    weights: ArrayLike | None = None,
    is_binary: bool,
    seed: int = 0,
) -> PairedDifference:
    """Compare two models task by task.

    Args:
        rates_a: The first model's share of passed samples, one a task, shape (tasks,).
        rates_b: The second one's, on the same tasks in the same order.
        clusters: Which problem each task belongs to; None where every task is its own.
        weights: What each task adds to the mean, summing to 1, as where every language is to count the same; None where
            all add the same.
        is_binary: Whether both have one sample a task, so that every rate is 0 or 1.
        seed: Of the random sign flips.

    Raises:
        ValueError: There is no task, or the shapes differ, or a rate is neither 0 nor 1 although `is_binary`.

    Example:
        >>> found = paired_difference([1, 1, 1, 0], [0, 1, 0, 0], is_binary=True)
        >>> found.test, found.difference, found.wins, found.losses, found.ties, found.p_value
        ('mid-p McNemar', 0.5, 2, 0, 2, 0.25)
    """
    a, b = _pairable(rates_a, rates_b, clusters, is_binary)
    apart = a - b
    wins, losses = int((apart > _CLOSE).sum()), int((apart < -_CLOSE).sum())
    ties = a.size - wins - losses
    groups = np.unique(np.asarray(clusters), return_inverse=True)[1] if clusters is not None else np.arange(a.size)
    cluster_count = int(groups.max()) + 1
    is_clustered = cluster_count < a.size
    if is_binary and not is_clustered and weights is None:
        both, mean = int(a @ b), (wins - losses) / a.size
        low, high = newcombe_paired(both, wins, losses, ties - both)
        p_value = mcnemar_mid_p(wins, losses)
        return PairedDifference(mean, low, high, p_value, "mid-p McNemar", a.size, a.size, wins, losses, ties)
    shares = np.full(a.size, 1.0 / a.size) if weights is None else np.asarray(weights, dtype=np.float64)
    mean = math.fsum(apart) / a.size if weights is None else math.fsum(apart * shares)
    low, high, p_value = _t_test(apart, shares, groups, cluster_count)
    if low == high:
        # No problem scatters: the interval is as if each were one task, too wide rather than too narrow.
        means = (min(1.0, math.fsum(rates * shares)) * cluster_count for rates in (a, b))
        low, high = newcombe_unpaired(next(means), cluster_count, next(means), cluster_count)
    return PairedDifference(
        mean,
        low,
        high,
        p_value,
        "clustered paired t" if is_clustered else "paired t",
        a.size,
        cluster_count,
        wins,
        losses,
        ties,
        sign_flip_p(np.bincount(groups, weights=apart * shares * a.size), seed=seed),
    )


def _pairable(
    rates_a: ArrayLike, rates_b: ArrayLike, clusters: Sequence[str] | None, is_binary: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    a, b = np.asarray(rates_a, dtype=np.float64), np.asarray(rates_b, dtype=np.float64)
    if a.ndim != 1 or a.shape != b.shape or not a.size:
        raise ValueError(f"rates of shapes {a.shape} and {b.shape} can not be paired task by task")
    if clusters is not None and len(clusters) != a.size:
        raise ValueError(f"{len(clusters)} clusters for {a.size} tasks")
    if is_binary and not all(bool(((rates == 0) | (rates == 1)).all()) for rates in (a, b)):
        raise ValueError("with one sample a task every rate is 0 or 1")
    return a, b


def _t_test(
    apart: NDArray[np.float64], shares: NDArray[np.float64], groups: NDArray[np.intp], count: int
) -> tuple[float, float, float]:
    """Give the interval of the mean difference and its p-value, with clusters - 1 degrees of freedom."""
    from scipy.special import stdtr, stdtrit

    mean = math.fsum(apart * shares)
    if count < 2:
        # One problem alone says nothing about any other.
        return -1.0, 1.0, 1.0
    sums = np.bincount(groups, weights=(apart - mean) * shares)
    error = math.sqrt(count / (count - 1) * math.fsum(sums**2))
    if error < _CLOSE:
        # Every problem says just the same. t would be infinite: all signs being equal is what can be counted.
        return mean, mean, 1.0 if abs(mean) < _CLOSE else math.ldexp(1.0, 1 - count)
    reach = float(stdtrit(count - 1, 0.975)) * error
    p_value = 2 * float(stdtr(count - 1, -abs(mean) / error))
    return max(-1.0, mean - reach), min(1.0, mean + reach), p_value


def sign_flip_p(sums: ArrayLike, *, seed: int = 0) -> float:
    """Give the two-sided p-value of a mean difference by flipping signs: were the models alike, each sign were a toss.

    All flips are tried where few clusters differ, else 9,999 random ones of which the one seen counts as another.

    Args:
        sums: Each cluster's summed difference (each task's difference, where tasks are their own clusters).
        seed: Of the random flips.

    Example:
        >>> sign_flip_p([0.5, 0.5, 0.5, 0.0])
        0.25
    """
    values = np.asarray(sums, dtype=np.float64)
    values = values[np.abs(values) > _CLOSE]
    if not values.size:
        return 1.0
    seen = abs(math.fsum(values)) - _CLOSE * values.size
    if values.size <= _ALL_FLIPS_UP_TO:
        numbers = np.arange(1 << values.size)[:, None] >> np.arange(values.size) & 1
        return float((np.abs((1 - 2 * numbers) @ values) >= seen).mean())
    random = np.random.default_rng(seed)
    signs = 1.0 - 2.0 * random.integers(0, 2, size=(FLIPS, values.size), dtype=np.int8)
    return float(((np.abs(signs @ values) >= seen).sum() + 1) / (FLIPS + 1))
