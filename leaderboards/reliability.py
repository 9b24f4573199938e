"""How far a model can be relied on: pass^k, the chance that all of k samples pass; needs several samples a task."""

from __future__ import annotations

import numpy as np

from leaderboards.outcomes import Outcomes

KS = (2, 5, 10, 100)
"""The k that are given, as far as the number of samples allows."""


def pass_hats(outcomes: Outcomes) -> dict[int, float]:
    """Estimate pass^k, C(c, k) / C(n, k) averaged over tasks (Yao et al. 2024, arXiv 2406.12045).

    Args:
        outcomes: One run's, in one column.

    Returns:
        Fractions by k, for every k of `KS` that each task has samples for.

    Example:
        >>> pass_hats(Outcomes("own", ("a", "b"), np.array([4, 4]), np.array([4, 2])))
        {2: 0.5833333333333334}
    """
    fewest = int(outcomes.samples.min(initial=KS[-1])) if len(outcomes.tasks) else 0
    hats = {}
    for k in KS:
        if k > fewest:
            break
        chances = np.ones(len(outcomes.tasks))
        for drawn in range(k):
            chances *= np.maximum(outcomes.passed - drawn, 0) / (outcomes.samples - drawn)
        hats[k] = float(chances.mean())
    return hats
