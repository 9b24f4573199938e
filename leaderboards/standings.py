"""The nouns of a board: a cell, a row, what the ranks rest on, and the standings that hold them all.

Plain data, made in `store` and shown by the board, the JSON, the tables and the site.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from harness.records import RunRecord, Score
from leaderboards.columns import Column
from leaderboards.outcomes import Outcomes
from leaderboards.runs import StoredRun
from leaderboards.statistics import PairedDifference, RankRange

LEVEL = 0.05
"""Below which an adjusted p-value is called significant."""


@dataclass(frozen=True)
class Cell:
    """One model's score in one column, and the record of the run it comes from."""

    score: Score
    record: RunRecord
    """Of several runs behind a mean, the newest."""
    runs: tuple[StoredRun, ...] = ()
    """The runs behind it: one, or one a language, or one a training seed."""
    seed_values: tuple[float, ...] = ()
    """Where the row is a method: its score with each training seed."""

    @property
    def is_partial(self) -> bool:
        """Whether it is over a part of the benchmark's tasks, so that it can not be ranked among whole ones."""
        return self.score.tasks < self.score.of_tasks

    @property
    def outcomes(self) -> Outcomes | None:
        """What the model did on each task; None where nothing but the score is known, as of a method over seeds.

        Raises:
            InputError: The verdicts are damaged.
        """
        if self.seed_values or not self.runs:
            return None
        if len(self.runs) == 1:
            return self.runs[0].outcomes.get(self.score.column)
        # A mean over languages: the same task id stands for another task in each of them.
        found = [(run.record.benchmark, run.outcomes.get(run.record.benchmark)) for run in self.runs]
        parts = [(name, part) for name, part in found if part is not None]
        if len(parts) < len(found):
            return None
        return Outcomes(
            self.score.column,
            tuple(f"{name} {task}" for name, part in parts for task in part.tasks),
            np.concatenate([part.samples for _, part in parts]),
            np.concatenate([part.passed for _, part in parts]),
        )


@dataclass(frozen=True)
class BaselineDifference:
    """One row's score in one column minus the baseline's, over the tasks that both have."""

    paired: PairedDifference
    adjusted_p: float
    """By Holm, over all rows of the column that are compared with the baseline."""

    @property
    def is_significant(self) -> bool:
        """Whether it survives the adjustment."""
        return self.adjusted_p < LEVEL


@dataclass(frozen=True)
class Row:
    """One model asked in one way; `variant` says the way, where the same model was asked in several."""

    model: str
    variant: str
    is_self_check: bool
    cells: dict[Column, Cell]
    rank: RankRange | None = None
    differences: Mapping[Column, BaselineDifference] = field(default_factory=dict)
    """To the board's baseline, by column; empty without one, and for the baseline itself."""
    members: tuple[str, ...] = ()
    """Where the row is a method: the models that were trained by it, one a seed."""
    remarks: tuple[str, ...] = ()
    """What is peculiar to the row beside what its records say, a sentence each."""

    @cached_property
    def records(self) -> list[RunRecord]:
        """The runs behind the row, each once, by run id."""
        found = {run.record.run_id: run.record for cell in self.cells.values() for run in cell.runs}
        found |= {cell.record.run_id: cell.record for cell in self.cells.values()}
        return [record for _, record in sorted(found.items())]

    @cached_property
    def samples(self) -> list[int]:
        """The numbers of samples a task, each once."""
        return sorted({cell.score.samples for cell in self.cells.values()})

    @cached_property
    def temperatures(self) -> list[float | None]:
        """The sampling temperatures of its runs, each once, the unknown first."""
        found = {_number(record, "temperature") for record in self.records}
        return sorted(found, key=lambda value: -1.0 if value is None else value)

    @cached_property
    def not_passed(self) -> dict[str, int]:
        """Samples by status over all its runs, the most frequent first, without those that passed."""
        counts: Counter[str] = Counter()
        for record in self.records:
            counts.update({status: count for status, count in record.counts.items() if status != "pass" and count})
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @property
    def infra_errors(self) -> int:
        """Samples that the harness could not grade, over all its runs."""
        return sum(record.counts.get("infra_error", 0) for record in self.records)

    @property
    def tokens(self) -> int | None:
        """Completion tokens over all its runs; None where no run knows."""
        known = [record.tokens for record in self.records if record.tokens is not None]
        return sum(known) if known else None

    @property
    def wall_seconds(self) -> float | None:
        """Wall seconds of the row's runs, all stages together; None where no run knows."""
        known = [seconds for record in self.records if (seconds := record.wall_seconds) is not None]
        return sum(known) if known else None

    def seconds(self, stage: str) -> float | None:
        """Sum one stage's seconds over the row's runs; None where no run knows it."""
        known = [record.seconds[stage] for record in self.records if stage in record.seconds]
        return sum(known) if known else None


def _number(record: RunRecord, name: str) -> float | None:
    value = (record.generation or {}).get(name)
    return float(value) if isinstance(value, int | float) else None


@dataclass(frozen=True)
class Ranking:
    """What the ranks of the sorted column rest on."""

    column: Column
    tests: tuple[str, ...]
    """Names of the tests that were used; with one model none."""
    models: int
    pairs: int
    """How many comparisons Holm's adjustment is over."""
    tasks: int
    clusters: int
    """How many of the tasks are independent of each other."""
    resolves: float | None = None
    """The smallest difference that one pair alone finds with 80 % power, a fraction; None without two models."""
    resolves_adjusted: float | None = None
    """The same where it has to survive the adjustment over all pairs, at its strictest."""
    lead_p: float | None = None
    """The adjusted p-value of the first against the second; None without two models."""
    level_with_first: int = 0
    """How many others the tests do not tell from the first."""

    @property
    def correction(self) -> str:
        """The adjustment for several comparisons."""
        return "Holm" if self.pairs else ""


@dataclass(frozen=True)
class ReferenceScore:
    """A published number as a column shows it: with an unpaired interval, and never in a test."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ReferenceLine:
    """One model's published scores on this board's columns."""

    model: str
    source: str
    link: str | None
    scores: Mapping[Column, ReferenceScore]


@dataclass(frozen=True)
class Standings:
    """A board's data: rows in the order they are shown, ranked within `sort`."""

    k: int
    sort: Column | None
    columns: list[Column]
    """Those that are shown."""
    rows: list[Row]
    self_checks: list[Row] = field(default_factory=list)
    older_runs: int = 0
    """Runs that a newer or a more complete one with the same question stands in for."""
    unreadable: list[str] = field(default_factory=list)
    """What below the folder could not be read, and what to do about it, one sentence each."""
    other_columns: list[Column] = field(default_factory=list)
    """Those that rows have scores in but that are not shown: the languages behind a mean."""
    ranking: Ranking | None = None
    baseline: Row | None = None
    """The row that the others' `differences` are to; it is one of `rows`."""
    references: list[ReferenceLine] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What was left out and why, a sentence each."""
    extras: tuple[str, ...] = ()
    """The columns beside the scores that were asked for; empty lets the board choose."""
    where: str = ""
    """The filter that the rows passed."""
    by: str = ""
    """What the rows are grouped by, `recipe`; empty where each is a model."""
