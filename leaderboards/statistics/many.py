"""Several models at a time: whether they differ at all, and p-values that hold over all comparisons together.

Covers Cochran's Q (one sample a task), Holm's adjustment (the chance of any false claim stays at 5 %) and Benjamini's
and Hochberg's (the share of false claims does: for large exploratory boards).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def cochran_q(passed: NDArray[np.int64]) -> tuple[float, float]:
    """Test whether models with one sample a task differ at all (Cochran 1950).

    Args:
        passed: 0 or 1, shape (models, tasks), at least two models.

    Returns:
        Q and its p-value; 0 and 1 where every task is solved by all models or by none.

    Raises:
        ValueError: Fewer than two models.

    Example:
        >>> statistic, p_value = cochran_q(np.array([[1, 1, 1, 1, 0], [1, 0, 0, 0, 0], [1, 1, 0, 0, 0]]))
        >>> round(statistic, 2), round(p_value, 2)
        (4.67, 0.1)
    """
    from scipy.special import chdtrc

    models = passed.shape[0]
    if models < 2:
        raise ValueError("Cochran's Q compares at least two models")
    by_model, by_task = passed.sum(axis=1).astype(np.float64), passed.sum(axis=0).astype(np.float64)
    scatter = float(models * by_task.sum() - (by_task**2).sum())
    if scatter <= 0:
        return 0.0, 1.0
    statistic = (models - 1) * float(models * (by_model**2).sum() - by_model.sum() ** 2) / scatter
    return statistic, float(chdtrc(models - 1, statistic))


def holm(p_values: Sequence[float] | NDArray[np.float64]) -> list[float]:
    """Adjust p-values so that the chance of even one false claim stays below the level (Holm 1979).

    Args:
        p_values: Of all comparisons made, in any order.

    Returns:
        The adjusted ones in the same order, at most 1.

    Example:
        >>> holm([0.01, 0.04, 0.03])
        [0.03, 0.06, 0.06]
    """
    return [float(value) for value in holm_adjusted(np.asarray(p_values, dtype=np.float64))]


def holm_adjusted(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adjust by Holm, arrays in and out.

    Args:
        values: p-values of all comparisons made, shape (comparisons,).
    """
    order = np.argsort(values, kind="stable")
    stepped = np.maximum.accumulate(values[order] * np.arange(values.size, 0, -1))
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(1.0, stepped)
    return adjusted


def benjamini_hochberg(p_values: Sequence[float] | NDArray[np.float64]) -> list[float]:
    """Adjust p-values so that the expected share of false claims stays below the level (Benjamini, Hochberg 1995).

    Args:
        p_values: Of all comparisons made, in any order.

    Returns:
        The adjusted ones in the same order, at most 1.

    Example:
        >>> benjamini_hochberg([0.01, 0.04, 0.03])
        [0.03, 0.04, 0.04]
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(-values, kind="stable")
    factors = values.size / np.arange(values.size, 0, -1)
    stepped = np.minimum.accumulate(values[order] * factors)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(1.0, stepped)
    return [float(value) for value in adjusted]
