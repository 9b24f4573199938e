"""What a study settles: differences to the baseline, what could have been seen at all, and what more rows gain.

    over seeds   Welch's t over the seeds' scores: a claim about the recipe, on these tasks
    over tasks   t over the tasks' differences, each task's rate the mean over seeds: a claim about these models
    Holm         over all comparisons of one column, as many as are made
    MDE          the smallest true difference that both tests find in 80% of such studies (over tasks: Miller 2024), at
                 the level that the smallest of Holm's p-values has to reach
    a doubling   least squares of the score on log2(rows), with t on points - 2 degrees of freedom

Arms are compared on the tasks that both sides have in all seeds. Does not cover the choice of rows and the teacher, of
which a study has one each.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboards.statistics import (
    holm,
    minimum_detectable_effect,
    minimum_detectable_over_seeds,
    paired_difference,
    seed_level_difference,
)
from leaderboards.statistics.difference import PairedDifference
from training.study.results import Cell, common_tasks

_LEVEL = 0.05


@dataclass(frozen=True)
class Contrast:
    """One recipe against the baseline, at the same size, base and column."""

    cell: Cell
    baseline: Cell
    over_seeds: PairedDifference | None
    """None with fewer than two seeds."""
    over_tasks: PairedDifference
    adjusted_p: float
    """Holm's, of the test over seeds; over tasks where there is one seed."""
    detectable: float | None
    """The smallest difference that such a study finds mostly; None where nothing scatters."""

    @property
    def difference(self) -> PairedDifference:
        """The test that the finding rests on."""
        return self.over_seeds or self.over_tasks

    @property
    def is_settled(self) -> bool:
        """Whether the difference is significant at 5% after the adjustment."""
        return self.adjusted_p < 0.05


@dataclass(frozen=True)
class Growth:
    """What more rows gain, by one recipe on one base and column; fractions."""

    recipe: str
    base: str
    column: str
    a_doubling: float
    low: float
    high: float
    sizes: int
    last: PairedDifference | None
    """The largest size against the one before it, over seeds."""

    @property
    def has_saturated(self) -> bool | None:
        """Whether the last step up gained nothing that can be told from 0; None where that was not measured."""
        return None if self.last is None else not self.last.low > 0


def contrasts(cells: Sequence[Cell], baseline: str) -> list[Contrast]:
    """Compare every recipe with the baseline.

    Args:
        cells: Of the study.
        baseline: The recipe.
    """
    known = {(cell.recipe, cell.size, cell.base, cell.column): cell for cell in cells}
    pairs = [
        (cell, base)
        for cell in cells
        if cell.recipe != baseline and (base := known.get((baseline, cell.size, cell.base, cell.column)))
        if common_tasks([cell, base])
    ]
    made: list[tuple[Cell, Cell, PairedDifference | None, PairedDifference]] = []
    for cell, base in pairs:
        rates, base_rates = _on_common_tasks(cell, base)
        enough = min(len(cell.arms), len(base.arms)) > 1
        seeds = seed_level_difference(_values(rates), _values(base_rates)) if enough else None
        tasks = paired_difference(rates.mean(axis=0), base_rates.mean(axis=0), is_binary=False)
        made.append((cell, base, seeds, tasks))
    adjusted: dict[int, float] = {}
    for column in dict.fromkeys(cell.column for cell, *_ in made):
        numbers = [number for number, (cell, *_) in enumerate(made) if cell.column == column]
        p_values = [(made[number][2] or made[number][3]).p_value for number in numbers]
        adjusted |= dict(zip(numbers, (float(value) for value in holm(p_values)), strict=True))
    comparisons = Counter(cell.column for cell, _ in pairs)
    return [
        Contrast(*found, adjusted[number], detectable(*found[:2], comparisons=comparisons[found[0].column]))
        for number, found in enumerate(made)
    ]


def detectable(cell: Cell, baseline: Cell, *, comparisons: int = 1) -> float | None:
    """Give the smallest true difference that such a comparison finds in 80% of the cases; the worse of both tests.

    Args:
        cell: One side.
        baseline: The other.
        comparisons: How many are made, for which the level is adjusted.
    """
    level = _LEVEL / comparisons
    rates, base_rates = _on_common_tasks(cell, baseline)
    apart = rates.mean(axis=0) - base_rates.mean(axis=0)
    found = [minimum_detectable_effect(float(apart.var(ddof=1)), apart.size, alpha=level)] if apart.size > 1 else []
    if min(len(cell.arms), len(baseline.arms)) > 1:
        found.append(minimum_detectable_over_seeds(_values(rates), _values(base_rates), alpha=level))
    return max(found, default=0.0) or None


def growth(cells: Sequence[Cell]) -> list[Growth]:
    """Fit what more rows gain, where a recipe has three sizes or more.

    Args:
        cells: Of the study.
    """
    grouped: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        grouped.setdefault((cell.recipe, cell.base, cell.column), []).append(cell)
    found = []
    for (recipe, base, column), members in grouped.items():
        ordered = sorted(members, key=lambda cell: cell.rows)
        if len(ordered) < 3:
            continue
        points = [(math.log2(cell.rows), value) for cell in ordered for value in cell.values]
        slope, low, high = _line(points)
        before, after = ordered[-2:]
        enough = min(len(before.arms), len(after.arms)) > 1
        last = seed_level_difference(after.values, before.values) if enough else None
        found.append(Growth(recipe, base, column, slope, low, high, len(ordered), last))
    return found


def _on_common_tasks(cell: Cell, baseline: Cell) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The rates of both sides on the tasks that all of their arms have, each of shape (arms, tasks)."""
    tasks = common_tasks([cell, baseline])
    return cell.rates_on(tasks), baseline.rates_on(tasks)


def _values(rates: NDArray[np.float64]) -> list[float]:
    """pass@1 of each arm."""
    return [float(value) for value in rates.mean(axis=1)]


def _line(points: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """The slope of the line through points, with its 95% interval."""
    from scipy.stats import linregress
    from scipy.stats import t as student

    x, y = (np.array(values) for values in zip(*points, strict=True))
    fit = linregress(x, y)
    reach = float(student.ppf(0.975, len(points) - 2)) * float(fit.stderr)
    return float(fit.slope), float(fit.slope) - reach, float(fit.slope) + reach
