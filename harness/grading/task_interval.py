"""The interval of a score: what is uncertain is which tasks were asked, so the task is the unit, never the sample.

One sample a task, pass@1: Wilson's interval of the share of tasks passed. Several samples, or pass@k: t on the tasks'
estimates, on the logit scale, so that it stays within [0, 1] and holds near the ends. Pooling n samples of N tasks as
n*N trials would hold the truth in 58 % of cases, not 95 % (164 tasks of 10 samples, tasks either easy or hard).

Where the estimates do not scatter at all (every task passed by every sample, or one task) t has nothing to go by. There
Wilson's interval is given as if each task had one sample: nothing between 0 and 1 scatters more, so it is too wide
rather than too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from harness.grading.pass_at_k import wilson

WILSON = "wilson-95"
LOGIT_T = "logit-t-95"


class Interval(NamedTuple):
    """Both ends, fractions in [0, 1], and how they were made."""

    low: float
    high: float
    kind: str


def task_interval(estimates: Sequence[float], *, is_binary: bool) -> Interval:
    """Give the 95 % interval of a mean over tasks.

    Args:
        estimates: pass@k of each task.
        is_binary: Whether each is one sample's pass or fail.

    Raises:
        ValueError: There is no task.

    Example:
        >>> low, high, kind = task_interval([1.0, 0.5, 0.9, 0.0, 0.7], is_binary=False)
        >>> round(low, 3), round(high, 3), kind
        (0.168, 0.929, 'logit-t-95')
        >>> task_interval([1.0, 1.0], is_binary=True).kind
        'wilson-95'
    """
    tasks = len(estimates)
    total = math.fsum(estimates)
    mean = total / tasks if tasks else 0.0
    error = 0.0
    if not is_binary and tasks > 1:
        error = math.sqrt(math.fsum((estimate - mean) ** 2 for estimate in estimates) / (tasks - 1) / tasks)
    if error < 1e-12 or not 0 < mean < 1:
        return Interval(*wilson(min(total, tasks), tasks), WILSON)
    return Interval(*logit_t(mean, error, tasks - 1), LOGIT_T)


def logit_t(mean: float, error: float, freedom: int) -> tuple[float, float]:
    """Give the 95 % interval of a mean by t on the logit scale.

    Args:
        mean: Above 0 and below 1.
        error: Its standard error.
        freedom: Degrees of freedom: independent units less one.

    Example:
        >>> [round(end, 3) for end in logit_t(0.9, 0.05, 30)]
        [0.743, 0.966]
    """
    from scipy.special import stdtrit

    centre = math.log(mean / (1 - mean))
    reach = float(stdtrit(freedom, 0.975)) * error / (mean * (1 - mean))
    return _logistic(centre - reach), _logistic(centre + reach)


def _logistic(value: float) -> float:
    """Turn a logit into a fraction, without overflow at either end."""
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))
