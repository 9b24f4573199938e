"""Two models with one sample a task: McNemar's tests on the tasks that only one solves, Newcombe's intervals.

Covers the exact test, which is conservative, and its mid-p version, which holds 5 % far better and has more power
(Fagerland, Lydersen, Laake 2013, doi 10.1186/1471-2288-13-91). Does not cover tasks that belong together: see `paired`.
"""

from __future__ import annotations

import math

from harness.grading.pass_at_k import wilson


def mcnemar_exact(only_a: int, only_b: int) -> float:
    """Give the exact two-sided p-value: had each task that only one solves been a toss of a coin.

    Args:
        only_a: Tasks that only the first model solves.
        only_b: Tasks that only the second one solves.

    Raises:
        ValueError: A count is negative.

    Example:
        >>> mcnemar_exact(1, 0), mcnemar_exact(3, 0), round(mcnemar_exact(9, 2), 3)
        (1.0, 0.25, 0.065)
    """
    below, at, total = _tail(only_a, only_b)
    # Both tails hold the middle where the counts are equal, so the sum may pass 1.
    return min(1.0, 2 * (below + at) / total)


def mcnemar_mid_p(only_a: int, only_b: int) -> float:
    """Give the mid-p value: as the exact one, with only half the chance of just what was seen.

    Args:
        only_a: Tasks that only the first model solves.
        only_b: Tasks that only the second one solves.

    Raises:
        ValueError: A count is negative.

    Example:
        >>> mcnemar_mid_p(1, 0), mcnemar_mid_p(4, 4), round(mcnemar_mid_p(9, 2), 3)
        (0.5, 1.0, 0.039)
    """
    below, at, total = _tail(only_a, only_b)
    return (2 * below + at) / total


def _tail(only_a: int, only_b: int) -> tuple[int, int, int]:
    """Count the outcomes of so many coin tosses with fewer than the smaller count, with just it, and all."""
    if only_a < 0 or only_b < 0:
        raise ValueError(f"{only_a} and {only_b} tasks: there is no such case")
    tosses, fewer = only_a + only_b, min(only_a, only_b)
    at, below = 1, 0
    for heads in range(fewer):
        below += at
        at = at * (tosses - heads) // (heads + 1)
    return below, at, 1 << tosses


def newcombe_paired(both: int, only_a: int, only_b: int, neither: int) -> tuple[float, float]:
    """Give the 95 % interval of share(a) - share(b) over the same tasks (Newcombe 1998, method 10).

    Built of the two shares' Wilson intervals and their correlation, so it stays within [-1, 1] and is not empty where
    all tasks agree. It is made otherwise than the mid-p value, so at the very edge one may exclude 0 and the other not.

    Args:
        both: Tasks that both solve.
        only_a: Tasks that only the first solves.
        only_b: Tasks that only the second solves.
        neither: Tasks that none solves.

    Raises:
        ValueError: There is no task.

    Example:
        >>> [round(end, 3) for end in newcombe_paired(1, 1, 7, 12)]
        [-0.507, -0.026]
    """
    tasks = both + only_a + only_b + neither
    low_a, high_a = wilson(both + only_a, tasks)
    low_b, high_b = wilson(both + only_b, tasks)
    share_a, share_b = (both + only_a) / tasks, (both + only_b) / tasks
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    product = both * neither - only_a * only_b
    # Newcombe's correction of the correlation: half a task less on each side, where it is positive.
    corrected = max(product - tasks / 2, 0) if product > 0 else product
    correlation = corrected / math.sqrt(margins) if margins else 0.0
    difference = share_a - share_b
    below = _combined(share_a - low_a, high_b - share_b, correlation)
    above = _combined(high_a - share_a, share_b - low_b, correlation)
    return max(-1.0, difference - below), min(1.0, difference + above)


def newcombe_unpaired(passed_a: float, tasks_a: int, passed_b: float, tasks_b: int) -> tuple[float, float]:
    """Give the 95 % interval of share(a) - share(b) over different tasks (Newcombe 1998, hybrid score).

    Args:
        passed_a: Tasks passed by the first; a sum of shares where tasks have several samples.
        tasks_a: Its tasks.
        passed_b: Tasks passed by the second.
        tasks_b: Its tasks.

    Raises:
        ValueError: One has no task.

    Example:
        >>> [round(end, 4) for end in newcombe_unpaired(56, 70, 48, 80)]
        [0.0524, 0.3339]
    """
    low_a, high_a = wilson(passed_a, tasks_a)
    low_b, high_b = wilson(passed_b, tasks_b)
    share_a, share_b = passed_a / tasks_a, passed_b / tasks_b
    difference = share_a - share_b
    return (
        difference - _combined(share_a - low_a, high_b - share_b, 0.0),
        difference + _combined(high_a - share_a, share_b - low_b, 0.0),
    )


def _combined(reach_a: float, reach_b: float, correlation: float) -> float:
    return math.sqrt(max(0.0, reach_a**2 + reach_b**2 - 2 * correlation * reach_a * reach_b))
