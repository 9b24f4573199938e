"""The board as CSV: RFC 4180, fractions, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.commands.terminal import printable
from leaderboards.demo import demo_record, demo_run, demo_standings
from leaderboards.publish.csv_table import FIELDS, csv_table
from leaderboards.standings import Standings
from leaderboards.store import standings_from
from tests.leaderboards.drawing import is_as_kept
from tests.leaderboards.publish.boards import HOSTILE, board_by_recipe, board_of_names


def lines_of(standings: Standings) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_table(standings), newline="")))


@pytest.mark.parametrize("baseline", ["", "evolved-13b"])
def test_the_table_looks_as_kept(baseline: str) -> None:
    text = csv_table(demo_standings(baseline=baseline))
    assert text.endswith("\r\n")
    assert text.count("\n") == text.count("\r\n")
    name = "publish/board-baseline.csv" if baseline else "publish/board.csv"
    assert is_as_kept(name, text.replace("\r\n", "\n"))


def test_there_is_a_line_for_each_model_and_column() -> None:
    standings = demo_standings()
    lines = lines_of(standings)
    assert tuple(lines[0]) == FIELDS
    cells = sum(len(row.cells) for row in standings.rows + standings.self_checks)
    assert len(lines) == cells + sum(len(line.scores) for line in standings.references)
    assert {line["group"] for line in lines} == {"model", "self-check", "published"}


def test_numbers_are_fractions_and_unknowns_are_empty() -> None:
    line = next(line for line in lines_of(demo_standings()) if line["column"] == "humaneval+")
    assert float(line["value"]) == 121 / 164
    assert (line["rank_first"], line["rank_last"], line["temperature"], line["tokens"]) == ("1", "3", "", "")
    assert (line["is_complete"], line["infra_errors"], line["samples"]) == ("true", "0", "1")


def test_a_difference_stays_a_number() -> None:
    lines = lines_of(demo_standings(baseline="evolved-13b"))
    early = next(line for line in lines if line["model"] == "early-13b" and line["column"] == "humaneval+")
    assert float(early["difference"]) == pytest.approx((98 - 118) / 164)
    assert float(early["adjusted_p"]) < 0.05
    assert early["test"] == "mid-p McNemar"


def test_one_training_seed_has_no_interval() -> None:
    lines = {line["model"]: line for line in lines_of(board_by_recipe()) if line["column"] == "humaneval+"}
    assert [lines["once"][name] for name in ("low", "high", "interval", "seeds")] == ["", "", "", "1"]
    assert (lines["if"]["interval"], lines["if"]["seeds"]) == ("t-over-seeds-95", "3")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_survives(name: str) -> None:
    found = lines_of(board_of_names([name]))[0]["model"]
    assert found.removeprefix("'") == printable(name)


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="=+-@'\t\r \n,\"a＝＋－＠", min_size=1, max_size=6))
def test_no_text_begins_a_formula(name: str) -> None:
    found = lines_of(standings_from([demo_run(demo_record(name, "humaneval+", 9, 8))]))[0]["model"]
    assert not found.lstrip().startswith(tuple("=+-@＝＋－＠"))
    assert found.removeprefix("'") == printable(name)
