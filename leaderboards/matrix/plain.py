"""A matrix as JSON for other programs: tasks and models in the order drawn, every rate, every list whole.

Fields are only ever added.
"""

from __future__ import annotations

import math

from leaderboards.matrix.matrix import TaskMatrix


def to_plain_matrix(matrix: TaskMatrix) -> dict[str, object]:
    """Turn a matrix into dicts, lists and scalars.

    Args:
        matrix: What `task_matrix` gives.

    Example:
        >>> from leaderboards.matrix.demo import demo_matrix
        >>> plain = to_plain_matrix(demo_matrix(3))
        >>> plain["column"], len(plain["tasks"]), plain["models"][0]["model"]
        ('humaneval+', 164, 'model-03-21b')
    """
    return {
        "column": matrix.column,
        "data": matrix.data,
        "tasks": [
            {
                "task_id": task_id,
                "solve_rate": float(rate),
                "solvers": int(solvers),
                "tau": None if math.isnan(tau) else float(tau),
            }
            for task_id, rate, solvers, tau in zip(
                matrix.task_ids, matrix.rates.mean(axis=0), matrix.solvers, matrix.tau, strict=True
            )
        ],
        "models": [
            {
                "model": row.model,
                "variant": row.variant,
                "run_id": row.run_id,
                "score": float(score),
                "rates": [float(rate) for rate in rates],
            }
            for row, score, rates in zip(matrix.rows, matrix.scores, matrix.rates, strict=True)
        ],
        "solved_by_nobody": list(matrix.solved_by_nobody),
        "solved_by_everybody": list(matrix.solved_by_everybody),
        "solved_by_one": {task: row.model for task, row in matrix.solved_by_one.items()},
        "suspects": matrix.suspects if matrix.has_enough_for_suspects else None,
        "notes": list(matrix.notes),
    }
