"""Whether a stored score can be one at all: a record that was edited or damaged must not be drawn, nor hide others."""

from __future__ import annotations

from harness.records import Score


def impossible(score: Score) -> str:
    """Say why no run can have this score; empty where one can.

    Args:
        score: As stored.

    Example:
        >>> impossible(Score("own", 1, 7.5, 0.6, 0.8, 4, 4, 1, 3))
        'pass@1 7.5 with the interval 0.6 to 0.8 is impossible'
        >>> impossible(Score("own", 1, 0.75, 0.3, 0.95, 4, 4, 1, 3))
        ''
    """
    # Written so that it is not true of nan either.
    if not 0 <= score.low <= score.value <= score.high <= 1:
        return f"pass@{score.k} {score.value} with the interval {score.low} to {score.high} is impossible"
    if score.tasks < 1 or score.samples < 1 or score.tasks > score.of_tasks:
        return f"a score over {score.tasks} of {score.of_tasks} tasks with {score.samples} samples each is impossible"
    if not 1 <= score.k <= score.samples:
        return f"pass@{score.k} is not known from {score.samples} samples a task"
    return ""
