"""Runs as a pandas table."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import leaderboards
from harness.errors import InputError
from harness.formats.outcomes_file import write_outcomes
from harness.records import Benchmark, Status, Task, Verdict
from harness.scoring import scores
from leaderboards.demo import demo_record
from leaderboards.store import read_standings
from tests.leaderboards.made_up_runs import keep, keep_demo


def test_one_row_a_run_and_column(tmp_path: Path) -> None:
    tagged = replace(demo_record("b-7b", "mbpp+", 300, 250), metadata={"recipe": "if", "seed": 2.0}, tokens=99)
    for record in (tagged, demo_record("a", "humaneval+", 100, 90, infra=1)):
        keep_demo(tmp_path, record)
    frame = leaderboards.load(tmp_path)
    assert frame[["model", "column", "passed"]].values.tolist() == [
        ["a", "humaneval", 100],
        ["a", "humaneval+", 90],
        ["b-7b", "mbpp", 300],
        ["b-7b", "mbpp+", 250],
    ]
    last = frame.iloc[-1]
    assert (last["pass@1"], last["n"], last["size_b"], last["tag_recipe"], last["tag_seed"], last["tokens"]) == (
        pytest.approx(250 / 378),
        1,
        7.0,
        "if",
        2.0,
        99,
    )
    assert last["low"] < last["pass@1"] < last["high"]
    assert frame.loc[0, "infra_errors"] == 1
    assert pd.isna(frame.loc[0, "tag_recipe"])
    assert pd.isna(frame.loc[0, "size_b"])
    assert str(frame["finished"].dtype).startswith("datetime64")
    assert frame.attrs["unreadable"] == []


def test_several_samples_have_pass_hat_k(tmp_path: Path) -> None:
    tasks = {name: Task(name, "", "f", "") for name in ("t/0", "t/1")}
    verdicts = [
        Verdict(task, index, Status.PASS if index < passed else Status.FAIL, "")
        for task, passed in (("t/0", 4), ("t/1", 2))
        for index in range(4)
    ]
    found = scores(Benchmark("own", "1", "0" * 64, tasks), verdicts)
    record = replace(demo_record("m", "humaneval+", 1, 1), benchmark="own", scores=found, task_count=2)
    folder = keep(tmp_path, record, verdicts)
    write_outcomes(folder, record, verdicts)
    (row,) = leaderboards.load(tmp_path).to_dict("records")
    assert row["pass@1"] == 0.75
    assert row["pass^2"] == pytest.approx((1 + 1 / 6) / 2)
    assert "pass^5" not in row
    folder.verdicts_path.write_text("")
    frame = leaderboards.load(tmp_path)
    assert frame["pass@1"].tolist() == [0.75]
    assert "pass^2" not in frame
    assert "no longer holds what run.json says" in frame.attrs["unreadable"][0]


def test_what_can_not_be_read_is_said(tmp_path: Path) -> None:
    keep_demo(tmp_path, demo_record("a", "humaneval+", 100, 90))
    keep_demo(tmp_path, demo_record("b", "humaneval+", 100, 90)).record_path.write_text("{")
    frame = leaderboards.load(str(tmp_path))
    assert set(frame["model"]) == {"a"}
    assert "is damaged" in frame.attrs["unreadable"][0]
    with pytest.raises(InputError):
        leaderboards.load(tmp_path / "nowhere")


def test_the_room_has_no_other_lazy_names() -> None:
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        leaderboards.lode  # noqa: B018


def test_one_run_s_odd_texts_hide_no_other(tmp_path: Path) -> None:
    keep_demo(tmp_path, demo_record("sound", "humaneval+", 100, 90))
    folder = keep_demo(tmp_path, demo_record("odd", "humaneval+", 100, 90))
    plain = json.loads(folder.record_path.read_text()) | {"finished_utc": "yesterday", "metadata": {"note": "\ud800"}}
    plain["model"]["name"] = "odd\ud800"
    folder.record_path.write_text(json.dumps(plain))
    frame = leaderboards.load(tmp_path).set_index("model")
    assert set(frame.index) == {"sound", "odd?"}
    assert frame.loc["odd?", "finished"].isna().all()
    assert str(frame.loc["sound", "finished"].iloc[0]) == "2025-01-01 10:05:00+00:00"


def test_seconds_that_nobody_measured_are_unknown(tmp_path: Path) -> None:
    imported = replace(demo_record("imported", "humaneval+", 100, 90), seconds={}, origin="EvalPlus x.json")
    keep_demo(tmp_path, imported)
    assert leaderboards.load(tmp_path)["wall_seconds"].isna().all()
    (row,) = read_standings(tmp_path).rows
    assert row.wall_seconds is None
