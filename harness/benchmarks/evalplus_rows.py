"""EvalPlus's row: one task whose tests are calls, compared with the reference solution's outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.records import Family, Task


def task_of(row: Mapping[str, Any], family: Family) -> Task:
    """Build a task from a row of an EvalPlus data file.

    The row's `test` (HumanEval+ repeats every input there) and `contract` are left out: they are never run.

    Args:
        row: The decoded row.
        family: Whose special oracles apply.

    Raises:
        KeyError: A field is missing.

    Example:
        >>> row = dict(task_id="D/0", prompt="", entry_point="f", canonical_solution="", base_input=[[1]],
        ...            plus_input=[], atol=0, test="never run")
        >>> task_of(row, "humaneval").base_input
        [[1]]
    """
    return Task(
        task_id=row["task_id"],
        prompt=row["prompt"],
        entry_point=row["entry_point"],
        canonical_solution=row["canonical_solution"],
        base_input=row["base_input"],
        plus_input=row["plus_input"],
        atol=float(row["atol"]),
        family=family,
        kind="calls",
    )
