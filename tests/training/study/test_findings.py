"""The arithmetic of a study: the same numbers as the tests that it names, given the same scores."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leaderboards.statistics import holm, seed_level_difference
from training.study.arms import Arm
from training.study.findings import contrasts, detectable, growth
from training.study.results import ArmResult, Cell, cells
from training.study.settings import BaseSettings, RecipeSettings
from training.study.tables import score_lines

BASE = BaseSettings("tiny", "path")
TASKS = tuple(f"Own/{number}" for number in range(200))


def result(recipe: str, size: int, seed: int, share: float) -> ArmResult:
    rng = np.random.default_rng([seed, size, len(recipe)])
    rates = (rng.random(len(TASKS)) < share).astype(np.float64)
    value = float(rates.mean())
    return ArmResult(Arm(RecipeSettings(recipe), size, BASE, seed), size, "own", value, 0.0, 1.0, TASKS, rates, None)


def grid(shares: dict[str, float], sizes: tuple[int, ...] = (100,), gain: float = 0.0, seeds: int = 3) -> list[Cell]:
    return cells(
        [
            result(name, size, seed, share + gain * number)
            for seed in range(seeds)
            for number, size in enumerate(sizes)
            for name, share in shares.items()
        ]
    )


def test_all_rows_are_compared_with_all_rows_however_many_they_are() -> None:
    rng = np.random.default_rng(0)
    made = [
        replace(result(name, rows, seed, float(rng.random())), arm=Arm(RecipeSettings(name), "all", BASE, seed))
        for seed in range(3)
        for name, rows in (("base", 90), ("other", 250))
    ]
    (found,) = contrasts(cells(made), "base")
    assert (found.cell.size, found.cell.rows, found.baseline.rows) == ("all", 250, 90)


def test_a_large_difference_is_settled_and_a_small_one_open() -> None:
    found = contrasts(grid({"base": 0.2, "much": 0.8, "little": 0.21}), "base")
    assert {one.cell.recipe: one.is_settled for one in found} == {"much": True, "little": False}


def test_the_numbers_are_those_of_the_tests() -> None:
    made = grid({"base": 0.3, "one": 0.5, "other": 0.4})
    found = contrasts(made, "base")
    base = next(cell for cell in made if cell.recipe == "base")
    p_values = []
    for one in found:
        assert one.over_seeds == seed_level_difference(one.cell.values, base.values)
        p_values.append(one.difference.p_value)
    assert [one.adjusted_p for one in found] == pytest.approx(list(holm(p_values)))


def test_one_seed_says_nothing_of_recipes() -> None:
    (found,) = contrasts(grid({"base": 0.2, "one": 0.8}, seeds=1), "base")
    assert found.over_seeds is None
    assert found.difference is found.over_tasks


def test_more_tasks_and_seeds_see_smaller_differences() -> None:
    wide = grid({"base": 0.3, "one": 0.5}, seeds=2)
    narrow = grid({"base": 0.3, "one": 0.5}, seeds=12)
    few, many = (detectable(*sorted(found, key=lambda cell: cell.recipe)[::-1]) for found in (wide, narrow))
    assert few is not None
    assert many is not None
    assert many < few


def test_more_comparisons_see_less() -> None:
    cells = sorted(grid({"base": 0.3, "one": 0.5}, seeds=3), key=lambda cell: cell.recipe)[::-1]
    one, three = (detectable(*cells, comparisons=count) for count in (1, 3))
    assert one is not None
    assert three is not None
    assert three > one


def test_a_doubling_is_the_slope_on_the_logarithm() -> None:
    (found,) = growth(grid({"base": 0.2}, sizes=(100, 200, 400, 800), gain=0.1, seeds=8))
    assert found.low < 0.1 < found.high
    assert found.a_doubling == pytest.approx(0.1, abs=0.03)
    assert found.has_saturated is False
    (flat,) = growth(grid({"base": 0.2}, sizes=(100, 200, 400, 800), seeds=8))
    assert flat.low < 0 < flat.high
    assert flat.has_saturated is True
    assert growth(grid({"base": 0.2}, sizes=(100, 200))) == []


def without(one: ArmResult, lost: str) -> ArmResult:
    """The same arm, where the harness could not grade a task."""
    kept = [place for place, task in enumerate(one.tasks) if task != lost]
    return replace(one, tasks=tuple(one.tasks[place] for place in kept), rates=one.rates[np.array(kept)])


def test_arms_are_paired_by_task_where_one_could_not_be_graded() -> None:
    made = [result(name, 100, seed, share) for seed in range(3) for name, share in (("base", 0.3), ("one", 0.5))]
    lost = [without(made[0], TASKS[0]), *made[1:3], without(made[3], TASKS[7]), *made[4:]]
    (found,) = contrasts(cells(lost), "base")
    shared = [without(without(one, TASKS[0]), TASKS[7]) for one in made]
    (wanted,) = contrasts(cells([replace(one, value=float(one.rates.mean())) for one in shared]), "base")
    assert found.over_tasks == wanted.over_tasks
    assert found.over_seeds == wanted.over_seeds
    assert found.detectable == wanted.detectable
    lines = score_lines(cells(lost))
    assert [line.split(" | ")[-1] for line in lines[4:6]] == ["199 of 200 that all seeds have |"] * 2
