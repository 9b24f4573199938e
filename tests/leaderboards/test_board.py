"""How a board looks, kept as text at three widths with and without colour, and what it says beside the numbers."""

import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from harness.records import Limits
from leaderboards.board import MOST_NOTES, Board
from leaderboards.board_json import to_plain_standings
from leaderboards.demo import demo_record, demo_run, demo_runs, demo_standings
from leaderboards.runs import StoredRun
from leaderboards.standings import Standings
from leaderboards.store import standings_from

GOLDEN = Path(__file__).parents[1] / "golden"
ROOT = Path(__file__).parents[2]
VIEWS = {"board": demo_standings(), "board-baseline": demo_standings(baseline="evolved-13b")}


def drawn(standings: Standings, width: int, encoding: str = "utf-8", *, colour: bool = False) -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    system = "standard" if colour else None
    Console(file=file, width=width, color_system=system, force_terminal=colour, legacy_windows=False).print(
        Board(standings)
    )
    file.flush()
    return "\n".join(line.rstrip() for line in raw.getvalue().decode(encoding).splitlines()) + "\n"


@pytest.mark.parametrize("colour", [False, True], ids=["plain", "colour"])
@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("view", VIEWS)
def test_the_demo_board_looks_as_kept(view: str, width: int, colour: bool) -> None:
    """Set WRITE_GOLDEN=1 to write the golden files anew, then look at the difference."""
    golden = GOLDEN / f"{view}-{width}{'-colour' if colour else ''}.txt"
    text = drawn(VIEWS[view], width, colour=colour)
    if os.environ.get("WRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("view", VIEWS)
def test_colour_only_repeats_what_the_text_says(view: str, width: int) -> None:
    coloured = drawn(VIEWS[view], width, colour=True)
    assert "\x1b[" in coloured
    bare = [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", coloured).splitlines()]
    assert bare == drawn(VIEWS[view], width).splitlines()


@pytest.mark.parametrize("view", VIEWS)
def test_green_and_red_are_for_what_survives_its_test(view: str) -> None:
    coloured = drawn(VIEWS[view], 200, colour=True)
    found = re.findall(r"\x1b\[(?:1;)?3[12]m([^\x1b]*)", coloured)
    assert all("▲" in text or "▼" in text for text in found)
    assert bool(found) == (view == "board-baseline")


@pytest.mark.parametrize("width", [30, 40, 60, 80, 100, 120, 160, 200, 240])
@pytest.mark.parametrize("view", VIEWS)
def test_no_line_is_wider_than_the_terminal(view: str, width: int) -> None:
    assert max(len(line) for line in drawn(VIEWS[view], width).splitlines()) <= max(width, 36)


@pytest.mark.parametrize("width", [80, 120, 200])
def test_no_row_is_broken(width: int) -> None:
    lines = drawn(demo_standings(), width).splitlines()
    assert [line.split()[0] for line in lines if re.match(r" *(#|\d+-\d+) ", line)] == ["#", "1-3", "1-3", "1-3"]
    assert sum("fused-13b" in line for line in lines[: lines.index("")]) == 1


def test_what_was_left_out_is_named() -> None:
    assert "Left out at 80 columns: mbpp, interval" in drawn(demo_standings(), 80)
    assert "Left out" not in drawn(demo_standings(), 260)


def test_a_plain_encoding_gets_plain_signs() -> None:
    for standings in VIEWS.values():
        assert drawn(standings, 200, "ascii").isascii()


def test_an_empty_board_names_the_first_command() -> None:
    assert "fuseval score reference" in drawn(standings_from([]), 80)


def test_what_can_not_be_read_is_said_where_nothing_else_is_there() -> None:
    assert "Not read: runs/m is damaged." in drawn(replace(standings_from([]), unreadable=["runs/m is damaged"]), 80)


def test_a_thousand_notes_are_cut_short() -> None:
    quick = [demo_run(demo_record(f"quick-{number}", "humaneval+", 9, 8, tasks=10)) for number in range(40)]
    standings = replace(standings_from(quick), unreadable=[f"runs/{number} is damaged" for number in range(40)])
    lines = drawn(standings, 120).splitlines()
    assert sum(line.startswith("* quick-") for line in lines) == MOST_NOTES - 1
    assert sum(line.startswith("Not read: ") for line in lines) == MOST_NOTES - 1
    assert lines.count("and 29 more such lines: --json has them all") == 2
    assert len(to_plain_standings(standings)["unreadable"]) == 40  # type: ignore[arg-type]


def test_self_checks_alone_make_a_board_without_a_ranking() -> None:
    record = demo_record("reference", "humaneval+", 164, 164, is_self_check=True)
    text = drawn(standings_from([demo_run(record)]), 80)
    assert "ranked by" not in text
    assert "self-checks, not ranked" in text


def with_generation(model: str, samples: int, **generation: float) -> StoredRun:
    record = demo_record(model, "humaneval+", 100, 90)
    given = {
        name: replace(part, samples=part.samples * samples, passed=part.passed * samples)
        for name, part in demo_run(record).given.items()
    }
    scores = [replace(score, samples=samples, passed=score.passed * samples) for score in record.scores]
    record = replace(record, scores=scores, generation=generation, tokens=12345)
    return StoredRun(record, given=given)


def test_different_numbers_of_samples_and_temperatures_get_columns() -> None:
    runs = [with_generation("one", 1, temperature=0.0), with_generation("ten", 10, temperature=0.8)]
    text = drawn(standings_from(runs), 120)
    head = next(line for line in text.splitlines() if "model" in line)
    assert re.search(r" n +temperature ", head)
    assert re.search(r"ten .* 10 +0\.8 ", text)
    assert "12,345" in text
    assert "n = " not in text
    same = drawn(standings_from(runs[1:]), 120)
    assert "n = 10 samples a task. Temperature 0.8." in same


def test_columns_that_were_asked_for_are_shown_and_no_others() -> None:
    standings = standings_from(demo_runs([demo_record("m", "humaneval+", 100, 90)]), columns=["humaneval", "date"])
    head = drawn(standings, 120).splitlines()[1]
    assert head.split() == ["#", "model", "humaneval", "↓", "date"]


def test_a_sandbox_that_was_weak_throughout_is_said_once() -> None:
    text = drawn(standings_from(demo_runs([demo_record("m", "humaneval+", 100, 90, sandbox="landlock")])), 80)
    assert "Every run was isolated at level landlock only." in text


def test_other_limits_are_noted() -> None:
    record = replace(demo_record("m", "humaneval+", 100, 90), limits=Limits(factor=1.0), low_assurance=1)
    text = drawn(standings_from(demo_runs([record])), 120)
    assert "* m: other limits than usual in humaneval+: factor 1." in text
    assert "* m: 1 verdict of low assurance in humaneval+." in text


def test_verdicts_made_elsewhere_are_noted() -> None:
    record = replace(demo_record("m", "humaneval+", 100, 90, sandbox="unknown"), origin="EvalPlus result file")
    text = drawn(standings_from(demo_runs([record])), 120)
    assert "* m: verdicts in humaneval+ were made elsewhere: EvalPlus result file." in text
    assert "how the programs were isolated is not known" in text


def test_a_model_s_name_can_not_steer_the_terminal() -> None:
    text = drawn(standings_from(demo_runs([demo_record("evil\x1b[2J[red]", "humaneval+", 100, 90)])), 80)
    assert "\x1b" not in text
    assert "[red]" in text


def test_decimals_only_where_the_interval_is_narrow() -> None:
    text = drawn(standings_from(demo_runs([demo_record("m", "mbpp+", 376, 250)])), 120)
    assert " 99.5 98.1–99.9 " in text
    assert " 66 61–71 " in text


def test_the_json_is_kept_stable() -> None:
    golden = GOLDEN / "board.json"
    text = json.dumps(to_plain_standings(demo_standings()), indent=2) + "\n"
    if os.environ.get("WRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_the_json_has_what_the_tests_said() -> None:
    plain = json.loads(json.dumps(to_plain_standings(demo_standings(baseline="evolved-13b"))))
    assert plain["ranking"]["tests"] == ["mid-p McNemar"]
    assert plain["ranking"]["correction"] == "Holm"
    early = next(row for row in plain["rows"] if row["model"] == "early-13b")
    difference = early["differences"]["humaneval+"]
    assert difference["is_significant"] is True
    assert difference["p_value"] <= difference["adjusted_p"] < 0.05
    assert difference["wins"] + difference["losses"] + difference["ties"] == 164


def test_several_samples_tell_how_far_a_model_can_be_relied_on() -> None:
    standings = standings_from([with_generation("ten", 10)])
    score = to_plain_standings(standings)["rows"][0]["scores"]["humaneval+"]  # type: ignore[index]
    assert score["pass_hat_k"] == {str(k): pytest.approx(90 / 164) for k in (2, 5, 10)}
    assert score["standard_errors"]["prediction"] == 0.0
    one = to_plain_standings(demo_standings())["rows"][0]["scores"]["humaneval+"]  # type: ignore[index]
    assert "pass_hat_k" not in one


def test_the_module_draws_its_demo() -> None:
    command = [sys.executable, "-W", "error", "-m", "leaderboards.board"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert "fused-13b" in done.stdout
    assert done.stderr == ""
