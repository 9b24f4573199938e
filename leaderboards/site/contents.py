"""What a site shows, gathered once: the models in the board's order, their pages' names, runs, data sets and outcomes.

File names are made of models' and benchmarks' names by `slug`, told apart without regard to case: a site that is
copied to a disk where `A.html` and `a.html` are one file loses no page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from harness.errors import InputError
from harness.formats.run_folder import slug
from leaderboards.columns import Column
from leaderboards.facts import model_size
from leaderboards.outcomes import Outcomes
from leaderboards.ranking import ranked
from leaderboards.references import read_references
from leaderboards.runs import StoredRun, said
from leaderboards.standings import ReferenceLine, Row, Standings
from leaderboards.statistics import RankRange

MOST_ANSWERS = 25_000
"""Answers (a model's to a task) that get their program, verdict and failing input on a site. A board of 46 models on
HumanEval+ and MBPP+ has all of them; of a larger one those of the first models are shown, so that a site of any number
of runs stays at some tens of megabytes."""


@dataclass(frozen=True)
class Model:
    """One row of the board that has runs behind it."""

    row: Row
    stem: str
    """Its page's file name, without the ending."""
    runs: tuple[StoredRun, ...]
    """Each once, by benchmark."""
    outcomes: Mapping[Column, Outcomes]
    """What it did on each task of a column; without those that can not be read."""
    has_answers: bool
    """Whether its programs and verdicts are on the site."""
    trouble: tuple[str, ...] = ()
    """What of it could not be read, a sentence each."""

    @property
    def name(self) -> str:
        """The model's name."""
        return self.row.model

    @property
    def title(self) -> str:
        """The name, with what tells it from other rows of the same model."""
        return f"{self.row.model} ({self.row.variant})" if self.row.variant else self.row.model

    @property
    def page(self) -> str:
        """Its page, from the site's root."""
        return f"models/{self.stem}.html"


@dataclass(frozen=True)
class DataSet:
    """The questions that one or more columns are over: one data file."""

    sha256: str
    label: str
    """The benchmark's name, with the start of the hash where the name alone would mislead."""
    folder: str
    """Where its tasks' pages are, below `tasks/`."""
    columns: tuple[Column, ...]

    @property
    def main(self) -> Column:
        """The column that decides: the one with more tests."""
        return min(self.columns, key=lambda column: column.is_base)

    def page(self, task_id: str) -> str:
        """Give a task's page, from the site's root.

        Args:
            task_id: One of its tasks.
        """
        return f"tasks/{self.folder}/{slug(task_id)}.html"


@dataclass(frozen=True)
class Contents:
    """Everything a site is made of."""

    standings: Standings
    models: tuple[Model, ...]
    """The board's rows with runs behind them, in its order, then the self-checks."""
    data_sets: tuple[DataSet, ...]
    ranks: Mapping[Column, Mapping[str, RankRange]]
    """The ranks in each column that is shown, by the stem of the model's page."""
    published_sizes: Mapping[tuple[str, str], float]
    """Billions of parameters of published models, by name and source, where the source says them."""
    runs_root: Path

    def published_size(self, line: ReferenceLine) -> float | None:
        """Give a published model's size in billions of parameters: what its source says, else what its name says.

        Args:
            line: One of the board's references.
        """
        return self.published_sizes.get((line.model, line.source)) or model_size(line.model, ())

    def as_public(self, causes: Iterable[str]) -> list[str]:
        """Name files from the runs' root on: a site says nothing of the folders of the machine it was made on.

        Args:
            causes: Why something could not be read, a sentence each.
        """
        return [cause.replace(f"{self.runs_root}/", "") for cause in causes]

    @property
    def columns(self) -> list[Column]:
        """All columns with scores, those first that the board shows."""
        return [*self.standings.columns, *self.standings.other_columns]

    @cached_property
    def by_data(self) -> Mapping[str, DataSet]:
        """The data sets by hash."""
        return {data_set.sha256: data_set for data_set in self.data_sets}

    @property
    def comparable(self) -> list[Model]:
        """The models whose outcomes are known, task by task."""
        return [model for model in self.models if model.outcomes]

    @property
    def ranked(self) -> list[Model]:
        """The models without the self-checks."""
        return [model for model in self.models if not model.row.is_self_check]


def gather(standings: Standings, runs_root: Path) -> Contents:
    """Find what a site needs besides the standings.

    Args:
        standings: The board. Verdicts that can not be read are said on the model's page; the rest is shown.
        runs_root: Where the runs are kept.
    """
    rows = [*standings.rows, *standings.self_checks]
    stems = page_names(("self-check" if row.is_self_check else "", row.model, row.variant) for row in rows)
    models, answers = [], 0
    for row, stem in zip(rows, stems, strict=True):
        runs = _runs(row)
        answers += sum(run.record.task_count for run in runs)
        outcomes, trouble = _outcomes(row)
        models.append(Model(row, stem, runs, outcomes, answers <= MOST_ANSWERS, tuple(trouble)))
    columns = [*standings.columns, *standings.other_columns]
    return Contents(
        standings,
        tuple(models),
        tuple(_data_sets(column for column in columns if not column.parts)),
        _ranks(standings, models),
        _published_sizes(runs_root) if standings.references else {},
        runs_root,
    )


def _ranks(standings: Standings, models: Sequence[Model]) -> dict[Column, dict[str, RankRange]]:
    """Rank the models in every column, so that a reader who sorts by another one sees its ranks."""
    stems = {(model.row.model, model.row.variant): model.stem for model in models if not model.row.is_self_check}
    found = {}
    for column in standings.columns:
        rows, _ = ranked(standings.rows, column, standings.k, lambda _: None)
        found[column] = {stems[row.model, row.variant]: row.rank for row in rows if row.rank is not None}
    return found


def _published_sizes(runs_root: Path) -> dict[tuple[str, str], float]:
    rows = read_references(runs_root, on_unreadable=lambda _: None)  # the board names what it could not read
    return {(row.model, row.source): row.size_b for row in rows if row.size_b}


def page_names(names: Iterable[Sequence[str]]) -> list[str]:
    """Give every row's page a file name of its own, the same whatever the order of the rows.

    Args:
        names: What tells the rows apart; empty parts are left out.

    Example:
        >>> page_names([("m", ""), ("M", ""), ("m", "prompt chat"), ("../x", "")])
        ['m-2', 'M', 'm-prompt-chat-94db8da4', 'x-d6b96a97']
    """
    keys = [tuple(parts) for parts in names]
    given: dict[tuple[str, ...], str] = {}
    taken: set[str] = set()
    for key in sorted(keys):
        stem = wanted = slug(" ".join(filter(None, key)))
        number = 2
        while stem.casefold() in taken:
            stem = f"{wanted}-{number}"
            number += 1
        taken.add(stem.casefold())
        given[key] = stem
    return [given[key] for key in keys]


def _runs(row: Row) -> tuple[StoredRun, ...]:
    found = {run.record.run_id: run for cell in row.cells.values() for run in cell.runs}
    return tuple(
        sorted(found.values(), key=lambda run: (run.record.benchmark, run.record.model.name, run.record.run_id))
    )


def _outcomes(row: Row) -> tuple[dict[Column, Outcomes], list[str]]:
    """Read what a row did on each task; and say what of it can not be read, once a run."""
    found: dict[Column, Outcomes] = {}
    trouble: dict[str, None] = {}
    for column, cell in row.cells.items():
        try:
            outcomes = cell.outcomes
        except InputError as error:
            trouble[said(error)] = None
            continue
        if outcomes is not None:
            found[column] = outcomes
    return found, list(trouble)


def _data_sets(columns: Iterable[Column]) -> Iterator[DataSet]:
    by_data: dict[str, list[Column]] = {}
    for column in columns:
        by_data.setdefault(column.dataset_sha256, []).append(column)
    names = {sha256: max(column.benchmark for column in filled) for sha256, filled in by_data.items()}
    taken = [name.casefold() for name in names.values()]
    for sha256, filled in by_data.items():
        name = names[sha256]
        is_split = taken.count(name.casefold()) > 1
        label = f"{name} {sha256[:6]}" if is_split else name
        yield DataSet(sha256, label, f"{slug(name)}-{sha256[:6]}" if is_split else slug(name), tuple(filled))
