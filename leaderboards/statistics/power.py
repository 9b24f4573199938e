"""What a board or a study can resolve: the smallest true difference that its test would find most of the time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

_STUDIES = 20_000
"""Studies that are drawn, always the same ones, to see what would be found in them."""


def minimum_detectable_effect(variance: float, tasks: int, *, alpha: float = 0.05, power: float = 0.80) -> float:
    """Give the smallest true difference of two models that is found with the given power.

    (z(1 - alpha/2) + z(power)) * sqrt(variance / tasks), as in Miller 2024 (arXiv 2411.00640), section 5.

    Args:
        variance: Of the tasks' differences between two models. For one sample a task that is close to the share of
            tasks that only one of the two solves.
        tasks: How many tasks are compared.
        alpha: Level of the two-sided test.
        power: Share of such differences that are found.

    Returns:
        A fraction: 0.06 is six percentage points.

    Example:
        >>> round(minimum_detectable_effect(0.12, 164), 3)
        0.076
    """
    normal = NormalDist()
    return (normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(power)) * math.sqrt(variance / tasks)


def minimum_detectable_over_seeds(
    values_a: Sequence[float], values_b: Sequence[float], *, alpha: float = 0.05, power: float = 0.80
) -> float:
    """Give the smallest true difference of two recipes that Welch's t over such seeds finds with the given power.

    With few seeds the spread itself is hardly known, so that the normal formula says far too little: at three seeds a
    difference of its size is found in less than half of the studies.

    Args:
        values_a: The first recipe's score of each seed, fractions; two at least.
        values_b: The second one's.
        alpha: Level of the two-sided test.
        power: Share of such differences that are found.

    Returns:
        A fraction; 0 where nothing scatters.

    Example:
        >>> round(minimum_detectable_over_seeds([0.30, 0.32, 0.34], [0.40, 0.42, 0.44]), 3)
        0.07
    """
    from scipy.stats import t as student

    scales = [float(np.std(values, ddof=1)) for values in (values_a, values_b)]
    if not any(scales):
        return 0.0
    random = np.random.default_rng(0)
    shift, errors, weights = np.zeros(_STUDIES), np.zeros(_STUDIES), np.zeros(_STUDIES)
    for values, scale in zip((values_a, values_b), scales, strict=True):
        draws = random.normal(0.0, scale, (_STUDIES, len(values)))
        own = draws.var(axis=1, ddof=1) / len(values)
        shift = draws.mean(axis=1) - shift
        errors += own
        weights += own**2 / (len(values) - 1)
    needed = student.ppf(1 - alpha / 2, errors**2 / weights) * np.sqrt(errors)
    return float(np.quantile(needed - shift, power))
