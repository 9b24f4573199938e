"""From verdicts to a score: pass@k and pass^k, and the interval of a share.

pass@k is the chance that at least one of k samples, drawn from the n of a task without putting back, passes: with c of
the n passing, 1 - C(n - c, k) / C(n, k), an unbiased estimate (Chen et al. 2021, arXiv 2107.03374).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist


def pass_at_k(n: int, c: int, k: int) -> float | None:
    """Estimate one task's pass@k.

    Args:
        n: Samples of the task.
        c: Samples that passed.
        k: Samples drawn.

    Returns:
        A fraction in [0, 1], or None where there are fewer samples than are to be drawn.

    Raises:
        ValueError: `c` is not between 0 and `n`, or `k` is below 1.

    Example:
        >>> pass_at_k(10, 3, 1), pass_at_k(5, 1, 3), pass_at_k(2, 1, 5)
        (0.3, 0.6, None)
    """
    if not 0 <= c <= n or k < 1:
        raise ValueError(f"{c} of {n} samples passed, {k} drawn: there is no such case")
    if n < k:
        return None
    # Whole numbers are exact however large; their ratio is rounded once.
    total = math.comb(n, k)
    return (total - math.comb(n - c, k)) / total


def mean_pass_at_k(counts: Sequence[tuple[int, int]], k: int) -> float | None:
    """Average pass@k over tasks.

    Args:
        counts: Samples and passing samples, a pair a task.
        k: Samples drawn.

    Returns:
        A fraction in [0, 1], or None where there is no task or any task has fewer than k samples.

    Example:
        >>> mean_pass_at_k([(2, 2), (2, 1), (2, 0)], 1)
        0.5
    """
    estimates = [pass_at_k(n, c, k) for n, c in counts]
    known = [estimate for estimate in estimates if estimate is not None]
    if not known or len(known) < len(estimates):
        return None
    return math.fsum(known) / len(known)


def pass_hat_k(n: int, c: int, k: int) -> float | None:
    """Estimate one task's pass^k: the chance that all of k samples drawn pass (Yao et al. 2024, arXiv 2406.12045).

    Where pass@k grows with k, pass^k falls: it asks whether a model can be relied on.

    Args:
        n: Samples of the task.
        c: Samples that passed.
        k: Samples drawn.

    Returns:
        C(c, k) / C(n, k), or None where there are fewer samples than are to be drawn.

    Raises:
        ValueError: `c` is not between 0 and `n`, or `k` is below 1.

    Example:
        >>> pass_hat_k(10, 8, 1), pass_hat_k(5, 4, 3), pass_hat_k(2, 1, 5)
        (0.8, 0.4, None)
    """
    if not 0 <= c <= n or k < 1:
        raise ValueError(f"{c} of {n} samples passed, {k} drawn: there is no such case")
    return math.comb(c, k) / math.comb(n, k) if n >= k else None


def wilson(passed: float, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Give Wilson's score interval of a share (Wilson 1927): close to its confidence even for few tasks, or all passed.

    Args:
        passed: Tasks passed; a sum of shares where tasks have several samples.
        n: Tasks.
        confidence: Share of such intervals that hold the true value.

    Returns:
        Lower and upper end, fractions in [0, 1].

    Raises:
        ValueError: `n` is below 1, or `passed` is not between 0 and `n`.

    Example:
        >>> [round(end, 3) for end in wilson(82, 164)]
        [0.424, 0.576]
    """
    if n < 1 or not 0 <= passed <= n:
        raise ValueError(f"{passed} of {n} passed: there is no such case")
    square = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    centre = (passed + square / 2) / (n + square)
    reach = math.sqrt(square * (passed * (n - passed) / n + square / 4)) / (n + square)
    return (0.0 if passed == 0 else max(0.0, centre - reach), 1.0 if passed == n else min(1.0, centre + reach))
