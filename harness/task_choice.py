"""Which tasks of a benchmark are meant: the first so many, a list, a range, or every so-manieth."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.errors import InputError, nearest


def choose_tasks(task_ids: Sequence[str], said: str | None = None, limit: int | None = None) -> list[str]:
    """Choose tasks by what was typed, in the benchmark's order.

    Args:
        task_ids: All of the benchmark's.
        said: Task ids or their numbers with commas between, or places as in Python's slices: `0:20`, `::8`.
        limit: At most so many of them.

    Raises:
        InputError: A task is not in the benchmark, or nothing is chosen.

    Example:
        >>> ids = [f"HumanEval/{number}" for number in range(164)]
        >>> choose_tasks(ids, "::50"), choose_tasks(ids, "7, HumanEval/3"), choose_tasks(ids, limit=1)
        (['HumanEval/0', 'HumanEval/50', 'HumanEval/100', 'HumanEval/150'], ['HumanEval/3', 'HumanEval/7'], ['HumanEval/0'])
    """  # noqa: E501
    chosen = list(task_ids)
    if said is not None:
        meant: set[str] = set()
        for part in filter(None, (part.strip() for part in said.split(","))):
            meant.update(_meant(part, chosen))
        chosen = [task_id for task_id in chosen if task_id in meant]
    chosen = chosen[:limit]
    if not chosen:
        raise InputError(f"no task is chosen by {said!r}", hint="as in --tasks 0,8,16 or --tasks ::8")
    return chosen


def _meant(part: str, task_ids: list[str]) -> list[str]:
    if re.fullmatch(r"-?\d*:-?\d*(:[1-9]\d*)?", part):
        return task_ids[slice(*(int(number) if number else None for number in part.split(":")))]
    by_number = {task_id.rpartition("/")[2]: task_id for task_id in reversed(task_ids)}
    if part in task_ids:
        return [part]
    if part in by_number:
        return [by_number[part]]
    raise InputError(f"no task {part!r} in this benchmark", hint=nearest(part, task_ids))
