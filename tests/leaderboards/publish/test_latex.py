"""The board as LaTeX: as kept, and pdflatex sets it whatever the models are called."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboards.demo import demo_standings
from leaderboards.publish.latex_table import board_latex
from leaderboards.publish.latex_text import is_settable, latex
from leaderboards.standings import Standings
from tests.leaderboards.drawing import is_as_kept
from tests.leaderboards.publish.boards import HOSTILE, board_of_names, board_with_a_leader


@pytest.fixture
def pdflatex() -> str:
    """The program; the test is skipped where there is none."""
    found = shutil.which("pdflatex")
    if found is None:
        pytest.skip("pdflatex is not installed")
    return found


@pytest.mark.parametrize("baseline", ["", "evolved-13b"])
def test_the_table_looks_as_kept(baseline: str) -> None:
    name = "publish/board-baseline.tex" if baseline else "publish/board.tex"
    assert is_as_kept(name, board_latex(demo_standings(baseline=baseline)))


@pytest.mark.parametrize(
    "standings",
    [demo_standings(), demo_standings(baseline="evolved-13b"), board_with_a_leader(), board_of_names(HOSTILE)],
    ids=["demo", "baseline", "leader", "hostile"],
)
def test_pdflatex_sets_it(standings: Standings, pdflatex: str, tmp_path: Path) -> None:
    snippet = board_latex(standings)
    packages = re.findall(r"^%   (\\usepackage\{.*\})$", snippet, re.MULTILINE)
    document = ["\\documentclass{article}", *packages, "\\begin{document}", snippet, "\\end{document}"]
    (tmp_path / "board.tex").write_text("\n".join(document), encoding="utf-8")
    # A home of its own: fonts that are drawn on the way would be kept in the caller's.
    done = subprocess.run(
        [pdflatex, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "board.tex"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    log = (tmp_path / "board.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[-2000:]
    assert (tmp_path / "board.pdf").read_bytes().startswith(b"%PDF")
    assert "Missing character" not in log
    assert "LaTeX Error" not in log


@given(st.text(max_size=30))
def test_no_special_is_left_and_nothing_leaves_ascii(text: str) -> None:
    set_text = latex(text)
    assert set_text.isascii()
    assert "\n" not in set_text
    bare = re.sub(r"\\[A-Za-z]+|\\[^A-Za-z]|\$[^$]*\$", "", set_text)
    assert not set(bare) & set('&%#_^~<>|"\\$')
    assert bare.count("{") == bare.count("}")


@given(st.text(alphabet="-,", max_size=12))
def test_no_two_signs_become_another(text: str) -> None:
    assert "--" not in latex(text)
    assert ",," not in latex(text)
    assert latex(text).replace("{}", "") == text


def test_a_name_without_glyphs_is_kept_beside_its_row() -> None:
    text = board_latex(board_of_names(["Zoë-7b", "猫-7b\\input{x}"]))
    assert 'Zo\\"{e}-7b' in text
    assert "    % 猫-7b\\input{x}\n" in text
    assert "{\\small U+732B}-7b\\textbackslash{}input\\{x\\}" in text
    assert not is_settable("猫")


@pytest.mark.parametrize("name", HOSTILE)
def test_every_row_has_its_cells(name: str) -> None:
    rows = [line for line in board_latex(board_of_names([name, "plain"])).splitlines() if line.endswith(r" \\")]
    assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {4}


def test_bold_is_for_a_leader_that_the_test_upholds() -> None:
    assert re.findall(r"\\textbf\{(\d+)\}", board_latex(board_with_a_leader())) == ["85"]
    assert r"\textbf" not in board_latex(demo_standings())
    assert r"\textbf{$-$12}$_{-17}^{-7}$" in board_latex(demo_standings(baseline="evolved-13b"))
