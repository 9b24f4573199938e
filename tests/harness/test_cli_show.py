"""`fuseval show`, `export`, `leaderboard`, `benchmarks` and `doctor`: what they say about runs that are there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness import cli
from harness.formats.run_folder import RunFolder
from harness.records import Status, Verdict
from harness.sandbox.levels import Probe
from leaderboards.demo import demo_record
from tests.leaderboards.made_up_runs import keep, keep_failing


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def run() -> RunFolder:
    return keep_failing(Path("runs"))


RUN_NAMES = ["0a1b2c3d4e5f", "0a1b", "fused-13b", "runs/fused-13b", "runs", "runs/fused-13b/humaneval+/0a1b2c3d4e5f"]


@pytest.mark.parametrize("name", [*RUN_NAMES, "runs/fused-13b/humaneval+/0a1b2c3d4e5f/run.json"])
def test_a_run_is_found_by_path_id_and_model(name: str, run: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", name]) == 0
    assert f"run         {run.path}\n" in capsys.readouterr().out


def test_a_run_s_failing_tasks_are_listed_with_their_reasons(
    run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["show", "fused-13b"]) == 0
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "fused-13b on humaneval+"
    assert "  humaneval+  73.8%  [66.6, 79.9]  pass@1, 164 tasks, n = 1" in lines
    assert lines[-5:] == [
        "────────────────────────────────────────────────────────────────────────────────",
        "HumanEval/9   fail (plus only)  rolling_max([3, 1]): expected [3, 3], got [3, 1]",
        "HumanEval/10  crash             SystemExit\\x1b[2J",
        "",
        "Why in full: fuseval show 0a1b2c3d4e5f HumanEval/9",
    ]


@pytest.mark.parametrize("task", ["HumanEval/9", "9"])
def test_a_task_is_shown_in_full(task: str, run: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", "fused-13b", task]) == 0
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[:6] == [
        "HumanEval/9 fail  (base pass, plus fail)",
        "  sample    0",
        "  input     rolling_max([3, 1])",
        "  expected  [3, 3]",
        "  got       [3, 1]",
        "  time      0.25 s of CPU, 0.50 s",
    ]
    assert "def rolling_max(numbers):" in lines
    assert any(line.startswith("completion (raw, as the model gave it; it stopped for 'stop')") for line in lines)
    # What reorders text on a terminal is shown, not obeyed.
    assert "x = '\\u202e'" in lines


def test_a_task_of_another_benchmark_s_data_says_so(run: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    folder = keep_failing(Path("private"))
    folder.save(replace(folder.load(), benchmark="private", model=replace(folder.load().model, name="p")))
    assert cli.main(["show", str(folder.path), "9"]) == 0
    assert "not available: private is a private benchmark: --bench FILE.jsonl shows it" in capsys.readouterr().out


def test_the_first_failing_sample_is_shown_unless_one_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    verdicts = [
        Verdict("HumanEval/0", 0, Status.PASS, "good = 1"),
        Verdict("HumanEval/0", 1, Status.FAIL, "bad = 1", error="AssertionError"),
    ]
    keep(Path("runs"), demo_record("m", "humaneval+", 1, 1), verdicts)
    assert cli.main(["show", "m", "0"]) == 0
    assert "bad = 1" in capsys.readouterr().out
    assert cli.main(["show", "m", "0", "--sample", "0"]) == 0
    assert "good = 1" in capsys.readouterr().out
    assert cli.main(["show", "m", "0", "--sample", "7"]) == 2
    assert "hint: its samples: 0, 1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["fused-13"], "no run 'fused-13' in runs", "did you mean 'fused-13b'?"),
        (["0a1"], "no run '0a1' in runs", "one of:"),
        (["fused-13b", "HumanEval/99"], "no verdict of task 'HumanEval/99'", "did you mean 'HumanEval/9'?"),
        (["fused-13b", "--bench", "mbpp+"], "no run 'fused-13b' on mbpp+ in runs", ""),
        (["fused-13b", "--runs", "nowhere"], "there is no folder nowhere", "--runs DIR"),
    ],
)
def test_what_is_not_there_is_named(
    arguments: list[str], message: str, hint: str, run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["show", *arguments]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert hint in err


def test_a_model_with_several_benchmarks_is_asked_back(run: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    keep(Path("runs"), demo_record("fused-13b", "mbpp+", 300, 250))
    assert cli.main(["show", "fused-13b"]) == 2
    err = capsys.readouterr().err
    assert "'fused-13b' may mean 2 runs:" in err
    assert "0a1b2c3d4e5f  fused-13b on humaneval+" in err
    assert cli.main(["show", "fused-13b", "--bench", "mbpp+"]) == 0
    assert "fused-13b on mbpp+" in capsys.readouterr().out


def test_the_newest_run_of_a_model_is_shown(run: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    keep(Path("runs"), demo_record("fused-13b", "humaneval+", 99, 98, day=9))
    assert cli.main(["show", "fused-13b"]) == 0
    assert "59.8%" in capsys.readouterr().out


def test_an_unfinished_run_says_how_to_finish_it(capsys: pytest.CaptureFixture[str]) -> None:
    Path("runs/m/humaneval/0a1b").mkdir(parents=True)
    assert cli.main(["show", "runs/m/humaneval/0a1b"]) == 2
    assert "holds no finished run" in capsys.readouterr().err


def test_show_as_json(run: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", "fused-13b", "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert [verdict["task_id"] for verdict in plain["failing"]] == ["HumanEval/9", "HumanEval/10"]
    assert plain["record"]["run_id"] == "0a1b2c3d4e5f"
    assert cli.main(["show", "fused-13b", "9", "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["verdict"]["got"] == "[3, 1]"
    assert plain["completion"]["kind"] == "raw"


def test_export_refuses_other_data(run: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    folder = keep(Path("runs"), replace(demo_record("m", "humaneval+", 1, 1), benchmark="humaneval"))
    assert cli.main(["export", str(folder.path)]) == 2
    assert "was asked other data than" in capsys.readouterr().err


def test_an_empty_board_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["leaderboard"]) == 0
    assert capsys.readouterr().out == ("No runs in runs yet. A first one: fuseval score reference --bench humaneval\n")
    assert cli.main(["leaderboard", "--json", "--bench", "humaneval"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == []


def test_the_board_ranks_what_is_there(run: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    keep(Path("runs"), demo_record("evolved-13b", "humaneval+", 125, 125))
    assert cli.main(["leaderboard"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("pass@1, ranked by humaneval+\n")
    assert out.index("evolved-13b") < out.index("fused-13b")
    assert cli.main(["leaderboard", "--sort", "humaneval"]) == 0
    out = capsys.readouterr().out
    assert out.index("fused-13b") < out.index("evolved-13b")
    assert cli.main(["leaderboard", "--sort", "humanevall"]) == 2
    assert "did you mean 'humaneval'?" in capsys.readouterr().err


def test_benchmarks_say_whether_their_data_is_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["benchmarks", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)["benchmarks"]}
    assert rows["humaneval"]["is_here"] is True
    assert cli.main(["benchmarks"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in rows)


def weak() -> Probe:
    return Probe("rlimits", ["namespaces: not permitted"], [("read a file of the user", False)])


def test_the_doctor_says_that_a_weak_sandbox_will_not_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("harness.commands.doctor.probe", weak)
    assert cli.main(["doctor"]) == 3
    out = capsys.readouterr().out
    assert "no stronger one: namespaces: not permitted" in out
    assert "NOT stopped: read a file of the user" in out
    assert "--sandbox weak" in out
    assert cli.main(["doctor", "--json"]) == 3
    sandbox = json.loads(capsys.readouterr().out)["sandbox"]
    assert (sandbox["level"], sandbox["is_strong"]) == ("rlimits", False)
    assert sandbox["canaries"] == {"read a file of the user": False}


def test_the_doctor_reports_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["doctor", "--json"])
    plain = json.loads(capsys.readouterr().out)
    assert code == (0 if plain["sandbox"]["is_strong"] else 3)
    assert plain["cores"] >= 1
    assert plain["memory_bytes"] > 1 << 28
    assert plain["packages"]["rich"]


def test_a_private_benchmark_s_file_gives_the_prompt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = {"task_id": "Own/1", "prompt": "def own(x):\n", "entry_point": "own", "canonical_solution": "    return x\n"}
    Path("own.jsonl").write_text(json.dumps(row | {"base_input": [[1]], "plus_input": [], "atol": 0}) + "\n")
    assert cli.main(["score", "broken", "--bench", "own.jsonl"]) == 0
    assert cli.main(["show", "broken", "1", "--bench", "own.jsonl"]) == 0
    assert "begins with the prompt" in capsys.readouterr().out
    assert cli.main(["show", "broken", "--bench", "own"]) == 0
    assert cli.main(["export", "broken"]) == 2
    assert "hint: fuseval export broken --bench FILE.jsonl" in capsys.readouterr().err
    assert cli.main(["export", "broken", "--bench", "own.jsonl"]) == 0
