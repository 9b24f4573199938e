"""EvalPlus's results file: EvalPlus's own program reads it, and finds the same score."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.benchmarks import load
from harness.errors import InputError
from harness.formats import evalplus, human_eval
from harness.formats.samples import read_samples
from harness.models.extraction.plain_rules import as_is
from harness.records import Benchmark, Limits, ModelInfo, RunRecord, Status, Task, Verdict

Export = Callable[[RunRecord, list[Verdict], Benchmark], str]
RECORD = RunRecord(
    "0a1b", ModelInfo("org/m"), "demo", "1", "", 2, "", "as-is", Limits(), "namespaces", {}, [], True,
    "2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z", {}, {},
)  # fmt: skip
DEMO = Benchmark(
    "demo",
    "1",
    "",
    {
        "Demo/0": Task("Demo/0", "def f(x):\n", "f", "", base_input=[[1], [2]], plus_input=[[(3, 4)]]),
        "Demo/1": Task("Demo/1", "def g(x):\n", "g", "", base_input=[[1]], plus_input=[[5]]),
    },
    is_plus=True,
    base_name="demo-base",
)
GOOD = Verdict("Demo/0", 0, Status.PASS, "def f(x):\n    ...", base_status=Status.PASS, plus_status=Status.PASS)


def rows(text: str) -> dict[str, list[dict[str, object]]]:
    result: dict[str, list[dict[str, object]]] = json.loads(text)["eval"]
    return result


@pytest.mark.parametrize("status", [status for status in Status if status.is_counted])
def test_all_but_pass_and_timeout_become_fail(status: Status) -> None:
    verdict = replace(GOOD, status=status, base_status=status, plus_status=None)
    row = rows(evalplus.export(RECORD, [verdict], DEMO))["Demo/0"][0]
    expected = status.value if status in (Status.PASS, Status.TIMEOUT) else "fail"
    assert (row["base_status"], row["plus_status"]) == (expected, expected)


def test_a_sample_that_never_ran_fails_both() -> None:
    row = rows(evalplus.export(RECORD, [Verdict("Demo/0", 0, Status.NO_CODE, "")], DEMO))["Demo/0"][0]
    assert (row["base_status"], row["plus_status"]) == ("fail", "fail")


def test_the_failing_input_is_named() -> None:
    verdict = replace(
        GOOD,
        status=Status.FAIL,
        base_status=Status.FAIL,
        plus_status=Status.FAIL,
        base_failed_test=1,
        plus_failed_test=0,
    )
    assert rows(evalplus.export(RECORD, [verdict], DEMO))["Demo/0"][0] == {
        "task_id": "Demo/0",
        "solution": GOOD.solution,
        "base_status": "fail",
        "plus_status": "fail",
        "base_fail_tests": [[2]],
        "plus_fail_tests": [[[3, 4]]],
    }


def test_a_base_only_benchmark_has_no_plus() -> None:
    exported = json.loads(evalplus.export(RECORD, [GOOD], replace(DEMO, is_plus=False)))
    assert exported["eval"]["Demo/0"][0]["plus_status"] is None
    assert exported["pass_at_k"] == {"base": {"pass@1": 1.0}}
    assert exported["date"] == "2026-01-02 03:04"
    assert "hash" not in exported


def test_pass_at_k_is_the_unbiased_mean_over_the_tasks_in_the_file() -> None:
    samples = [replace(GOOD, sample_index=index) for index in range(10)]
    samples[0] = replace(samples[0], status=Status.FAIL, plus_status=Status.FAIL)
    exported = json.loads(evalplus.export(RECORD, samples, DEMO))
    assert exported["pass_at_k"] == {"base": {"pass@1": 1.0, "pass@10": 1.0}, "plus": {"pass@1": 0.9, "pass@10": 1.0}}
    one_more = [*samples, replace(GOOD, task_id="Demo/1", status=Status.FAIL, base_status=Status.FAIL)]
    assert json.loads(evalplus.export(RECORD, one_more, DEMO))["pass_at_k"]["base"] == {"pass@1": 0.5}


def test_order_is_the_benchmarks_whatever_the_journals() -> None:
    verdicts = [replace(GOOD, task_id="Demo/1"), replace(GOOD, sample_index=1, solution="b"), GOOD]
    text = evalplus.export(RECORD, verdicts, DEMO)
    assert list(rows(text)) == ["Demo/0", "Demo/1"]
    assert [row["solution"] for row in rows(text)["Demo/0"]] == [GOOD.solution, "b"]
    assert evalplus.export(RECORD, verdicts[::-1], DEMO) == text


@pytest.mark.parametrize("export", [evalplus.export, human_eval.export])
class TestWhatCanNotBeExported:
    def test_trouble_of_the_harness_is_refused(self, export: Export) -> None:
        broken = replace(GOOD, task_id="Demo/1", status=Status.INFRA_ERROR)
        with pytest.raises(InputError, match="run 0a1b is not complete: 1 sample ended as infra_error") as caught:
            export(RECORD, [GOOD, broken], DEMO)
        assert caught.value.hint == "finish the run first: fuseval score org/m --bench demo --resume"
        replayed = replace(RECORD, model=ModelInfo("m", backend="replay"), samples_source="s.jsonl")
        with pytest.raises(InputError) as caught:
            export(replayed, [broken, broken], DEMO)
        assert caught.value.hint == "finish the run first: fuseval score --samples s.jsonl --bench demo --resume"

    def test_a_run_on_other_data_is_refused(self, export: Export) -> None:
        with pytest.raises(InputError, match=r"run 0a1b was on demo 1 with sha256 ffff…, but demo has …"):
            export(replace(RECORD, dataset_sha256="ffff"), [GOOD], DEMO)

    def test_a_skipped_task_is_absent(self, export: Export) -> None:
        skipped = Verdict("Demo/1", 0, Status.SKIPPED, "")
        assert export(RECORD, [GOOD, skipped], DEMO) == export(RECORD, [GOOD], DEMO)
        with pytest.raises(InputError, match="no verdict to export"):
            export(RECORD, [skipped], DEMO)


def test_human_eval_rows() -> None:
    verdicts = [
        GOOD,
        replace(GOOD, sample_index=1, base_status=Status.TIMEOUT, solution="def other(): ..."),
        replace(GOOD, sample_index=2, base_status=Status.FAIL, error="AssertionError: no\nsecond line"),
        replace(GOOD, sample_index=3, base_status=Status.OUT_OF_MEMORY),
        replace(GOOD, sample_index=4, base_status=None, status=Status.SYNTAX_ERROR, error="line 1"),
    ]
    found = [json.loads(line) for line in human_eval.export(RECORD, verdicts, DEMO).splitlines()]
    assert [(row["result"], row["passed"]) for row in found] == [
        ("passed", True),
        ("timed out", False),
        ("failed: AssertionError: no\nsecond line", False),
        ("failed: out of memory", False),
        ("failed: syntax error: line 1", False),
    ]
    assert [row["completion"] for row in found[:2]] == ["    ...", "def other(): ..."]
    assert list(found[0]) == ["task_id", "completion", "result", "passed"]


@pytest.mark.long
@pytest.mark.parametrize(("dataset", "base", "plus"), [("humaneval", 119, 105), ("mbpp", 290, 241)])
def test_evalplus_itself_reads_the_file_and_finds_the_score(
    fuseval_data: Path, tmp_path: Path, dataset: str, base: int, plus: int
) -> None:
    benchmark = load(f"{dataset}+")
    samples = read_samples(fuseval_data / f"samples/starcoder2-15b-instruct-{dataset}.jsonl", benchmark)
    outcomes = json.loads((fuseval_data / f"expected/starcoder2-15b-instruct-{dataset}.json").read_text())
    verdicts = []
    for sample in samples.completions:
        base_status, plus_status = (Status(value) for value in outcomes[sample.task_id])
        verdict = Verdict(
            sample.task_id,
            0,
            Status.PASS if base_status is plus_status is Status.PASS else Status.FAIL,
            as_is(sample.text, benchmark.tasks[sample.task_id], sample.kind),
            base_status=base_status,
            plus_status=plus_status,
            base_failed_test=None if base_status is Status.PASS else 0,
            plus_failed_test=None if plus_status is Status.PASS else 0,
        )
        verdicts.append(verdict)
    record = replace(RECORD, benchmark=benchmark.name, dataset_sha256=benchmark.sha256)
    text = evalplus.export(record, verdicts, benchmark)
    (tmp_path / "samples_eval_results.json").write_text(text)
    (tmp_path / "samples.jsonl").touch()
    result = subprocess.run(
        [sys.executable, "-m", "evalplus.evaluate", "--dataset", dataset, "--samples", "samples.jsonl"],
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    printed = re.findall(r"pass@1:\t([0-9.]+)", result.stdout)
    count = len(benchmark.tasks)
    assert printed == [f"{base / count:.3f}", f"{plus / count:.3f}"]
    exported = json.loads(text)
    assert exported["pass_at_k"]["plus"]["pass@1"] == pytest.approx(plus / count)
    known = {"humaneval": "fe585eb4df8c88d844eeb463ea4d0302", "mbpp": "ee43ecabebf20deef4bb776a405ac5b1"}
    assert exported["hash"] == known[dataset]
