"""MultiPL-E's result folders: real ones of Racket, and made-up ones for what they do not hold."""

from __future__ import annotations

import gzip
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InputError
from harness.records import Status
from tests.harness.formats.imports.foreign_files import imported, read_run, statuses, write


def problem(name: str = "HumanEval_0_f", language: str = "rkt", **changes: object) -> dict[str, Any]:
    plain = {"name": name, "language": language, "temperature": 0.2, "top_p": 0.95, "prompt": "P\n", "tests": "T"}
    return {**plain, "stop_tokens": [], **changes}


def result(status: str = "OK", exit_code: int = 0, stderr: str = "") -> dict[str, Any]:
    return {
        "program": "P\nanswer\nT", "timestamp": 1691796831, "stdout": "", "stderr": stderr,
        "exit_code": exit_code, "status": status,
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "humaneval-rkt-my_model-0.2-reworded"


@pytest.fixture
def racket(fuseval_data: Path) -> Path:
    return fuseval_data / "samples/multipl_e/racket-official-format"


def test_real_results_count_as_multipl_e_counts_them(racket: Path, tmp_path: Path) -> None:
    official: Counter[str] = Counter()
    for path in racket.glob("*.results.json.gz"):
        for item in json.loads(gzip.decompress(path.read_bytes()))["results"]:
            official[item["status"]] += 1
    run = imported(racket, tmp_path / "runs", model="m")
    record = run.load()
    assert record.counts == {
        "pass": official["OK"],
        "fail": official["Exception"],
        "syntax_error": official["SyntaxError"],
        "skipped": 141,
    }
    assert official.keys() == {"OK", "Exception", "SyntaxError"}
    score = record.scores[0]
    assert (score.column, score.tasks, score.of_tasks, score.samples) == ("multipl-e:rkt", 20, 161, 20)
    assert score.value == pytest.approx(official["OK"] / 400)
    assert record.generation == {"temperature": 0.2, "top_p": 0.95, "max_tokens": 1024}
    assert record.finished_utc == "2023-08-11T23:36:40Z"
    failing = next(verdict for verdict in run.verdicts() if verdict.status is Status.FAIL)
    assert (failing.error or "").startswith("Exception, exit code 0: ---")
    assert "(require rackunit)" not in failing.solution
    assert failing.solution.endswith(run.completions()[0].text)


def test_questions_that_are_ours_share_our_column(fuseval_data: Path, tmp_path: Path) -> None:
    rows = gzip.decompress((fuseval_data / "multipl_e/humaneval-rkt.jsonl.gz").read_bytes()).splitlines()
    ours = [json.loads(line) for line in rows[:3]]
    for row in ours:
        write(tmp_path / f"a/{row['name']}.results.json.gz", {**row, "results": [result()]})
    run = read_run(tmp_path / "a", model="m")
    assert (len(run.benchmark.tasks), run.remarks) == (161, [])
    changed = {**ours[0], "tests": ours[0]["tests"] + " ", "results": [result()]}
    write(tmp_path / f"a/{ours[0]['name']}.results.json.gz", changed)
    other = read_run(tmp_path / "a", model="m")
    assert other.benchmark.sha256 != run.benchmark.sha256
    assert "a column of its own" in other.remarks[0]


@pytest.mark.parametrize(
    ("status", "exit_code", "expected"),
    [
        ("OK", 0, "pass"),
        ("OK", 1, "fail"),
        ("Timeout", -1, "timeout"),
        ("SyntaxError", 1, "syntax_error"),
        ("Exception", -1, "fail"),
        ("AssertionError", 1, "fail"),
    ],
)
def test_statuses(status: str, exit_code: int, expected: str, folder: Path, tmp_path: Path) -> None:
    write(folder / "HumanEval_0_f.results.json.gz", problem(results=[result(status, exit_code, "why")]))
    run = imported(folder, tmp_path / "runs")
    assert statuses(run) == {"HumanEval_0_f": [expected]}
    (verdict,) = run.verdicts()
    assert verdict.error == (None if expected == "pass" else f"{status}, exit code {exit_code}: why")
    assert verdict.solution == "P\nanswer"


def test_what_was_not_executed_is_skipped(folder: Path, tmp_path: Path) -> None:
    write(folder / "HumanEval_0_f.results.json.gz", problem(results=[result()]))
    write(folder / "HumanEval_0_f.json.gz", problem(completions=["answer"]))
    write(folder / "HumanEval_1_g.json.gz", problem("HumanEval_1_g", completions=["x"]))
    record = imported(folder, tmp_path / "runs").load()
    assert record.model.name == "my_model"
    assert record.counts["pass"] == 1
    assert record.counts["skipped"] >= 1
    assert not record.is_complete


def test_mbpp_and_go_have_their_names(tmp_path: Path) -> None:
    write(tmp_path / "x/mbpp_3_f.results.json.gz", problem("mbpp_3_f", "go_test.go", results=[result()]))
    assert read_run(tmp_path / "x").benchmark.name == "multipl-e-mbpp:go"
    with pytest.raises(InputError, match="is of multipl-e-mbpp:go, not of multipl-e:go"):
        read_run(tmp_path / "x", bench="multipl-e:go")


def test_a_folder_of_two_languages_is_refused(folder: Path) -> None:
    write(folder / "HumanEval_0_f.results.json.gz", problem(results=[result()]))
    write(folder / "HumanEval_1_g.results.json.gz", problem("HumanEval_1_g", "lua", results=[result()]))
    with pytest.raises(InputError, match="mixes multipl-e:lua and multipl-e:rkt"):
        read_run(folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (problem(completions=["x"]), "not executed yet"),
        (problem(results=[]), "holds no result"),
        (problem("Other_0", results=[result()]), "of no benchmark that fuseval knows"),
        (problem(results=[{"program": ""}]), "results.0.status"),
    ],
)
def test_what_is_wrong_is_named(content: object, message: str, folder: Path) -> None:
    write(folder / "a.json.gz", content)
    with pytest.raises(InputError, match=message):
        read_run(folder)


def test_a_truncated_file_stops_the_import_before_anything_is_written(racket: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(racket, copy)
    file = sorted(copy.glob("*.results.json.gz"))[-1]
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(InputError, match="is cut short") as caught:
        imported(copy, tmp_path / "runs")
    assert str(file) in str(caught.value)
    assert not (tmp_path / "runs").exists()


def test_another_copy_of_the_folder_is_the_same_run(racket: Path, tmp_path: Path) -> None:
    first = imported(racket, tmp_path / "runs", model="m")
    shutil.copytree(racket, tmp_path / "elsewhere")
    assert imported(tmp_path / "elsewhere", tmp_path / "runs", model="m") == first
