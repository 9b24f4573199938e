"""EvalPlus's result files: both names, both layouts, and out again as they came in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness import cli
from harness.benchmarks.registry import ENTRIES, load
from harness.errors import InputError
from harness.formats import evalplus
from harness.formats.outcomes_file import kept_outcomes
from harness.formats.run_folder import find_runs
from harness.records import Limits, ModelInfo, RunRecord, Status, Verdict
from tests.harness.formats.imports.foreign_files import (
    HUMANEVAL_PLUS_MD5,
    OTHER_MD5,
    evalplus_file,
    imported,
    old_evalplus_file,
    read_run,
    statuses,
    write,
)

Layout = Callable[[dict[str, list[tuple[str, str | None]]], str], dict[str, Any]]
LAYOUTS = [evalplus_file, old_evalplus_file]
NAMES = ["m.eval_results.json", "m_eval_results.json", "m/eval_results.json", "m_eval_results.json.gz"]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", NAMES)
def test_every_name_and_layout_gives_the_same_run(layout: Layout, name: str, tmp_path: Path) -> None:
    tasks = {
        "HumanEval/0": [("pass", "pass"), ("pass", "fail")],
        "HumanEval/1": [("fail", "fail"), ("pass", "timeout")],
    }
    folder = imported(write(tmp_path / name, layout(tasks, OTHER_MD5)), tmp_path / "runs")
    record = folder.load()
    assert statuses(folder) == {"HumanEval/0": ["pass", "fail"], "HumanEval/1": ["fail", "timeout"]}
    assert [(score.column, score.k, score.value, score.tasks, score.of_tasks) for score in record.scores] == [
        ("humaneval", 1, 0.75, 2, 2),
        ("humaneval+", 1, 0.25, 2, 2),
    ]
    assert (record.model.name, record.model.backend, record.sandbox) == ("m", "imported", "unknown")
    assert record.origin.startswith(f"EvalPlus result file {name.rpartition('/')[2]}, sha256 ")
    assert record.finished_utc[5:] == "05-06T07:08:00Z"
    assert record.is_complete


@pytest.mark.parametrize(
    ("base", "plus", "status"),
    [
        ("pass", "pass", "pass"),
        ("success", "success", "pass"),
        ("pass", "fail", "fail"),
        ("success", "failed", "fail"),
        ("pass", "timeout", "timeout"),
        ("success", "timed out", "timeout"),
        ("fail", "pass", "fail"),
        ("timeout", "fail", "timeout"),
    ],
)
def test_statuses(base: str, plus: str, status: str, tmp_path: Path) -> None:
    path = write(tmp_path / "m_eval_results.json", old_evalplus_file({"Mbpp/2": [(base, plus)]}))
    assert [verdict.status.value for verdict in read_run(path).verdicts] == [status]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_base_tests_alone_fill_one_column(layout: Layout, tmp_path: Path) -> None:
    path = write(tmp_path / "m_eval_results.json", layout({"Mbpp/2": [("pass", None)]}, OTHER_MD5))
    record = imported(path, tmp_path / "runs").load()
    assert [score.column for score in record.scores] == ["mbpp"]
    assert record.benchmark == "mbpp"
    assert "only the base tests were run" in read_run(path).remarks[0]


def test_a_known_hash_is_our_data_and_another_one_is_not(tmp_path: Path) -> None:
    known = write(
        tmp_path / "a_eval_results.json", evalplus_file({"HumanEval/0": [("pass", "pass")]}, HUMANEVAL_PLUS_MD5)
    )
    record = imported(known, tmp_path / "runs").load()
    assert record.dataset_sha256 == ENTRIES["humaneval+"].data.sha256
    assert (record.benchmark_version, record.task_count, record.counts["skipped"]) == ("v0.1.10", 164, 163)
    assert not record.is_complete
    other = write(tmp_path / "b_eval_results.json", evalplus_file({"Mbpp/83": [("pass", "pass")]}))
    record = imported(other, tmp_path / "runs").load()
    assert (record.dataset_sha256, record.benchmark_version) == (f"md5:{OTHER_MD5}", "unknown")
    assert (record.benchmark, record.task_count) == ("mbpp+", 1)


@pytest.mark.parametrize(
    ("name", "model", "generation"),
    [
        ("bigcode--sc2_vllm_temp_0.2.eval_results.json", "bigcode/sc2", {"temperature": 0.2}),
        ("bigcode--sc2_hf_temp_0.0-sanitized_eval_results.json", "bigcode/sc2", {"temperature": 0.0}),
        ("sc2-humaneval+_eval_results.json", "sc2", None),
    ],
)
def test_the_model_is_in_the_name(name: str, model: str, generation: object, tmp_path: Path) -> None:
    run = read_run(write(tmp_path / name, evalplus_file({"HumanEval/0": [("pass", "pass")]})))
    assert (run.model, run.generation) == (model, generation)
    assert read_run(tmp_path / name, model="mine").model == "mine"


def test_a_private_benchmark_is_named_by_its_file(tmp_path: Path) -> None:
    row = {
        "task_id": "My/0", "prompt": "def inc(x):\n", "entry_point": "inc",
        "canonical_solution": "    return x + 1\n", "base_input": [[1]], "plus_input": [[2]],
    }  # fmt: skip
    bench = write(tmp_path / "mine.jsonl", [row])
    benchmark = load(str(bench))
    content = evalplus_file({"My/0": [("pass", "fail")]}, evalplus.data_md5(benchmark))
    path = write(tmp_path / "m_eval_results.json", content)
    record = imported(path, tmp_path / "runs", bench=str(bench)).load()
    assert (record.benchmark, record.dataset_sha256) == ("mine", benchmark.sha256)
    with pytest.raises(InputError, match="of no benchmark that fuseval knows") as caught:
        read_run(path)
    assert "--bench FILE.jsonl" in caught.value.hint
    other = write(tmp_path / "o_eval_results.json", {**content, "hash": OTHER_MD5})
    with pytest.raises(InputError, match="was made over other data"):
        read_run(other, bench=str(bench))


def test_the_base_tests_are_not_asked_for_by_name(tmp_path: Path) -> None:
    """`--bench mbpp` would put plus results into the column of the base tests."""
    path = write(tmp_path / "m_eval_results.json", evalplus_file({"Mbpp/2": [("pass", "fail")]}))
    with pytest.raises(InputError, match="not of mbpp alone"):
        read_run(path, bench="mbpp")


def sample(**changes: object) -> dict[str, Any]:
    row = {"task_id": "HumanEval/0", "solution": "", "base_status": "pass", "plus_status": "pass"}
    return {**row, **changes}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"eval": {}}, "it holds no task"),
        ({"eval": {"HumanEval/0": []}}, "'HumanEval/0' has no sample"),
        ({"eval": {"HumanEval/0": [sample(base_status="ok")]}}, "unknown status 'ok'"),
        ({"eval": {"HumanEval/0": [sample(plus_status=1)]}}, "plus_status"),
        ({"eval": {"HumanEval/0": [sample(), sample(plus_status=None)]}}, "plus tests for a part of its samples"),
        ({"eval": {"HumanEval/0": {"base": [["pass", []]], "plus": [["pass", []]] * 2}}}, "1 base and 2 plus results"),
        ({"eval": {"HumanEval/0": "pass"}}, "is no EvalPlus result file"),
        ({"hash": "0", "eval": {"HumanEval/0": [sample()], "Mbpp/2": [sample()]}}, "mixes tasks of"),
        ({"hash": "0", "eval": {"HumanEval/0": [sample()], "HumanEval/999": [sample()]}}, "'HumanEval/999' is not in"),
        ({"hash": "0", "eval": {"Other/0": [sample()]}}, "of no benchmark that fuseval knows"),
    ],
)
def test_what_is_wrong_is_named_before_anything_is_written(content: object, message: str, tmp_path: Path) -> None:
    path = write(tmp_path / "m_eval_results.json", content)
    with pytest.raises(InputError, match=re.escape(message)):
        imported(path, tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_out_again_the_statuses_are_the_same(layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over data that nobody has here, as all files are that older EvalPlus versions wrote."""
    monkeypatch.chdir(tmp_path)
    tasks = {"Mbpp/2": [("pass", "pass"), ("pass", "timeout")], "Mbpp/83": [("fail", "fail"), ("timeout", "fail")]}
    write(tmp_path / "m_eval_results.json", layout(tasks, OTHER_MD5))
    assert cli.main(["import", "m_eval_results.json"]) == 0
    assert cli.main(["export", "m", "--format", "evalplus", "--out", "out"]) == 0
    exported = json.loads((tmp_path / "out/m-mbpp+_eval_results.json").read_text())
    found = {
        task_id: [(row["base_status"], row["plus_status"]) for row in rows]
        for task_id, rows in exported["eval"].items()
    }
    assert found == tasks
    assert exported["hash"] == OTHER_MD5
    assert exported["date"][4:] == "-05-06 07:08"


