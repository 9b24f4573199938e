"""Who is ranked in the sorted column, in which order the rows stand, and what ranks the paired tests leave each.

Ranked are whole scores whose outcomes can be read: a rank is a claim about the same tasks. Rows that drew different
numbers of samples, or were prompted otherwise, are compared all the same: what a row ranks as is a model asked in one
way, and its mean over the tasks is a fair estimate however many samples it took. See docs/decisions/005-ranks.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from harness.errors import InputError
from leaderboards.columns import Column
from leaderboards.outcomes import Outcomes, on_common_tasks
from leaderboards.rows import clusters_of, weights_of
from leaderboards.runs import said
from leaderboards.standings import LEVEL, Ranking, Row
from leaderboards.statistics import all_pairs, holm_pairs, minimum_detectable_effect, rank_ranges, seed_level_difference


def in_order(rows: Sequence[Row], sort: Column | None) -> list[Row]:
    """Order rows: whole scores from the highest down, then those over a part of the tasks, then rows without one.

    Args:
        rows: In any order.
        sort: The column to order by.
    """

    def place(row: Row) -> tuple[int, float, str, str]:
        cell = row.cells.get(sort) if sort else None
        group = 2 if cell is None else int(cell.is_partial)
        return group, -round(cell.score.value, 9) if cell else 0.0, row.model, row.variant

    return sorted(rows, key=place)


def ranked(
    rows: Sequence[Row], sort: Column | None, k: int, on_unreadable: Callable[[str], None]
) -> tuple[list[Row], Ranking | None]:
    """Order rows and rank those that can be.

    Args:
        rows: In any order; no self-checks.
        sort: The column to rank within.
        k: Which pass@k.
        on_unreadable: Told why a row's outcomes can not be read, one sentence a run.

    Returns:
        All rows in order, and what the ranks rest on; None where nobody is ranked.
    """
    ordered = in_order(rows, sort)
    if sort is None:
        return ordered, None
    if any(row.members for row in ordered):
        return _ranked_methods(ordered, sort)
    places, outcomes = [], []
    for place, row in enumerate(ordered):
        cell = row.cells.get(sort)
        if cell is None or cell.is_partial:
            continue
        try:
            found = cell.outcomes
        except InputError as error:
            on_unreadable(said(error))
            found = None
        if found is None or int(found.samples.min()) < k:
            ordered[place] = replace(row, remarks=(*row.remarks, f"no verdicts to test in {sort.label}: no rank"))
        else:
            places.append(place)
            outcomes.append(found)
    if not places:
        return ordered, None
    p_values, ranking = _tested(outcomes, sort, k)
    return _with_ranks(ordered, places, sort, p_values), ranking


def _with_ranks(rows: list[Row], places: Sequence[int], sort: Column, p_values: NDArray[np.float64]) -> list[Row]:
    """Give the rows at some places their ranks among each other."""
    ranges = rank_ranges([rows[place].cells[sort].score.value for place in places], p_values)
    for place, rank in zip(places, ranges, strict=True):
        rows[place] = replace(rows[place], rank=rank)
    return rows


def _tested(outcomes: Sequence[Outcomes], sort: Column, k: int) -> tuple[NDArray[np.float64], Ranking]:
    """Compare all pairs; give the adjusted p-values, shape (models, models), and what there is to say of them."""
    tasks, samples, passed = on_common_tasks(outcomes)
    clusters, weights = (clusters_of(tasks), weights_of(tasks)) if sort.parts else (None, None)
    found = all_pairs(samples, passed, k=k, clusters=clusters, weights=weights)
    models = len(outcomes)
    pairs = models * (models - 1) // 2
    variances = found.variance[np.triu_indices(models, 1)]
    # Two runs of the same programs do not differ anywhere, and say nothing about what the board resolves.
    variances = variances[variances > 0]
    typical = float(np.median(variances)) if variances.size and tasks else None
    adjusted = holm_pairs(found.p_values)
    return adjusted, Ranking(
        column=sort,
        tests=tuple(sorted(found.tests)),
        models=models,
        pairs=pairs,
        tasks=len(tasks),
        clusters=len(set(clusters)) if clusters else len(tasks),
        resolves=None if typical is None else minimum_detectable_effect(typical, len(tasks)),
        resolves_adjusted=(
            None if typical is None else minimum_detectable_effect(typical, len(tasks), alpha=LEVEL / pairs)
        ),
        lead_p=_lead_p(adjusted),
        level_with_first=_level_with_first(adjusted),
    )


def _lead_p(adjusted: NDArray[np.float64]) -> float | None:
    return float(adjusted[0, 1]) if len(adjusted) > 1 else None


def _level_with_first(adjusted: NDArray[np.float64]) -> int:
    return int((adjusted[0, 1:] >= LEVEL).sum())


def _ranked_methods(ordered: list[Row], sort: Column) -> tuple[list[Row], Ranking | None]:
    """Rank methods by their training seeds; one that was trained once is not ranked."""
    places = [place for place, row in enumerate(ordered) if sort in row.cells and not row.cells[sort].is_partial]
    places = [place for place in places if len(ordered[place].cells[sort].seed_values) > 1]
    if not places:
        return ordered, None
    values = [ordered[place].cells[sort].seed_values for place in places]
    p_values = np.ones((len(places), len(places)))
    for one in range(len(places)):
        for other in range(one + 1, len(places)):
            p_values[one, other] = p_values[other, one] = seed_level_difference(values[one], values[other]).p_value
    pairs = len(places) * (len(places) - 1) // 2
    adjusted = holm_pairs(p_values)
    ranking = Ranking(
        column=sort,
        tests=("Welch t over seeds",) if pairs else (),
        models=len(places),
        pairs=pairs,
        tasks=sort.task_count,
        clusters=sort.task_count,
        lead_p=_lead_p(adjusted),
        level_with_first=_level_with_first(adjusted),
    )
    return _with_ranks(ordered, places, sort, adjusted), ranking
