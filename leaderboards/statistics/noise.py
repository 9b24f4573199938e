"""How much of a score's error comes from the choice of tasks, and how much from drawing samples.

Only the second part shrinks with more samples a task; the first needs more tasks (Wang 2025, arXiv 2512.21326). Needs
two samples a task.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class NoiseSplit(NamedTuple):
    """Standard errors of a mean over tasks, fractions: total² is data² + prediction², unless data was cut at 0."""

    data: float
    """From the choice of tasks: it stays however many samples are drawn."""
    prediction: float
    """From drawing the samples there are: a hundred times the samples make a tenth of it."""
    total: float


def noise_split(samples: NDArray[np.int64], passed: NDArray[np.int64]) -> NoiseSplit | None:
    """Split a score's standard error.

    Args:
        samples: Counted samples a task, shape (tasks,).
        passed: Those that passed.

    Returns:
        None where a task has fewer than two samples, or there are fewer than two tasks: one sample can not tell its
        own scatter from the tasks'.

    Example:
        >>> split = noise_split(np.array([4, 4, 4, 4]), np.array([4, 2, 2, 0]))
        >>> round(split.data, 3), round(split.prediction, 3), round(split.total, 3)
        (0.177, 0.102, 0.204)
    """
    tasks = samples.size
    if tasks < 2 or int(samples.min()) < 2:
        return None
    rates = passed / samples
    total = float(rates.var(ddof=1)) / tasks
    # p(1 - p) / (n - 1) is the unbiased estimate of the variance of one task's rate.
    prediction = float((rates * (1 - rates) / (samples - 1)).mean()) / tasks
    return NoiseSplit(math.sqrt(max(0.0, total - prediction)), math.sqrt(prediction), math.sqrt(total))
