"""A folder with damaged runs in it: each is named with what to do, and the others are all there."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.formats.run_folder import OUTCOMES_NAME
from leaderboards.demo import demo_record
from leaderboards.runs import read_runs
from leaderboards.store import read_standings
from tests.leaderboards.made_up_runs import keep_demo

ROUGH = ["torn", "stopped", "newer", "older", "foreign", "rubbish", "other-verdicts", "no-verdicts"]


@pytest.fixture
def rough(tmp_path: Path) -> Path:
    """A sound run, and one of each kind of damage."""
    keep_demo(tmp_path, demo_record("sound", "humaneval+", 100, 90))
    folders = {name: keep_demo(tmp_path, demo_record(name, "humaneval+", 110, 95)) for name in ROUGH}
    with folders["torn"].verdicts_path.open("r+b") as file:
        file.truncate(folders["torn"].verdicts_path.stat().st_size - 20)
    folders["stopped"].record_path.unlink()
    for name, version in (("newer", 99), ("older", "one")):
        path = folders[name].record_path
        path.write_text(json.dumps(json.loads(path.read_text()) | {"format_version": version}))
    folders["foreign"].record_path.write_text('{"name": "somebody else\'s run.json", "id": 7}')
    folders["rubbish"].record_path.write_bytes(b"\xff\xfe\x00")
    folders["other-verdicts"].verdicts_path.write_text("")
    folders["no-verdicts"].verdicts_path.unlink()
    (tmp_path / "model_eval_results.json").write_text("{}")
    (tmp_path / "notes.txt").write_text("mine")
    return tmp_path


def test_each_is_named_with_what_to_do(rough: Path) -> None:
    runs, trouble = read_runs(rough)
    assert {run.record.model.name for run in runs} == {"sound", "torn", "other-verdicts", "no-verdicts"}
    told = {name: [line for line in trouble if f"/{name}/" in line] for name in ROUGH}
    assert "verdicts.jsonl is cut short: repeat its `fuseval score` command with --fresh" in told["torn"][0]
    assert "holds no finished run: it has no run.json: finish it: repeat" in told["stopped"][0]
    assert "was written by a newer fuseval (format 99" in told["newer"][0]
    assert "pip install --upgrade fuseval" in told["newer"][0]
    assert "field 'format_version'" in told["older"][0]
    assert "field 'run_id': Field required" in told["foreign"][0]
    assert "can not be read" in told["rubbish"][0]
    assert all(
        "move it away, or repeat its `fuseval score` command" in told[name][0] for name in ("foreign", "rubbish")
    )
    others = [line for line in trouble if line not in sum(told.values(), [])]
    told_of = f"{rough}/model_eval_results.json"
    assert others == [f"{told_of} is no run: `fuseval import` takes in what other tools wrote, else move it away"]


def test_the_board_shows_the_others_and_ranks_what_can_be_tested(rough: Path) -> None:
    standings = read_standings(rough)
    ranks = {row.model: row.rank and str(row.rank) for row in standings.rows}
    assert ranks == {"sound": "1", "torn": None, "other-verdicts": None, "no-verdicts": None}
    for name in ("torn", "other-verdicts", "no-verdicts"):
        row = next(row for row in standings.rows if row.model == name)
        assert row.remarks == ("no verdicts to test in humaneval+: no rank",)
        assert any(
            f"/{name}/" in line and "no longer holds what run.json says" in line for line in standings.unreadable
        )


def test_outcomes_that_were_edited_do_not_pass(tmp_path: Path) -> None:
    folder = keep_demo(tmp_path, demo_record("edited", "humaneval+", 100, 90))
    path = folder.path / OUTCOMES_NAME
    plain = json.loads(path.read_text())
    path.write_text(json.dumps(plain | {"passed": {name: "1" * 164 for name in plain["passed"]}}))
    (run,), _ = read_runs(tmp_path)
    with pytest.raises(InputError, match=r"no longer holds what run\.json says of humaneval: 100 passed"):
        assert run.outcomes


def test_published_tables_are_no_foreign_files(tmp_path: Path) -> None:
    (tmp_path / "references").mkdir()
    (tmp_path / "references" / "table.json").write_text("{")
    keep_demo(tmp_path, demo_record("sound", "humaneval+", 100, 90))
    assert read_runs(tmp_path)[1] == []
    (told,) = read_standings(tmp_path).unreadable
    assert "references/table.json is damaged" in told


def test_one_run_s_own_folder_is_a_folder_of_runs(tmp_path: Path) -> None:
    folder = keep_demo(tmp_path, demo_record("sound", "humaneval+", 100, 90))
    assert [run.record.model.name for run in read_runs(folder.path)[0]] == ["sound"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError):
        read_runs(tmp_path / "file")


@pytest.mark.parametrize("name", ["run.json", "verdicts.jsonl"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, name: str) -> None:
    keep_demo(tmp_path, demo_record("sound", "humaneval+", 100, 90))
    folder = keep_demo(tmp_path, demo_record("piped", "humaneval+", 100, 90))
    (folder.path / OUTCOMES_NAME).unlink()
    (folder.path / name).unlink()
    os.mkfifo(folder.path / name)
    standings = read_standings(tmp_path)
    assert "sound" in {row.model for row in standings.rows}
    assert any(f"{name} is no regular file: move it away" in line for line in standings.unreadable)


def test_a_record_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    keep_demo(tmp_path, demo_record("sound", "humaneval+", 100, 90))
    folder = keep_demo(tmp_path, demo_record("huge", "humaneval+", 100, 90))
    os.truncate(folder.record_path, 8 << 30)
    runs, (told,) = read_runs(tmp_path)
    assert [run.record.model.name for run in runs] == ["sound"]
    assert "run.json has 8,589,934,592 bytes, more than" in told


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", "-0.1", "7.5", "1" + 400 * "0"])
def test_a_score_that_none_can_be_hides_no_other(tmp_path: Path, value: str) -> None:
    keep_demo(tmp_path, demo_record("sound", "humaneval+", 100, 90))
    folder = keep_demo(tmp_path, demo_record("odd", "humaneval+", 100, 90))
    text = re.sub(r'"value": [0-9.]+', f'"value": {value}', folder.record_path.read_text())
    folder.record_path.write_text(text)
    standings = read_standings(tmp_path)
    assert [row.model for row in standings.rows] == ["sound"]
    assert str(folder.record_path) in standings.unreadable[0]


def test_a_score_that_was_edited_has_no_rank(tmp_path: Path) -> None:
    folder = keep_demo(tmp_path, demo_record("edited", "humaneval+", 100, 90))
    plain = json.loads(folder.record_path.read_text())
    for score in plain["scores"]:
        score.update(value=0.95, high=1.0)
    folder.record_path.write_text(json.dumps(plain))
    standings = read_standings(tmp_path)
    assert standings.rows[0].rank is None
    assert "pass@1 0.95" in standings.unreadable[0]
