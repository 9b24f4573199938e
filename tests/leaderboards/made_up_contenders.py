"""Contenders made of lists of passed samples, for tests of comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from leaderboards.comparison.findings import Contender
from leaderboards.demo import demo_record
from leaderboards.outcomes import Outcomes


def outcomes(
    column: str, passed: Sequence[int], samples: int = 1, tasks: Sequence[str] | None = None
) -> Mapping[str, Outcomes]:
    """Make one column's outcomes; tasks are HumanEval's first ones unless they are named."""
    ids = tuple(tasks) if tasks is not None else tuple(f"HumanEval/{number}" for number in range(len(passed)))
    return {column: Outcomes(column, ids, np.full(len(passed), samples), np.array(passed, dtype=np.int64))}


def contender(letter: str, *found: Mapping[str, Outcomes], **changes: object) -> Contender:
    """Make a contender with one run for each mapping of outcomes; `changes` go into the records."""
    records = []
    for place, columns in enumerate(found):
        name = max(columns, key=len)
        record = demo_record(f"model-{letter.lower()}", "humaneval+", 100, 90)
        record = replace(
            record, run_id=f"{letter.lower()}{place}" * 6, benchmark=name, dataset_sha256=name.ljust(64, "0")
        )
        records.append(replace(record, **changes))  # type: ignore[arg-type]
    return Contender(letter, tuple(records), tuple(found))
