"""Which whole counts a printed percentage can stand for (the GRIM test: Brown and Heathers 2017).

With one sample a task a score is k of N tasks, so a percentage that no k gives is wrong, or over another N. Covers
rounding to the nearest, either way at a half. Does not cover scores over several samples a task, nor cut-off digits.
"""

from __future__ import annotations

from collections.abc import Iterable


def possible_counts(percent: float, tasks: int, decimals: int = 1) -> range:
    """Give the counts of passed tasks that print as a percentage.

    Args:
        percent: As printed, in percent.
        tasks: Tasks that the score is over, at least 1.
        decimals: Digits after the point that were printed.

    Returns:
        The counts, ascending; empty where there is none.

    Example:
        >>> list(possible_counts(78.7, 164)), list(possible_counts(30.0, 164)), list(possible_counts(50, 378, 0))
        ([129], [], [188, 189, 190])
    """
    # Whole numbers: |100 k / N - percent| <= half a unit of the last digit, multiplied out.
    unit = 10**decimals
    printed = round(percent * unit)
    low, high = (2 * printed - 1) * tasks, (2 * printed + 1) * tasks
    return range(max(0, -(-low // (200 * unit))), min(tasks, high // (200 * unit)) + 1)


def possible_task_counts(percents: Iterable[float], candidates: Iterable[int], decimals: int = 1) -> list[int]:
    """Give those task counts over which every one of the percentages is possible.

    Args:
        percents: Scores over the same tasks, in percent as printed.
        candidates: Task counts to try.
        decimals: Digits after the point that were printed.

    Example:
        >>> possible_task_counts([82.5, 69.7], [378, 399])
        [399]
        >>> possible_task_counts([71.7], [378, 399])
        [378, 399]
    """
    scores = list(percents)
    return [tasks for tasks in candidates if all(possible_counts(percent, tasks, decimals) for percent in scores)]
