"""What stands below a board: what a number is over, what the ranks rest on, what is out of the ordinary.

A number never stands alone: the task count, the data's hash, the number of samples and the kind of interval are said
here once for the columns, and whatever is peculiar to one row gets a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.records import Limits, RunRecord
from leaderboards.columns import Column
from leaderboards.standings import LEVEL, Cell, Row, Standings

STRONG_LEVEL = "namespaces"
"""The sandbox level that needs no remark."""
PLUMBING = "plumbing-"
"""How the version of a benchmark begins that tests fuseval and not models (`harness.benchmarks.miniature`)."""


def is_marked(cell: Cell) -> bool:
    """Whether a row's note speaks of this score: it is over a part of the tasks or its run is incomplete.

    Args:
        cell: Of any row.
    """
    return cell.is_partial or not cell.record.is_complete


def row_notes(row: Row) -> list[str]:
    """Say what is out of the ordinary about a row's runs, one sentence each.

    Args:
        row: Any.
    """
    parts: dict[tuple[int, int], list[str]] = {}
    for column, cell in row.cells.items():
        if cell.is_partial:
            parts.setdefault((cell.score.tasks, cell.score.of_tasks), []).append(column.label)
    notes = [
        f"only {tasks} of {of_tasks} tasks are scored in {', '.join(labels)}: no rank"
        for (tasks, of_tasks), labels in parts.items()
    ]
    notes += row.remarks
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
    if record.programs_as_given:
        notes.append(f"{record.programs_as_given} programs in {record.benchmark} were run with tests of their own")
    if record.origin:
        notes.append(f"verdicts in {record.benchmark} were made elsewhere: {record.origin}")
        return notes
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
    """Say for each data file which columns it fills, its version, its tasks and the start of its hash.

    Args:
        columns: Of the board.

    Example:
        >>> data_lines([Column("miniature", "26dd7b4b7032ab", "miniature", "plumbing-1", 200)])[0][-65:]
        'data 26dd7b4b7032: a plumbing benchmark, no evidence about models'
    """
    by_data: dict[str, list[Column]] = {}
    lines = []
    for column in columns:
        if column.parts:
            languages = ", ".join(part.name.partition(":")[2] for part in column.parts)
            lines.append(
                f"{column.label}: mean over {len(column.parts)} languages ({languages}), {column.task_count} tasks of "
                f"{column.version}, data {column.dataset_sha256[:12]}"
            )
        else:
            by_data.setdefault(column.dataset_sha256, []).append(column)
    for sha256, filled in by_data.items():
        version = filled[0].version
        # A private benchmark's version is the start of its hash, which follows anyway.
        version = f" {version}" if version and not sha256.startswith(version) else ""
        tasks = ", ".join(str(count) for count in sorted({column.task_count for column in filled}))
        names = ", ".join(column.label for column in filled)
        is_plumbing = filled[0].version.startswith(PLUMBING)
        remark = ": a plumbing benchmark, no evidence about models" if is_plumbing else ""
        lines.append(f"{names}: {tasks} tasks of {filled[0].benchmark}{version}, data {sha256[:12]}{remark}")
    return lines


def reading_line(standings: Standings) -> str:
    """Say how to read a score: its interval, its number of samples and its temperature where all have the same.

    Args:
        standings: The board.
    """
    rows = standings.rows + standings.self_checks
    cells = [row.cells[column] for row in rows for column in standings.columns if column in row.cells]
    kinds = sorted({_interval_words(cell.score.interval) for cell in cells} - {""})
    samples = sorted({cell.score.samples for cell in cells})
    unit = "seeds" if standings.by else "tasks"
    parts = [f"Scores are percent, each with its {' or '.join(kinds)} interval over {unit}."] if kinds else []
    if len(samples) == 1:
        parts.append(f"n = {samples[0]} sample{'s'[: samples[0] != 1]} a task.")
    temperatures = {value for row in standings.rows for value in row.temperatures}
    if len(temperatures) == 1:
        value = temperatures.pop()
        parts.append("Temperature unknown." if value is None else f"Temperature {value:g}.")
    return " ".join(parts)


def _interval_words(interval: str) -> str:
    """Turn `wilson-95` into `95% Wilson`; empty where there is no interval."""
    name, _, level = interval.rpartition("-")
    words = {"wilson": "Wilson", "logit-t": "t (logit scale)", "clustered-t": "clustered t", "t-over-seeds": "t"}
    return f"{level}% {words.get(name, name)}" if name and level.isdigit() else ""


def ranking_line(standings: Standings) -> str:
    """Say what the ranks rest on, and what the board can resolve; empty where nobody is ranked.

    Args:
        standings: The board.
    """
    ranking = standings.ranking
    if ranking is None or not ranking.pairs:
        return ""
    alike = f" ({ranking.clusters} independent problems)" if ranking.clusters < ranking.tasks else ""
    over = "" if standings.by else f" on {ranking.tasks} tasks{alike}"
    pairs = "the one pair" if ranking.pairs == 1 else f"all {ranking.pairs:,} pairs"
    text = f"Ranks in {ranking.column.label}: {' and '.join(ranking.tests)}{over}, {pairs}"
    text += f", Holm-adjusted at {100 * LEVEL:.0f}%: models that are not told apart share ranks."
    if ranking.resolves is None or ranking.resolves_adjusted is None:
        return text
    text += f" Smallest difference found with 80% power (MDE): {100 * ranking.resolves:.1f} points for one pair"
    return text + (f", {100 * ranking.resolves_adjusted:.1f} within all pairs." if ranking.pairs > 1 else ".")


def baseline_line(standings: Standings) -> str:
    """Say what the differences are to, and when one is marked; empty without a baseline.

    Args:
        standings: The board.
    """
    baseline = standings.baseline
    if baseline is None:
        return ""
    found = [difference for row in standings.rows for difference in row.differences.values()]
    tests = sorted({difference.paired.test for difference in found})
    name = " ".join(filter(None, [baseline.model, baseline.variant]))
    over = "training seeds" if standings.by else "the tasks that both have"
    text = f"Differences to {name} in points, over {over}, each with its 95% interval."
    if not tests:
        return text
    return (
        f"{text} ▲ better, ▼ worse: where {' and '.join(tests)} survives Holm over the rows of a column at "
        f"{100 * LEVEL:.0f}%; without a mark nothing was shown."
    )


def sandbox_line(standings: Standings) -> str:
    """Name the sandbox level where every run had the same weaker one; empty otherwise (a column says it then).

    Args:
        standings: The board.
    """
    levels = sandbox_levels(standings)
    if levels == ["unknown"]:
        return "Every verdict was made elsewhere; how the programs were isolated is not known."
    return f"Every run was isolated at level {levels[0]} only." if len(levels) == 1 and levels != [STRONG_LEVEL] else ""


def sandbox_levels(standings: Standings) -> list[str]:
    """List the sandbox levels of all runs on the board, each once.

    Args:
        standings: The board.
    """
    return sorted({record.sandbox for row in standings.rows + standings.self_checks for record in row.records})


def left_out_line(names: list[str], width: int) -> str:
    """Say what did not fit; empty when everything did.

    Args:
        names: Of columns.
        width: Of the terminal.
    """
    if not names:
        return ""
    return f"Left out at {width} columns: {', '.join(names)}. A wider terminal, --columns or --json shows them."


def older_line(older_runs: int) -> str:
    """Say how many runs another one stands in for; empty when there are none.

    Args:
        older_runs: How many.
    """
    if not older_runs:
        return ""
    what = (
        "1 older run of the same question is"
        if older_runs == 1
        else f"{older_runs} older runs of the same questions are"
    )
    return f"{what} not shown."
