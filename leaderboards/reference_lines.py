"""Published numbers on a board: grey lines to look at, each with an unpaired interval; in no rank and in no test.

A published score stands in a column only where it is over as many tasks: MBPP+ had 399 once and has 378 today, under
one name. Of a long published table the lines nearest to the board's models are shown, and the leader.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from harness.formats.reference_file import ReferenceRow
from harness.grading.pass_at_k import wilson
from leaderboards.columns import Column
from leaderboards.standings import ReferenceLine, ReferenceScore, Row

FEWEST_NEAR, MOST_NEAR = 3, 10
"""How many lines are shown beside few and beside many models."""

Choice = Literal["near", "all", "none"]


def reference_lines(
    references: Iterable[ReferenceRow],
    rows: Sequence[Row],
    columns: Sequence[Column],
    sort: Column | None,
    choice: Choice,
) -> tuple[list[ReferenceLine], list[str]]:
    """Choose the published scores to show.

    Args:
        references: All that were imported.
        rows: The board's models.
        columns: The board's columns.
        sort: The column by whose scores lines are near; only lines with a score in it are shown.
        choice: `near` the models, `all`, or `none`.

    Returns:
        The lines from the highest score down, and what was left out and why, a sentence each.
    """
    if choice == "none" or sort is None:
        return [], []
    lines, refused = [], Counter[tuple[str, str]]()
    for reference in references:
        scores = {}
        for column in columns:
            value = reference.values.get(column.name)
            if value is None:
                continue
            tasks = reference.tasks.get(column.name)
            if tasks == column.task_count and not column.parts:
                scores[column] = ReferenceScore(value, *wilson(value * tasks, tasks))
            else:
                refused[column.label, f"over {tasks} tasks" if tasks else "over an unknown number of tasks"] += 1
        if sort in scores:
            lines.append(ReferenceLine(reference.model, reference.source, reference.link, scores))
    remarks = [
        f"{count} published score{'s'[: count != 1]} in {label} left out: {over}, not {_task_count(columns, label)}"
        for (label, over), count in refused.items()
    ]
    lines.sort(key=lambda line: (-line.scores[sort].value, line.model, line.source))
    shown = lines if choice == "all" else _near(lines, rows, sort)
    if len(shown) < len(lines):
        remarks.append(
            f"{len(shown)} of {len(lines)} published lines shown, those nearest to the models; all: --references all"
        )
    return shown, remarks


def _task_count(columns: Iterable[Column], label: str) -> int:
    return next(column.task_count for column in columns if column.label == label)


def _near(lines: list[ReferenceLine], rows: Iterable[Row], sort: Column) -> list[ReferenceLine]:
    """Choose the leader and the lines whose scores are nearest to any model's, in the order they stand."""
    values = [row.cells[sort].score.value for row in rows if sort in row.cells]
    if not values:
        return lines[:MOST_NEAR]
    most = min(MOST_NEAR, max(FEWEST_NEAR, len(values)))

    def distance(line: ReferenceLine) -> float:
        return min(abs(line.scores[sort].value - value) for value in values)

    nearest = sorted(lines, key=distance)[:most]
    return [line for place, line in enumerate(lines) if place == 0 or line in nearest]
