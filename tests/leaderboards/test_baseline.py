"""Differences to a baseline: paired, adjusted over a column's rows, marked only where they survive."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.errors import InputError
from leaderboards.cells import difference_parts
from leaderboards.demo import demo_record, demo_run, demo_runs
from leaderboards.outcomes import on_common_tasks
from leaderboards.standings import BaselineDifference
from leaderboards.statistics import PairedDifference, holm, paired_difference
from leaderboards.store import Standings, standings_from

RECORDS = [
    demo_record("base", "humaneval+", 100, 90),
    demo_record("better", "humaneval+", 130, 121),
    demo_record("alike", "humaneval+", 101, 91),
    demo_record("worse", "humaneval+", 60, 50),
    demo_record("better", "mbpp+", 300, 250),
]


def board(baseline: str = "base") -> Standings:
    return standings_from(demo_runs(RECORDS), baseline=baseline)


def test_every_row_is_compared_and_the_column_is_adjusted_together() -> None:
    standings = board()
    plus = next(column for column in standings.columns if column.name == "humaneval+")
    found = {row.model: row.differences[plus] for row in standings.rows if plus in row.differences}
    by_model = {record.model.name: demo_run(record).given["humaneval+"] for record in RECORDS[:4]}
    alone = {}
    for name in ("better", "alike", "worse"):
        _, _, passed = on_common_tasks([by_model[name], by_model["base"]])
        alone[name] = paired_difference(passed[0], passed[1], is_binary=True)
        assert found[name].paired == alone[name]
    adjusted = dict(zip(alone, holm([one.p_value for one in alone.values()]), strict=True))
    assert {name: one.adjusted_p for name, one in found.items()} == pytest.approx(adjusted)
    assert {name: one.is_significant for name, one in found.items()} == {"better": True, "alike": False, "worse": True}


def test_the_baseline_is_one_of_the_rows_and_has_no_difference() -> None:
    standings = board()
    assert standings.baseline in standings.rows
    assert standings.baseline is not None
    assert standings.baseline.differences == {}


def test_a_column_that_the_baseline_lacks_has_no_differences() -> None:
    mbpp = next(column for column in board().columns if column.name == "mbpp+")
    assert not any(mbpp in row.differences for row in board().rows)


@pytest.mark.parametrize("name", ["base", "base-humaneval+-01", "base-hum", "runs/base/humaneval+/base-humaneval+-01/"])
def test_a_baseline_is_named_as_a_run_is(name: str) -> None:
    basis = board(name).baseline
    assert basis is not None
    assert basis.model == "base"


def test_a_baseline_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="no row 'bse' on this board") as raised:
        board("bse")
    assert raised.value.hint == "did you mean 'base'?"


def test_a_baseline_that_may_be_two_rows_is_refused() -> None:
    twice = [RECORDS[0], replace(RECORDS[0], run_id="other", extraction="chat")]
    with pytest.raises(InputError, match="'base' may mean 2 rows: extract as-is .*; extract chat"):
        standings_from(demo_runs(twice), baseline="base")


def parts(difference: float, low: float, high: float, adjusted: float) -> str:
    paired = PairedDifference(difference, low, high, 0.01, "mid-p McNemar", 164, 164, 9, 2, 153)
    return "".join(text for text, _ in difference_parts(BaselineDifference(paired, adjusted)))


def test_only_what_survives_is_marked_and_only_narrow_intervals_have_decimals() -> None:
    assert parts(0.05, 0.01, 0.09, 0.03) == " +5▲[+1, +9]"
    assert parts(-0.05, -0.09, -0.01, 0.03) == " -5▼[-9, -1]"
    assert parts(0.05, 0.01, 0.09, 0.06) == " +5 [+1, +9]"
    assert parts(0.012, 0.001, 0.023, 0.03) == " +1.2▲[+0.1, +2.3]"


def test_no_colour_without_significance() -> None:
    paired = PairedDifference(0.05, 0.01, 0.09, 0.01, "mid-p McNemar", 164, 164, 9, 2, 153)
    styles = {p: [style for _, style in difference_parts(BaselineDifference(paired, p))] for p in (0.01, 0.2)}
    assert styles == {0.01: ["bold green", "dim"], 0.2: ["bold", "dim"]}
