"""The board as a GitHub table: as kept, aligned, and never more cells than it should have."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from harness.records import Limits
from leaderboards.demo import demo_record, demo_run, demo_standings
from leaderboards.publish.markdown import board_markdown, escaped
from leaderboards.store import standings_from
from tests.leaderboards.drawing import is_as_kept
from tests.leaderboards.publish.boards import HOSTILE, board_by_recipe, board_of_names, board_with_a_leader


@pytest.mark.parametrize("baseline", ["", "evolved-13b"])
def test_the_board_looks_as_kept(baseline: str) -> None:
    name = "publish/board-baseline.md" if baseline else "publish/board.md"
    assert is_as_kept(name, board_markdown(demo_standings(baseline=baseline)))


def lines_of_the_table(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("|")]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_stays_in_its_cell(name: str) -> None:
    text = board_markdown(board_of_names([name, "plain"]))
    lines = lines_of_the_table(text)
    assert len(lines) == 4
    # A GitHub table splits at every bar that has no backslash before it.
    assert {len(re.split(r"(?<!\\)\|", line)) for line in lines} == {len(re.split(r"(?<!\\)\|", lines[0]))}
    assert len({cell_len(line) for line in lines}) == 1
    assert not re.search(r"<(?!sup>|/sup>|!-- -->)", text)


def test_nobody_is_called_by_a_name() -> None:
    assert "@somebody" not in board_markdown(board_of_names(HOSTILE))
    assert escaped("org/model@main") == "org/model@main"


def test_words_stay_as_they_are() -> None:
    assert escaped("deepseek_coder-6.7b (v1.5), ~2 of 3") == "deepseek_coder-6.7b (v1.5), ~2 of 3"


def test_bold_is_for_a_leader_that_the_test_upholds() -> None:
    assert re.findall(r"\*\*\d+\*\*", board_markdown(board_with_a_leader())) == ["**85**"]
    assert not re.findall(r"\*\*\d+\*\*", board_markdown(demo_standings()))


def test_a_board_of_one_has_no_leader() -> None:
    assert "**85" not in board_markdown(standings_from([demo_run(demo_record("only", "humaneval+", 150, 140))]))


def test_differences_are_bold_where_they_survive() -> None:
    text = board_markdown(demo_standings(baseline="evolved-13b"))
    assert " **-12** (-17 to -7) |" in text
    assert " +2 (-2 to +6) |" in text
    assert "survives Holm" in text


def test_the_notes_say_what_the_numbers_are_over() -> None:
    text = board_markdown(demo_standings())
    for words in (
        "data 68756d616e65",
        "mid-p McNemar",
        "Holm-adjusted",
        "(MDE)",
        "95% Wilson",
        "n = 1",
        "Temperature unknown",
        "2025-01-01 to 2025-01-02",
        "fuseval 0.1.0",
        "2 infra errors",
        "published by a paper: not measured here, in no test",
    ):
        assert words in text, words


def test_temperatures_and_other_limits_are_shown() -> None:
    cold = replace(demo_record("cold", "humaneval+", 120, 110), generation={"temperature": 0.0})
    warm = replace(
        demo_record("warm", "humaneval+", 110, 100), generation={"temperature": 0.8}, limits=Limits(factor=1.0)
    )
    text = board_markdown(standings_from([demo_run(cold), demo_run(warm)]))
    last = [line.split("|")[-2].strip() for line in lines_of_the_table(text)]
    assert last == ["temperature", "----------:", "0", "0.8"]
    assert "<sup>a</sup> other limits than usual in humaneval+: factor 1" in text


def test_self_checks_stand_alone_or_not_at_all() -> None:
    check = demo_run(demo_record("reference", "humaneval+", 164, 164, is_self_check=True))
    assert "*self-checks, not ranked*" in board_markdown(standings_from([check]))
    assert "reference" not in board_markdown(standings_from([check, demo_run(demo_record("m", "humaneval+", 9, 8))]))


def test_a_recipe_names_its_models_and_one_seed_has_no_interval() -> None:
    text = board_markdown(board_by_recipe())
    assert "| recipe " in text
    assert "mean over 3 models: if-13b-s0, if-13b-s1, if-13b-s2" in text
    once = next(line for line in lines_of_the_table(text) if "once" in line)
    assert [cell.strip() for cell in once.split("|")[3:5]] == ["67", "62"]
    assert " **+7.3** (+5.9 to +8.7) |" in board_markdown(board_by_recipe("evol"))


def test_columns_that_were_asked_for_are_shown() -> None:
    runs = [demo_run(demo_record("m", "humaneval+", 120, 110))]
    text = board_markdown(standings_from(runs, columns=["humaneval+", "sandbox", "interval", "wall-s"]))
    head = [cell.strip() for cell in lines_of_the_table(text)[0].split("|")[1:-1]]
    assert head == ["#", "model", "humaneval+", "sandbox", "wall s"]


def test_paths_of_this_machine_stay_here() -> None:
    standings = replace(demo_standings(), unreadable=["/home/me/runs/x/run.json is damaged"])
    text = board_markdown(standings)
    assert "/home/me" not in text
    assert "Could not be read: 1 of the runs." in text
