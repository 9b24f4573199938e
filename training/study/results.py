"""What the arms gave: scores task by task, and what they took; read from the study's own folder, as measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from harness.formats.run_folder import RunFolder
from leaderboards.outcomes import read_outcomes
from training.study.arms import Arm
from training.study.cost import Cost
from training.study.settings import Size
from training.study.stages import Stage


@dataclass(frozen=True)
class ArmResult:
    """One arm on one column of a benchmark."""

    arm: Arm
    rows: int
    """That it was trained on."""
    column: str
    value: float
    low: float
    high: float
    tasks: tuple[str, ...]
    rates: NDArray[np.float64] = field(compare=False)
    """The share of samples that passed, a task each."""
    cost: Cost | None
    """None in a dry run."""

    def rates_on(self, tasks: Sequence[str]) -> NDArray[np.float64]:
        """Give the rates of some of its tasks, in their order."""
        places = {task: place for place, task in enumerate(self.tasks)}
        return self.rates[np.array([places[task] for task in tasks], dtype=np.intp)]


@dataclass(frozen=True)
class Cell:
    """The arms that differ by their seed alone, on one column."""

    recipe: str
    size: Size
    base: str
    column: str
    arms: tuple[ArmResult, ...]

    @property
    def rows(self) -> int:
        """That each arm was trained on."""
        return self.arms[0].rows

    @property
    def values(self) -> list[float]:
        """pass@1, a seed each."""
        return [one.value for one in self.arms]

    def rates_on(self, tasks: Sequence[str]) -> NDArray[np.float64]:
        """Give the rates of some of its tasks, shape (arms, tasks)."""
        return np.stack([one.rates_on(tasks) for one in self.arms])


def common_tasks(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Give the tasks that all arms have, in the order of the first.

    An arm lacks a task that the harness could not grade; compared by their places, others would stand in for it.

    Args:
        cells: At least one, on one column.
    """
    arms = [one for cell in cells for one in cell.arms]
    shared = set(arms[0].tasks).intersection(*(one.tasks for one in arms[1:]))
    return tuple(task for task in arms[0].tasks if task in shared)


def read_result(stage: Stage, arm: Arm, rows: int, cost: Cost | None) -> list[ArmResult]:
    """Read one arm's scores on one benchmark, a column each.

    Args:
        stage: The score, done.
        arm: Which.
        rows: That it was trained on.
        cost: What its training took.

    Raises:
        InputError: The run is damaged.
    """
    folder = RunFolder(stage.root / str(stage.result()["run"]))
    record = folder.load()
    outcomes = read_outcomes(folder, record)
    found = []
    for score in record.scores:
        if score.k == 1:
            counted = outcomes[score.column]
            found.append(
                ArmResult(
                    arm, rows, score.column, score.value, score.low, score.high, counted.tasks, counted.rates, cost
                )
            )
    return found


def cells(results: Sequence[ArmResult]) -> list[Cell]:
    """Put the seeds of each recipe, size and base together.

    Args:
        results: Of all arms.
    """
    grouped: dict[tuple[str, Size, str, str], list[ArmResult]] = {}
    for one in results:
        key = (one.arm.recipe.name, one.arm.size, one.arm.base.name, one.column)
        grouped.setdefault(key, []).append(one)
    return [Cell(*key, tuple(found)) for key, found in grouped.items()]
