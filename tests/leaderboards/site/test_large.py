"""A site of many models: bounded in time and size, and still a board."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from benchmarks.board import make_runs
from leaderboards.site import write_site
from leaderboards.site.contents import MOST_ANSWERS
from leaderboards.store import read_standings
from tests.leaderboards.site.browsing import Visit
from tests.leaderboards.site.made_up_site import keep_run

PROGRAM = "from typing import List\n\n\ndef f(numbers: List[int]) -> List[int]:\n" + "    # one of many lines\n" * 38


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def test_twenty_models_of_542_tasks_take_seconds_and_little_room(tmp_path: Path) -> None:
    tasks = [f"Own/{number}" for number in range(542)]
    for place in range(20):
        keep_run(tmp_path / "runs", f"m{place}-7b", "own+", place / 10, tasks=tasks, program=PROGRAM)
    standings = read_standings(tmp_path / "runs")
    start = time.process_time()
    out = write_site(standings, tmp_path / "runs", tmp_path / "site").parent
    # Seconds of this process: others may keep the machine busy.
    assert time.process_time() - start < 10
    assert 10 < megabytes(out) < 30
    assert len(list((out / "tasks" / "own+").iterdir())) == 542
    last = (out / "tasks" / "own+" / "Own--541.html").read_text(encoding="utf-8")
    assert last.count("<article") == 20


@pytest.mark.long
def test_a_thousand_runs_make_a_board_that_is_used(visit: Visit, tmp_path: Path) -> None:
    make_runs(tmp_path / "runs", 1000, 542)
    standings = read_standings(tmp_path / "runs")
    index = write_site(standings, tmp_path / "runs", tmp_path / "site")
    assert megabytes(index.parent) < 80
    assert len(list((index.parent / "models").iterdir())) == 1000
    task = (index.parent / "tasks" / "made-up+" / "HumanEval--0.html").read_text(encoding="utf-8")
    assert task.count("<article") == MOST_ANSWERS // 542
    visit.open(index)
    assert visit.page.get_by_role("status").inner_text() == "1000 models"
    seconds = visit.page.evaluate(
        "() => { const start = performance.now(); document.querySelector('th[data-key=made-up] button').click();"
        "document.body.getBoundingClientRect(); return (performance.now() - start) / 1000; }"
    )
    assert seconds < 5
    names = [row.model for row in standings.rows]
    stems = [path.stem for path in (index.parent / "models").iterdir()]
    assert {names[0], names[-1]} <= set(stems)
    visit.open(index.parent / "compare.html", f"?a={names[0]}&b={names[-1]}")
    assert f"better on {standings.sort.label}" in visit.page.locator(".verdict").inner_text()  # type: ignore[union-attr]
    assert visit.trouble == []
