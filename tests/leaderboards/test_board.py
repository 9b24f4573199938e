"""How a board looks, kept as text at three widths, and what it says beside the numbers."""

import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from harness.records import Limits
from leaderboards.board import Board
from leaderboards.board_json import to_plain_standings
from leaderboards.demo import demo_record, demo_standings
from leaderboards.store import Standings, standings_from

GOLDEN = Path(__file__).parents[1] / "golden"
ROOT = Path(__file__).parents[2]


def drawn(standings: Standings, width: int, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    Console(file=file, width=width, color_system=None, legacy_windows=False).print(Board(standings))
    file.flush()
    return "\n".join(line.rstrip() for line in raw.getvalue().decode(encoding).splitlines()) + "\n"


@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_demo_board_looks_as_kept(width: int) -> None:
    """Set WRITE_GOLDEN=1 to write the golden files anew, then look at the difference."""
    golden = GOLDEN / f"board-{width}.txt"
    text = drawn(demo_standings(), width)
    if os.environ.get("WRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 160, 200, 240])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(len(line) for line in drawn(demo_standings(), width).splitlines()) <= width


@pytest.mark.parametrize("width", [80, 120, 200])
def test_no_row_is_broken(width: int) -> None:
    lines = drawn(demo_standings(), width).splitlines()
    assert [line.split()[0] for line in lines if line.startswith("  ")][:2] == ["#", "1"]
    assert sum("fused-13b" in line for line in lines) == 1


def test_what_was_left_out_is_named() -> None:
    assert "Left out at 80 columns: mbpp, interval" in drawn(demo_standings(), 80)
    assert "Left out" not in drawn(demo_standings(), 260)


def test_a_plain_encoding_gets_plain_signs() -> None:
    assert drawn(demo_standings(), 200, "ascii").isascii()


def test_an_empty_board_names_the_first_command() -> None:
    assert "fuseval score reference" in drawn(standings_from([]), 80)


def test_self_checks_alone_make_a_board_without_a_ranking() -> None:
    text = drawn(standings_from([demo_record("reference", "humaneval+", 164, 164, is_self_check=True)]), 80)
    assert "ranked by" not in text
    assert "self-checks, not ranked" in text


def test_different_numbers_of_samples_get_a_column() -> None:
    one = demo_record("one", "humaneval+", 100, 90)
    ten = demo_record("ten", "humaneval+", 100, 90)
    ten = replace(ten, scores=[replace(score, samples=10) for score in ten.scores])
    text = drawn(standings_from([one, ten]), 80)
    assert " n  " in text
    assert "n = " not in text


def test_a_sandbox_that_was_weak_throughout_is_said_once() -> None:
    text = drawn(standings_from([demo_record("m", "humaneval+", 100, 90, sandbox="landlock")]), 80)
    assert "Every run was isolated at level landlock only." in text


def test_other_limits_are_noted() -> None:
    record = replace(demo_record("m", "humaneval+", 100, 90), limits=Limits(factor=1.0), low_assurance=1)
    text = drawn(standings_from([record]), 120)
    assert "* m: other limits than usual in humaneval+: factor 1." in text
    assert "* m: 1 verdict of low assurance in humaneval+." in text


def test_a_model_s_name_can_not_steer_the_terminal() -> None:
    assert "\x1b" not in drawn(standings_from([demo_record("evil\x1b[2J[red]", "humaneval+", 100, 90)]), 80)


def test_the_json_is_kept_stable() -> None:
    golden = GOLDEN / "board.json"
    text = json.dumps(to_plain_standings(demo_standings()), indent=2) + "\n"
    if os.environ.get("WRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_the_module_draws_its_demo() -> None:
    command = [sys.executable, "-W", "error", "-m", "leaderboards.board"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert "fused-13b" in done.stdout
    assert done.stderr == ""
