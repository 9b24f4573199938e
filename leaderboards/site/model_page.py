"""What a model's page shows: its scores, what came of its samples, how it was asked and run, and its tasks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leaderboards.cells import STATUS_WORDS
from leaderboards.notes import is_marked, row_notes
from leaderboards.site.answers import Answer, run_name
from leaderboards.site.axis import Axis
from leaderboards.site.board_table import ShownScore
from leaderboards.site.contents import Contents, Model
from leaderboards.site.settings import settings


@dataclass(frozen=True)
class ScoreLine:
    """One line of the table of scores."""

    label: str
    shown: ShownScore
    tasks: str
    samples: int
    passed: int
    run_id: str


@dataclass(frozen=True)
class RunCounts:
    """One run's samples by status, in the order of the table's columns."""

    benchmark: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class ModelView:
    """The page."""

    standing: str
    scores: tuple[ScoreLine, ...]
    axis: Axis
    notes: tuple[str, ...]
    statuses: tuple[str, ...]
    runs: tuple[RunCounts, ...]
    settings: tuple[tuple[str, tuple[str, ...]], ...]
    answers: Sequence[Answer] | None
    """None where the site does not hold them."""
    has_samples: bool
    """Whether any task has several samples."""
    answer_statuses: tuple[str, ...]
    """The statuses of the answers, passed ones first."""
    show: str
    """What `fuseval show` is to be asked for."""


def model_view(model: Model, contents: Contents, answers: Sequence[Answer] | None, trouble: Sequence[str]) -> ModelView:
    """Lay out a model's page.

    Args:
        model: Whose page.
        contents: The site's.
        answers: What it did on each task; None where the site does not hold it.
        trouble: What could not be read, a sentence each.
    """
    row = model.row
    shown = [column for column in contents.columns if column in row.cells]
    notes = row_notes(row)
    lines = []
    for column in shown:
        cell = row.cells[column]
        score = cell.score
        note = "; ".join(notes) if is_marked(cell) else ""
        tasks = f"{score.tasks}" if not cell.is_partial else f"{score.tasks} of {score.of_tasks}"
        run_id = cell.record.run_id if len(cell.runs) < 2 else f"{len(cell.runs)} runs"
        given = ShownScore(score.value, score.low, score.high, note)
        lines.append(ScoreLine(column.label, given, tasks, score.samples, score.passed, run_id))
    records = [run.record for run in model.runs]
    statuses = [status for status in STATUS_NAMES if any(record.counts.get(status) for record in records)]
    return ModelView(
        _standing(model, contents),
        tuple(lines),
        Axis.around((line.shown.low or 0.0, line.shown.high or 0.0) for line in lines),
        tuple(dict.fromkeys([*notes, *contents.as_public([*model.trouble, *trouble])])),
        tuple(STATUS_WORDS.get(status, status) for status in statuses),
        tuple(
            RunCounts(run_name(model, run), tuple(run.record.counts.get(status, 0) for status in statuses))
            for run in model.runs
        ),
        tuple(_settings(model)),
        answers,
        any(answer.samples > 1 for answer in answers or ()),
        tuple(sorted({answer.status for answer in answers or ()}, key=lambda status: (status != "pass", status))),
        records[0].run_id if records else row.model,
    )


STATUS_NAMES = ("pass", *STATUS_WORDS)
"""Every status, in the order in which tables show them."""


def _standing(model: Model, contents: Contents) -> str:
    """Say which rank the model has, and among how many."""
    rank, sort = model.row.rank, contents.standings.sort
    if rank is None or sort is None:
        return ""
    among = sum(row.rank is not None for row in contents.standings.rows)
    if rank.first == rank.last:
        return f"Rank {rank.first} of {among} by {sort.label}."
    return f"Ranks {rank.first} to {rank.last} of {among} by {sort.label}: the paired tests leave it open."


def _settings(model: Model) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give the fields that any run knows, with each run's value."""
    by_run = [settings(run.record) for run in model.runs]
    for name in by_run[0] if by_run else ():
        values = tuple(fields[name] for fields in by_run)
        if any(values):
            yield name, values
