"""Rows for recipes: the training seed is the unit, not the task and not the checkpoint."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.errors import InputError
from leaderboards.demo import demo_record, demo_run
from leaderboards.runs import StoredRun
from leaderboards.statistics import holm, seed_level_difference, seed_mean
from leaderboards.store import Standings, standings_from

PASSED = {"if": (120, 122, 124), "evol": (110, 111, 113), "mixed": (118,)}


def trained(recipe: str, seed: int, plus: int, size: str = "7b") -> StoredRun:
    name = f"{recipe}-{size}-s{seed}"
    return demo_run(
        replace(demo_record(name, "humaneval+", plus + 5, plus), metadata={"recipe": recipe, "seed": float(seed)})
    )


def board(*more: StoredRun, **view: object) -> Standings:
    runs = [trained(recipe, seed, plus) for recipe, values in PASSED.items() for seed, plus in enumerate(values)]
    return standings_from([*runs, *more], by="recipe", sort="humaneval+", **view)  # type: ignore[arg-type]


def test_a_recipe_s_score_is_the_mean_over_its_seeds() -> None:
    standings = board()
    assert standings.sort is not None
    cells = {row.model: row.cells[standings.sort] for row in standings.rows}
    expected = seed_mean([plus / 164 for plus in PASSED["if"]])
    score = cells["if"].score
    assert (score.value, score.low, score.high) == pytest.approx(expected[:3])
    assert score.interval == "t-over-seeds-95"
    assert cells["mixed"].score.interval == "one-seed"
    assert standings.rows[0].members == ("if-7b-s0", "if-7b-s1", "if-7b-s2")


def test_recipes_are_ranked_by_their_seeds_and_one_seed_is_not() -> None:
    standings = board()
    assert {row.model: row.rank and str(row.rank) for row in standings.rows} == {"if": "1", "evol": "2", "mixed": None}
    assert standings.ranking is not None
    assert (standings.ranking.tests, standings.ranking.pairs) == (("Welch t over seeds",), 1)


def test_a_baseline_is_compared_seed_by_seed() -> None:
    standings = board(baseline="evol")
    assert standings.sort is not None
    found = {row.model: row.differences.get(standings.sort) for row in standings.rows}
    expected = seed_level_difference([p / 164 for p in PASSED["if"]], [p / 164 for p in PASSED["evol"]])
    assert found["if"] is not None
    assert found["if"].paired == expected
    assert found["if"].adjusted_p == holm([expected.p_value])[0]
    assert found["mixed"] is None


def test_sizes_are_methods_of_their_own() -> None:
    assert {row.model for row in board(trained("if", 1, 130, "34b")).rows} == {"if 7b", "if 34b", "evol", "mixed"}


def test_one_seed_with_two_models_counts_once_and_is_said() -> None:
    again = demo_run(
        replace(demo_record("if-7b-again", "humaneval+", 139, 130), metadata={"recipe": "if", "seed": 1.0})
    )
    row = next(row for row in board(again).rows if row.model == "if")
    assert row.remarks == ("seed 1 has 2 models (if-7b-again, if-7b-s1): their mean counts once",)
    cell = next(cell for column, cell in row.cells.items() if column.name == "humaneval+")
    assert cell.seed_values == pytest.approx((120 / 164, 126 / 164, 124 / 164))


def test_what_has_no_recipe_or_no_seed_is_left_out_and_said() -> None:
    plain = demo_run(demo_record("plain", "humaneval+", 100, 90))
    seedless = demo_run(replace(demo_record("seedless", "humaneval+", 100, 90), metadata={"recipe": "if"}))
    assert board(plain, seedless).remarks == [
        "seedless has no seed tag: left out of recipe if",
        "1 row without a recipe tag left out",
    ]
    with pytest.raises(InputError, match="by which recipe and seed") as raised:
        standings_from([plain], by="recipe")
    assert "--tag recipe=if --tag seed=1" in raised.value.hint


def test_nothing_else_can_be_grouped_by() -> None:
    with pytest.raises(InputError, match="'colour'") as raised:
        standings_from([trained("if", 1, 100)], by="colour")
    assert raised.value.hint == "--by recipe"
