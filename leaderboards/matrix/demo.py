"""A made-up matrix: tasks from easy to hard, models from weak to strong. The numbers are nobody's results."""

from __future__ import annotations

import numpy as np

from leaderboards.matrix.matrix import MatrixRow, TaskMatrix, task_matrix
from leaderboards.outcomes import Outcomes


def demo_matrix(models: int, *, tasks: int = 164, samples: int = 1) -> TaskMatrix:
    """Make up models and their outcomes.

    Args:
        models: How many.
        tasks: How many; 164 of HumanEval+, or any other number.
        samples: Of each task.
    """
    random = np.random.default_rng(0)
    hardness = random.random(tasks) * 1.1
    ids = tuple(f"HumanEval/{number}" for number in range(tasks))
    rows = []
    for place in range(models):
        strength = 0.3 + 0.5 * (place + 1) / models
        passed = random.binomial(samples, 1 / (1 + np.exp((hardness - strength) * 12)))
        outcomes = Outcomes("humaneval+", ids, np.full(tasks, samples), passed)
        rows.append(MatrixRow(f"model-{place + 1:02d}-{7 * (place % 4 + 1)}b", "", f"{place:012x}", outcomes))
    return task_matrix("humaneval+", rows, data="v0.1.10, sha256 42526ec0e7d5")
