"""All pairs of a board at once: the same tests as `paired`, for a thousand models in a fraction of a second.

Two models with one sample a task are compared by mid-p McNemar; others, pass@k with k > 1, and tasks that belong
together by t on the (clusters of) tasks. So rows that drew different numbers of samples can still be compared: what is
compared is their means over the same tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboards.statistics.many import holm_adjusted

_CLOSE = 1e-12


@dataclass(frozen=True)
class AllPairs:
    """What comparing every model with every other gives; row minus column. All arrays are of shape (models, models)."""

    differences: NDArray[np.float64]
    """mean(row) - mean(column), fractions"""
    p_values: NDArray[np.float64]
    """Of each pair alone, not adjusted; 1 on the diagonal."""
    variance: NDArray[np.float64]
    """tasks x the squared standard error of the difference, so that `minimum_detectable_effect` takes it."""
    tests: frozenset[str]
    """The names of the tests that were used."""


def all_pairs(
    samples: NDArray[np.int64],
    passed: NDArray[np.int64],
    *,
    k: int = 1,
    clusters: Sequence[str] | None = None,
    weights: NDArray[np.float64] | None = None,
) -> AllPairs:
    """Compare every model with every other.

    Args:
        samples: Counted samples, shape (models, tasks), at least one each.
        passed: Those that passed.
        k: Which pass@k is compared; every count of samples must be at least that.
        clusters: Which problem each task belongs to; None where every task is its own.
        weights: What each task adds to the mean, summing to 1; None where all add the same.

    Example:
        >>> passed = np.array([[1, 1, 1, 1, 1, 0], [0, 0, 0, 0, 1, 0], [0, 0, 0, 1, 1, 0]])
        >>> found = all_pairs(np.ones_like(passed), passed)
        >>> found.p_values[0].round(3).tolist(), found.differences[0].round(2).tolist(), sorted(found.tests)
        ([1.0, 0.062, 0.125], [0.0, 0.67, 0.5], ['mid-p McNemar'])
    """
    models, tasks = passed.shape
    rates = pass_rates(samples, passed, k)
    shares = np.full(tasks, 1.0 / tasks) if weights is None else weights
    scores = rates @ shares
    differences = scores[:, None] - scores[None, :]
    groups = np.unique(np.asarray(clusters), return_inverse=True)[1] if clusters is not None else np.arange(tasks)
    count = int(groups.max()) + 1 if tasks else 0
    error = np.sqrt(_squared_errors((rates - scores[:, None]) * shares, groups, count))
    is_single = (samples == 1).all(axis=1)
    by_count = np.logical_and.outer(is_single, is_single)
    if k > 1 or count < tasks or weights is not None:
        by_count = np.zeros_like(by_count)
    p_values = np.ones((models, models))
    tests = set()
    above = np.triu(np.ones((models, models), dtype=bool), 1)
    counted, others = above & by_count, above & ~by_count
    if counted.any():
        tests.add("mid-p McNemar")
        p_values[counted] = p_values.T[counted] = _mid_p(passed, counted)
    if others.any():
        tests.add("clustered paired t" if count < tasks else "paired t")
        p_values[others] = p_values.T[others] = _t_p_values(differences[others], error[others], count)
    return AllPairs(differences, p_values, tasks * error**2, frozenset(tests))


def pass_rates(samples: NDArray[np.int64], passed: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Estimate pass@k of every model on every task: 1 - C(n - c, k) / C(n, k), as a product.

    Args:
        samples: Counted samples, any shape.
        passed: Those that passed, of the same shape.
        k: Samples drawn; at most the fewest samples.

    Example:
        >>> pass_rates(np.array([10, 5, 4]), np.array([3, 1, 4]), 3).round(3).tolist()
        [0.708, 0.6, 1.0]
    """
    if k == 1:
        return passed / samples
    failed = np.ones(samples.shape)
    for drawn in range(k):
        failed *= np.maximum(samples - passed - drawn, 0) / (samples - drawn)
    return 1.0 - failed


def _squared_errors(parts: NDArray[np.float64], groups: NDArray[np.intp], count: int) -> NDArray[np.float64]:
    """Square the standard errors of all differences; `parts` is what each task adds to each mean's deviation."""
    models, tasks = parts.shape
    if count < 2:
        return np.zeros((models, models))
    if count < tasks:
        summed = np.zeros((models, count))
        for task, group in enumerate(groups):
            summed[:, group] += parts[:, task]
        parts = summed
    product = parts @ parts.T
    own = np.diag(product)
    squares = own[:, None] + own[None, :] - 2 * product
    # What is left of equal rows is rounding.
    squares[squares < 1e-15 * (own[:, None] + own[None, :] + 1e-300)] = 0.0
    return np.asarray(np.maximum(squares, 0.0) * count / (count - 1), dtype=np.float64)


def _t_p_values(differences: NDArray[np.float64], error: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    from scipy.special import stdtr

    if count < 2:
        return np.ones(differences.shape)
    apart = np.abs(differences)
    is_flat = error < _CLOSE
    values = 2 * stdtr(count - 1, -apart / np.where(is_flat, 1.0, error))
    # See `paired`: where every cluster says just the same, all signs being equal is what can be counted.
    return np.where(is_flat, np.where(apart < _CLOSE, 1.0, 2.0 ** (1 - count)), values)


def _mid_p(passed: NDArray[np.int64], pairs: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give McNemar's mid-p of the given pairs, out of a table of all coin tosses that occur."""
    # Only floats are multiplied fast, and in float32 counts are exact up to sixteen million tasks.
    by_model = passed.astype(np.float32)
    both = (by_model @ by_model.T)[pairs].astype(np.intp)
    own = passed.sum(axis=1)
    row, column = np.nonzero(pairs)
    only_row, only_column = own[row] - both, own[column] - both
    tosses, fewer = only_row + only_column, np.minimum(only_row, only_column)
    width = int(tosses.max(initial=0)) + 1
    log_factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, width + 1)))])
    table = np.ones((width, width // 2 + 1))
    for number in np.flatnonzero(np.bincount(tosses, minlength=width)):
        heads = np.arange(number // 2 + 1)
        chances = np.exp(
            log_factorials[number] - log_factorials[heads] - log_factorials[number - heads] - number * np.log(2.0)
        )
        table[number, : heads.size] = 2 * np.cumsum(chances) - chances
    return np.asarray(np.minimum(1.0, table[tosses, fewer]), dtype=np.float64)


def holm_pairs(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adjust the p-values of all pairs, each counted once, by Holm.

    Args:
        p_values: Shape (models, models), symmetric; the diagonal is not looked at.

    Returns:
        The adjusted ones, symmetric, 1 on the diagonal.

    Example:
        >>> holm_pairs(np.array([[1.0, 0.01, 0.04], [0.01, 1.0, 0.03], [0.04, 0.03, 1.0]])).round(2).tolist()
        [[1.0, 0.03, 0.06], [0.03, 1.0, 0.06], [0.06, 0.06, 1.0]]
    """
    adjusted = np.ones_like(p_values)
    upper = np.triu_indices(len(p_values), 1)
    adjusted[upper] = holm_adjusted(p_values[upper])
    adjusted.T[upper] = adjusted[upper]
    return adjusted
