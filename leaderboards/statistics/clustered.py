"""The interval of one mean whose tasks belong together: one problem in several languages is one unit, not several.

A model that fails a problem in one language mostly fails it in the others, so taking the languages for independent
tasks would give an interval that is too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from harness.grading.pass_at_k import wilson
from harness.grading.task_interval import logit_t


def clustered_interval(
    rates: NDArray[np.float64], clusters: Sequence[str], weights: NDArray[np.float64]
) -> tuple[float, float]:
    """Give the 95 % interval of a weighted mean by t on the logit scale, over clusters (Miller 2024, arXiv 2411.00640).

    Where the clusters do not scatter (all tasks passed), Wilson's interval over as many tasks as there are clusters.

    Args:
        rates: Estimate of each task, shape (tasks,).
        clusters: Which problem each task belongs to.
        weights: What each task adds to the mean, summing to 1.

    Returns:
        Both ends, fractions in [0, 1].

    Example:
        >>> rates, names = np.array([1.0, 1.0, 0.0, 0.0, 1.0, 0.0]), ["p", "p", "q", "q", "r", "r"]
        >>> [round(end, 2) for end in clustered_interval(rates, names, np.full(6, 1 / 6))]
        [0.01, 0.99]
    """
    mean = float(rates @ weights)
    groups = np.unique(np.asarray(clusters), return_inverse=True)[1]
    count = int(groups.max()) + 1
    error = 0.0
    if count > 1:
        sums = np.bincount(groups, weights=(rates - mean) * weights)
        error = math.sqrt(count / (count - 1) * math.fsum(sums**2))
    if error < 1e-12 or not 0 < mean < 1:
        return wilson(min(max(mean, 0.0), 1.0) * count, count)
    return logit_t(mean, error, count - 1)
