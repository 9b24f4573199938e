"""Tasks that stronger models fail and weaker ones pass: more often a wrong test than a hard question.

On MBPP seven of the ten most suspect tasks turned out to be wrong ones (eval-arena, Wang 2024). With a few models
many tasks look suspect by chance.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_CLOSE = 1e-12


def suspect_tasks(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give each task's Kendall tau-b against the models' strength on the other tasks.

    Args:
        rates: Share of passed samples, shape (models, tasks).

    Returns:
        Shape (tasks,), in [-1, 1]; negative is suspect. `nan` where all models do alike on the task (or on all the
        others): nothing can be said.

    Example:
        >>> rates = np.array([[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 1]], dtype=float)
        >>> [round(float(tau), 2) for tau in suspect_tasks(rates)]
        [nan, -0.5, nan, -0.82]
    """
    models, tasks = rates.shape
    result = np.full(tasks, np.nan)
    if models < 2 or tasks < 2:
        return result
    first, second = np.triu_indices(models, 1)
    totals = rates.sum(axis=1)
    for task in range(tasks):
        column = rates[:, task]
        if np.ptp(column) < _CLOSE:
            continue
        # Without the task itself: it would agree with a strength that it is a part of.
        strength = totals - column
        by_task, by_strength = _signs(column[first] - column[second]), _signs(strength[first] - strength[second])
        scale = float(np.abs(by_task).sum(dtype=np.int64)) * float(np.abs(by_strength).sum(dtype=np.int64))
        if scale:
            result[task] = float((by_task * by_strength).sum(dtype=np.int64)) / np.sqrt(scale)
    return result


def _signs(apart: NDArray[np.float64]) -> NDArray[np.int8]:
    return (apart > _CLOSE).astype(np.int8) - (apart < -_CLOSE).astype(np.int8)
