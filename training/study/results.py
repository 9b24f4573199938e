"""What the arms gave: scores task by task, and what they took; read from the study's own folder, as measured."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.formats.run_folder import RunFolder
from leaderboards.outcomes import read_outcomes
from training.study.arms import Arm
from training.study.settings import Size


@dataclass(frozen=True)
class Cost:
    """What an arm's training took."""

    seconds: float
    tokens: int
    """Learned and read ones, over all steps."""
    steps: int
    joules: float | None
    losses: tuple[tuple[float, float], ...]
    """Step and loss."""


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

    @property
    def rates(self) -> NDArray[np.float64]:
        """The mean over seeds, a task each, of the tasks that all of them have."""
        mean: NDArray[np.float64] = np.stack([one.rates for one in self.arms]).mean(axis=0)
        return mean


def read_result(root: Path, arm: Arm, rows: int, run: str, model: Path | None) -> list[ArmResult]:
    """Read one arm's scores on one benchmark, a column each.

    Args:
        root: The study's folder.
        arm: Which.
        rows: That it was trained on.
        run: The run's folder, below the study's.
        model: The model's folder, whose record says what it took; None in a dry run.

    Raises:
        InputError: The run is damaged.
    """
    folder = RunFolder(root / run)
    record = folder.load()
    outcomes = read_outcomes(folder, record)
    cost = _cost(model) if model is not None else None
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


def _cost(model: Path) -> Cost:
    record = json.loads((model / "training.json").read_text(encoding="utf-8"))
    finished = record["finished"]
    return Cost(
        seconds=float(finished["seconds"]),
        tokens=int(finished["tokens"]),
        steps=int(finished["steps"]),
        joules=finished.get("joules"),
        losses=tuple((float(step), float(loss)) for step, loss in finished["losses"]),
    )