def test_base_tests_alone_come_out_again(fuseval_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    content = evalplus_file({"HumanEval/0": [("pass", None)], "HumanEval/1": [("fail", None)]}, HUMANEVAL_PLUS_MD5)
    write(tmp_path / "m_eval_results.json", content)
    assert cli.main(["import", "m_eval_results.json"]) == 0
    assert cli.main(["export", "m"]) == 0
    (file,) = (tmp_path / "runs").rglob("*_eval_results.json")
    exported = json.loads(file.read_text())
    assert {**exported, "pass_at_k": None} == {**content, "pass_at_k": None}
    assert exported["pass_at_k"] == {"base": {"pass@1": 0.5}}


def original(dataset: str, data: Path) -> str:
    """EvalPlus's file of the StarCoder2 samples, with a failing input wherever one is named."""
    benchmark = load(f"{dataset}+")
    outcomes = json.loads((data / f"expected/starcoder2-15b-instruct-{dataset}.json").read_text())
    verdicts = []
    for task_id, (base, plus) in outcomes.items():
        both = Status(base), Status(plus)
        verdicts.append(
            Verdict(
                task_id,
                0,
                Status.PASS if both == (Status.PASS, Status.PASS) else Status.FAIL,
                f"# {task_id}",
                base_status=both[0],
                plus_status=both[1],
                base_failed_test=None if both[0] is Status.PASS else 0,
                plus_failed_test=None if both[1] is Status.PASS else len(benchmark.tasks[task_id].plus_input) - 1,
            )
        )
    record = RunRecord(
        "0a1b", ModelInfo("m"), benchmark.name, "1", benchmark.sha256, 2, "", "as-is", Limits(), "namespaces", {}, [],
        True, "2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z", {}, {},
    )  # fmt: skip
    return evalplus.export(record, verdicts, benchmark)


@pytest.mark.parametrize("dataset", ["humaneval", "mbpp"])
def test_real_results_come_out_again_to_the_last_input(dataset: str, fuseval_data: Path, tmp_path: Path) -> None:
    text = original(dataset, fuseval_data)
    (tmp_path / "m_eval_results.json").write_text(text)
    folder = imported(tmp_path / "m_eval_results.json", tmp_path / "runs")
    record = folder.load()
    again = evalplus.export(record, folder.verdicts(), load(record.benchmark))
    assert json.loads(again) == json.loads(text)
    shown = [verdict.failing_input or "" for verdict in folder.verdicts() if verdict.status is not Status.PASS]
    assert all(re.match(r"\w+\(", line) for line in shown)


@pytest.mark.long
@pytest.mark.parametrize(("dataset", "base", "plus"), [("humaneval", "0.726", "0.640"), ("mbpp", "0.767", "0.638")])
def test_evalplus_reads_what_was_imported_and_exported(
    dataset: str, base: str, plus: str, fuseval_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m_eval_results.json").write_text(original(dataset, fuseval_data))
    assert cli.main(["import", "m_eval_results.json"]) == 0
    assert cli.main(["export", "m", "--out", "out"]) == 0
    (file,) = (tmp_path / "out").iterdir()
    file.rename(tmp_path / "again_eval_results.json")
    (tmp_path / "again.jsonl").touch()
    result = subprocess.run(
        [sys.executable, "-m", "evalplus.evaluate", "--dataset", dataset, "--samples", "again.jsonl"],
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "Load from previous results" in result.stdout
    assert re.findall(r"pass@1:\t([0-9.]+)", result.stdout) == [base, plus]


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "m_eval_results.json", evalplus_file({"HumanEval/0": [("pass", "pass")]}))
    folder = imported(path, tmp_path / "runs")
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.path.iterdir()}
    assert imported(path.rename(tmp_path / "moved_eval_results.json"), tmp_path / "runs", model="m") == folder
    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.path.iterdir()} == before
    assert sorted(file.name for file in before) == ["completions.jsonl", "outcomes.json", "run.json", "verdicts.jsonl"]


def test_what_was_left_half_written_is_written_again(tmp_path: Path) -> None:
    path = write(tmp_path / "m_eval_results.json", evalplus_file({"HumanEval/0": [("pass", "pass")]}))
    folder = imported(path, tmp_path / "runs")
    whole = folder.load()
    folder.record_path.unlink()
    folder.verdicts_path.write_text("{")
    assert imported(path, tmp_path / "runs").load() == whole
    assert len(folder.verdicts()) == 1
    assert len(find_runs(tmp_path / "runs", finished_only=False)) == 1


def test_the_outcomes_are_those_of_the_verdicts(tmp_path: Path) -> None:
    path = write(tmp_path / "m_eval_results.json", evalplus_file({"HumanEval/0": [("pass", "fail")] * 3}))
    folder = imported(path, tmp_path / "runs")
    kept = kept_outcomes(folder)
    assert kept is not None
    assert (list(kept.samples), {name: list(passed) for name, passed in kept.passed.items()}) == (
        [3],
        {"humaneval": [3], "humaneval+": [0]},
    )
