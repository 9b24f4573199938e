"""The nouns of a comparison: contenders, pairs of them, a column of pairs, and the findings that hold them all.

Plain data, made in `comparison` and shown by the view, the sentences and the JSON.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.formats.run_folder import RunFolder
from harness.records import RunRecord
from leaderboards.outcomes import Outcomes
from leaderboards.standings import LEVEL
from leaderboards.statistics import PairedDifference

TOGETHER = "all together"
"""What the tasks of several benchmarks, put together, are called."""


@dataclass(frozen=True)
class Contender:
    """One side of a comparison: a model's run, or one run on each of several benchmarks."""

    letter: str
    records: tuple[RunRecord, ...]
    outcomes: tuple[Mapping[str, Outcomes], ...]
    """By column; as many as records, in the same order."""
    folders: tuple[RunFolder, ...] = ()
    """Where the runs lie, for their programs."""

    @property
    def model(self) -> str:
        """The model's name."""
        return self.records[0].model.name

    @property
    def is_self_check(self) -> bool:
        """Whether it is a built-in answerer."""
        return self.records[0].model.is_self_check

    @property
    def run_ids(self) -> tuple[str, ...]:
        """The ids of its runs."""
        return tuple(record.run_id for record in self.records)


@dataclass(frozen=True)
class Pair:
    """Two contenders in one column."""

    first: int
    """Place of the one that is `a` of the result; it stands before the other."""
    second: int
    result: PairedDifference
    adjusted_p: float
    """Holm's, over all pairs of the column."""
    detectable: float | None
    """The smallest true difference that is found four times in five, a fraction; None where these tasks can't say."""

    @property
    def is_distinguishable(self) -> bool:
        """Whether the difference survives the adjustment."""
        return self.adjusted_p < LEVEL


@dataclass(frozen=True)
class ColumnComparison:
    """All contenders in one column. Arrays are of shape (contenders, tasks)."""

    column: str
    task_ids: tuple[str, ...]
    """The tasks that are compared, in the benchmark's order; empty where they are not the same ones."""
    samples: NDArray[np.int64]
    passed: NDArray[np.int64]
    scores: tuple[float, ...]
    """The mean of each contender over the tasks compared, a fraction."""
    tasks: tuple[int, ...]
    """How many tasks that are, for each contender; all the same but for an unpaired comparison."""
    pairs: tuple[Pair, ...]
    place: int | None = None
    """Which of each contender's runs this is; None for all of them together."""
    cochran: tuple[float, float] | None = None
    """Cochran's Q and its p-value; None for two contenders, several samples a task, or tasks that belong together."""

    def pair(self, first: int, second: int) -> Pair:
        """Find the pair of two contenders.

        Args:
            first: Place of one.
            second: Place of the other, after it.
        """
        return next(pair for pair in self.pairs if (pair.first, pair.second) == (first, second))

    def only(self, solver: int, other: int) -> tuple[str, ...]:
        """List the tasks that one contender solves, in at least one sample, and the other never.

        Args:
            solver: Place of the one that does.
            other: Place of the one that does not.
        """
        if not self.task_ids:
            return ()
        chosen = (self.passed[solver] > 0) & (self.passed[other] == 0)
        return tuple(itertools.compress(self.task_ids, chosen))


@dataclass(frozen=True)
class Findings:
    """A comparison's data: the contenders, and a part for each column, the one that decides first."""

    contenders: tuple[Contender, ...]
    columns: tuple[ColumnComparison, ...]
    is_paired: bool = True
    unlike: tuple[str, ...] = ()
    """What keeps the runs of an unpaired comparison from being paired, a line each."""
    notes: tuple[str, ...] = ()
    """What else is to be known of the runs, a sentence each."""

    @property
    def deciding(self) -> list[ColumnComparison]:
        """The column that decides, of each benchmark."""
        by_place: dict[int, ColumnComparison] = {}
        for column in self.columns:
            if column.place is not None:
                by_place.setdefault(column.place, column)
        return list(by_place.values())
