"""Models by tasks in one column: who solves what, the strongest model and the most solved task first.

Only tasks that every model drawn has an outcome for are counted, so that "nobody solves it" means all of them. A task
is solved by a model that passes it in at least one sample. Suspect tasks are those that stronger models fail and weaker
ones pass; with few models chance alone makes some.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.errors import InputError
from leaderboards.outcomes import Outcomes, on_common_tasks
from leaderboards.runs import said
from leaderboards.statistics import suspect_tasks
from leaderboards.store import read_standings
from leaderboards.task_lists import task_order

FEWEST_FOR_SUSPECTS = 8
"""Models below which a suspect task can not be told from chance: with five, one task in eight looks suspect."""
LEAST_SHARE = 0.9
"""A run over a smaller share of the fullest one's tasks is not drawn: it would take the others' tasks away."""


@dataclass(frozen=True)
class MatrixRow:
    """One model's outcomes, before the tasks are lined up."""

    model: str
    variant: str
    """What tells it from other rows of the same model; mostly empty."""
    run_id: str
    outcomes: Outcomes


@dataclass(frozen=True)
class TaskMatrix:
    """Models by tasks, both sorted. Arrays follow that order."""

    column: str
    data: str
    """The data's version and hash, to be read."""
    rows: tuple[MatrixRow, ...]
    """The strongest first."""
    task_ids: tuple[str, ...]
    """The most solved first."""
    rates: NDArray[np.float64]
    """Share of passed samples, shape (models, tasks)."""
    samples: int
    """The most samples a task; 1 where every rate is 0 or 1."""
    tau: NDArray[np.float64]
    """Kendall's tau of each task against the models' strength, shape (tasks,); nan where nothing can be said."""
    notes: tuple[str, ...] = ()
    """What is not drawn, a sentence each."""

    @property
    def scores(self) -> NDArray[np.float64]:
        """Each model's mean over the tasks drawn, shape (models,)."""
        return np.asarray(self.rates.mean(axis=1))

    @property
    def solvers(self) -> NDArray[np.int64]:
        """How many models solve each task, shape (tasks,)."""
        return np.asarray((self.rates > 0).sum(axis=0))

    @property
    def solved_by_nobody(self) -> tuple[str, ...]:
        """Tasks that no model solves."""
        return tuple(compress(self.task_ids, self.solvers == 0))

    @property
    def solved_by_everybody(self) -> tuple[str, ...]:
        """Tasks that every model solves."""
        return tuple(compress(self.task_ids, self.solvers == len(self.rows)))

    @property
    def solved_by_one(self) -> dict[str, MatrixRow]:
        """Tasks that exactly one of several models solves, and which; the strongest models' first."""
        if len(self.rows) < 2:
            return {}
        alone = np.flatnonzero(self.solvers == 1)
        found = sorted((int(np.argmax(self.rates[:, task] > 0)), int(task)) for task in alone)
        return {self.task_ids[task]: self.rows[row] for row, task in found}

    @property
    def has_enough_for_suspects(self) -> bool:
        """Whether there are models enough to call a task suspect."""
        return len(self.rows) >= FEWEST_FOR_SUSPECTS

    @property
    def suspects(self) -> dict[str, float]:
        """Tasks whose tau is negative, the most suspect first."""
        found = np.flatnonzero(np.nan_to_num(self.tau) < 0)
        ordered = sorted((float(self.tau[task]), int(task)) for task in found)
        return {self.task_ids[task]: tau for tau, task in ordered}


def read_matrix(runs_root: Path, *, column: str = "", where: str = "") -> TaskMatrix:
    """Read the runs that stand for their models on the board, and line them up.

    Args:
        runs_root: Where runs are kept.
        column: The benchmark or column to draw; empty takes the one that most models have.
        where: A filter that models have to pass, as the board takes it.

    Raises:
        InputError: There is no such column, or no model has it, or the filter can not be read.
    """
    standings = read_standings(runs_root, sort=column, where=where, references="none")
    chosen = standings.sort
    if chosen is None or not standings.rows:
        checks = ", ".join(row.model for row in standings.self_checks)
        built_in = f" but self-checks ({checks})" if checks else ""
        filtered = f" that pass {where}" if where else ""
        raise InputError(
            f"no runs in {runs_root}{filtered}{built_in}",
            hint="fuseval score --samples FILE --bench humaneval --model NAME",
        )
    rows = []
    notes = [f"Not read: {cause}." for cause in standings.unreadable]
    for row in standings.rows:
        try:
            outcomes = row.cells[chosen].outcomes if chosen in row.cells else None
        except InputError as error:
            # One damaged run among many: it is named, and the others are drawn.
            notes.append(f"Not read: {said(error)}.")
            continue
        if outcomes is not None:
            run_ids = " ".join(run.record.run_id for run in row.cells[chosen].runs)
            rows.append(MatrixRow(row.model, row.variant, run_ids, outcomes))
    if not rows and notes:
        raise InputError(f"no run of {chosen.label} can be read. {notes[0]}", hint="fuseval leaderboard names them all")
    data = " ".join(filter(None, (chosen.version, f"sha256 {chosen.dataset_sha256[:12]}")))
    return task_matrix(chosen.label, rows, data=data, notes=[*standings.remarks, *dict.fromkeys(notes)])


def task_matrix(column: str, rows: Sequence[MatrixRow], *, data: str = "", notes: Sequence[str] = ()) -> TaskMatrix:
    """Line models up on the tasks that all of them have, and sort both.

    Args:
        column: What the column is called.
        rows: One a model, in any order.
        data: The data's version and hash.
        notes: What was left out before.

    Raises:
        InputError: There is no model, or the models have no task in common.

    Example:
        >>> one = Outcomes("own", ("a", "b"), np.array([1, 1]), np.array([0, 1]))
        >>> two = Outcomes("own", ("a", "b"), np.array([1, 1]), np.array([0, 0]))
        >>> matrix = task_matrix("own", [MatrixRow("weak", "", "0", two), MatrixRow("strong", "", "1", one)])
        >>> [row.model for row in matrix.rows], matrix.task_ids, matrix.solved_by_nobody
        (['strong', 'weak'], ('b', 'a'), ('a',))
    """
    fullest = max((len(row.outcomes.tasks) for row in rows), default=0)
    least = max(1, LEAST_SHARE * fullest)
    kept = [row for row in rows if len(row.outcomes.tasks) >= least]
    left_out = [row for row in rows if len(row.outcomes.tasks) < least]
    task_ids, samples, passed = on_common_tasks([row.outcomes for row in kept])
    if not task_ids:
        raise InputError(
            f"no task of {column} that {len(kept)} models have in common" if kept else f"no model has {column}",
            hint="fuseval leaderboard shows which runs there are",
        )
    rates = passed / samples
    tasks = sorted(range(len(task_ids)), key=lambda task: (-rates[:, task].mean(), task_order(task_ids[task])))
    models = sorted(range(len(kept)), key=lambda row: (-rates[row].mean(), kept[row].model, kept[row].variant))
    rates = rates[models][:, tasks]
    said = [f"{row.model} is not drawn: it has only {len(row.outcomes.tasks)} of {fullest} tasks." for row in left_out]
    if len(task_ids) < fullest:
        said.append(f"{len(task_ids)} of {fullest} tasks are drawn: those that every model has.")
    return TaskMatrix(
        column,
        data,
        tuple(kept[row] for row in models),
        tuple(task_ids[task] for task in tasks),
        rates,
        int(samples.max()),
        suspect_tasks(rates),
        (*notes, *said),
    )
