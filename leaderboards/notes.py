"""What stands below a board: what a number is over, what is out of the ordinary, and what was left out.

A number never stands alone: the task count, the data's hash, the number of samples and the kind of interval are said
here once for the columns, and whatever is peculiar to one row gets a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.records import Limits, RunRecord
from leaderboards.store import Cell, Column, Row, Standings

STRONG_LEVEL = "namespaces"
"""The sandbox level that needs no remark."""


def is_marked(cell: Cell) -> bool:
    """Whether a row's note speaks of this score: it is over a part of the tasks or its run is incomplete."""
    return cell.is_partial or not cell.record.is_complete


def row_notes(row: Row) -> list[str]:
    """Say what is out of the ordinary about a row's runs, one sentence each."""
    parts: dict[tuple[int, int], list[str]] = {}
    for column, cell in row.cells.items():
        if cell.is_partial:
            parts.setdefault((cell.score.tasks, cell.score.of_tasks), []).append(column.label)
    notes = [
        f"only {tasks} of {of_tasks} tasks are scored in {', '.join(labels)}: no rank"
        for (tasks, of_tasks), labels in parts.items()
    ]
    for record in row.records:
        notes += _record_notes(record)
    return notes


def _record_notes(record: RunRecord) -> list[str]:
    notes = []
    infra, weak = record.counts.get("infra_error", 0), record.low_assurance
    if infra:
        notes.append(f"{infra} infra error{'s'[: infra != 1]} in {record.benchmark}: score it again to retry them")
    if weak:
        notes.append(f"{weak} verdict{'s'[: weak != 1]} of low assurance in {record.benchmark}")
    changed = _changed_limits(record.limits)
    if changed:
        notes.append(f"other limits than usual in {record.benchmark}: {changed}")
    return notes


def _changed_limits(limits: Limits) -> str:
    usual = Limits()
    fields = ("floor_s", "factor", "memory_bytes", "total_s", "output_bytes", "scratch_bytes", "wall_factor")
    changed = [name for name in fields if getattr(limits, name) != getattr(usual, name)]
    return ", ".join(f"{name} {getattr(limits, name):g}" for name in changed)


def data_lines(columns: Iterable[Column]) -> list[str]:
    """Say for each data file which columns it fills, its version, its tasks and the start of its hash."""
    by_data: dict[str, list[Column]] = {}
    for column in columns:
        by_data.setdefault(column.dataset_sha256, []).append(column)
    lines = []
    for sha256, filled in by_data.items():
        version = filled[0].version
        # A private benchmark's version is the start of its hash, which follows anyway.
        version = f" {version}" if version and not sha256.startswith(version) else ""
        tasks = ", ".join(str(count) for count in sorted({column.task_count for column in filled}))
        names = ", ".join(column.label for column in filled)
        lines.append(f"{names}: {tasks} tasks of {filled[0].benchmark}{version}, data {sha256[:12]}")
    return lines


def reading_line(standings: Standings) -> str:
    """Say how to read a score: its interval, its number of samples, its rank."""
    cells = [cell for row in standings.rows + standings.self_checks for cell in row.cells.values()]
    kinds = sorted({_interval_words(cell.score.interval) for cell in cells})
    samples = sorted({cell.score.samples for cell in cells})
    parts = [f"Scores are percent, each with its {' or '.join(kinds)} interval over tasks."]
    if len(samples) == 1:
        parts.append(f"n = {samples[0]} sample{'s'[: samples[0] != 1]} a task.")
    parts.append("Equal scores share a rank.")
    parts.append("Overlapping intervals do not settle which of two models is better.")
    return " ".join(parts)


def _interval_words(interval: str) -> str:
    """Turn `wilson-95` into `95% Wilson`."""
    name, _, level = interval.rpartition("-")
    return f"{level}% {name.capitalize()}" if name and level.isdigit() else interval


def sandbox_line(standings: Standings) -> str:
    """Name the sandbox level where every run had the same weaker one; empty otherwise (a column says it then)."""
    levels = sandbox_levels(standings)
    return f"Every run was isolated at level {levels[0]} only." if len(levels) == 1 and levels != [STRONG_LEVEL] else ""


def sandbox_levels(standings: Standings) -> list[str]:
    """List the sandbox levels of all runs on the board, each once."""
    return sorted({record.sandbox for row in standings.rows + standings.self_checks for record in row.records})


def left_out_line(names: list[str], width: int) -> str:
    """Say what did not fit; empty when everything did."""
    if not names:
        return ""
    return f"Left out at {width} columns: {', '.join(names)}. A wider terminal or --json shows them."


def older_line(older_runs: int) -> str:
    """Say how many runs another one stands in for; empty when there are none."""
    if not older_runs:
        return ""
    what = (
        "1 older run of the same question is"
        if older_runs == 1
        else f"{older_runs} older runs of the same questions are"
    )
    return f"{what} not shown."
