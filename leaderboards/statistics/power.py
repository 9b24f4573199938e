"""What a board can resolve: the smallest true difference that its test would find most of the time."""

from __future__ import annotations

import math
from statistics import NormalDist


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
