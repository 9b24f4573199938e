"""lm-eval's sample logs, made up of real questions in the form that its evaluation tracker writes."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from harness.benchmarks import load
from harness.errors import InputError
from harness.formats.imports import keep, recognise
from harness.formats.imports.imported import ImportedRun
from tests.harness.formats.imports.foreign_files import imported, read_run, statuses, write

TIME = "2025-03-04T05-06-07.891011"
LOG = f"out/org__m/samples_humaneval_{TIME}.jsonl"


def humaneval_row(number: int, programs: list[str], **metrics: float) -> dict[str, Any]:
    task = load("humaneval").tasks[f"HumanEval/{number}"]
    doc = {
        "task_id": task.task_id, "prompt": task.prompt, "test": task.test, "entry_point": task.entry_point,
        "canonical_solution": task.canonical_solution,
    }  # fmt: skip
    return {
        "doc_id": number, "doc": doc, "target": "…", "arguments": {}, "filter": "create_test",
        "resps": [[program + "# raw" for program in programs]], "filtered_resps": [programs],
        "metrics": list(metrics), "doc_hash": "0", "prompt_hash": "0", "target_hash": "0", **metrics,
    }  # fmt: skip


def summary(task: str = "humaneval", **changes: object) -> dict[str, Any]:
    plain = {
        "results": {task: {"alias": task, "pass@1,create_test": 0.5}},
        "configs": {task: {"num_fewshot": 0, "generation_kwargs": {"until": ["\n"], "do_sample": False}}},
        "n-samples": {task: {"original": 164, "effective": 2}},
        "config": {"model": "hf", "model_args": "pretrained=org/m,dtype=auto"},
        "date": 1741064767.0,
        "model_name": "org/m",
        "chat_template": None,
        "chat_template_sha": None,
    }
    return {**plain, **changes}


def test_a_log_and_its_summary_become_a_run(tmp_path: Path) -> None:
    rows = [humaneval_row(0, ["a"], **{"pass@1": 1.0}), humaneval_row(1, ["b"], **{"pass@1": 0.0})]
    path = write(tmp_path / LOG, rows)
    write(path.with_name(f"results_{TIME}.json"), summary())
    for given in (path, path.parent):
        folder = imported(given, tmp_path / "runs")
        record = folder.load()
        assert statuses(folder) == {"HumanEval/0": ["pass"], "HumanEval/1": ["fail"]}
        assert [verdict.solution for verdict in folder.verdicts()] == ["a", "b"]
        assert [(said.text, said.kind) for said in folder.completions()] == [("a# raw", "raw"), ("b# raw", "raw")]
        assert (record.model.name, record.extraction) == ("org/m", "lm-eval create_test")
        assert record.prompt_style == "lm-eval humaneval 0-shot"
        assert record.generation == {"temperature": 0}
        assert record.finished_utc == "2025-03-04T05:06:07Z"
        assert (record.benchmark, record.dataset_sha256) == ("humaneval", load("humaneval").sha256)
        assert (record.task_count, record.counts["skipped"]) == (164, 162)


def test_a_log_alone_knows_less(tmp_path: Path) -> None:
    run = read_run(write(tmp_path / LOG, [humaneval_row(0, ["a"], **{"pass@1": 1.0})]))
    assert (run.model, run.generation, run.finished_utc) == ("org/m", None, "2025-03-04T05:06:07Z")


def test_other_questions_get_another_column(tmp_path: Path) -> None:
    row = humaneval_row(0, ["a"], **{"pass@1": 1.0})
    row["doc"]["test"] += " "
    path = write(tmp_path / f"samples_humaneval_plus_{TIME}.jsonl", [row])
    write(tmp_path / f"results_{TIME}.json", summary("humaneval_plus"))
    record = imported(path, tmp_path / "runs").load()
    assert [(score.column, score.tasks, score.of_tasks) for score in record.scores] == [("humaneval+", 1, 164)]
    assert record.dataset_sha256 != load("humaneval").sha256
    renamed = write(tmp_path / f"samples_humaneval_{TIME}.jsonl", [row])
    assert read_run(renamed).benchmark.name == "humaneval"
    assert read_run(renamed).benchmark.sha256 == record.dataset_sha256


@pytest.mark.parametrize(
    ("metrics", "passed"),
    [({"pass@1": 0.25}, 1), ({"pass@2": 0.5}, 1), ({"pass@1": 0.75, "pass@4": 1.0}, 3), ({"pass_at_1": 1.0}, 4)],
)
def test_how_many_passed_follows_from_pass_at_k(metrics: dict[str, float], passed: int, tmp_path: Path) -> None:
    row = humaneval_row(0, ["a", "b", "c", "d"], **metrics)
    folder = imported(write(tmp_path / LOG, [row]), tmp_path / "runs")
    assert folder.load().scores[0].passed == passed
    solutions = {verdict.solution for verdict in folder.verdicts()}
    assert solutions == ({"a", "b", "c", "d"} if passed == 4 else {""})


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        ({"pass@2": 1.0}, "how many of 4 samples passed does not follow from pass@2 1.0"),
        ({"pass@1": 0.3}, "how many of 4 samples passed does not follow from pass@1 0.3"),
        ({"exact_match": 1.0}, "has no pass@k"),
    ],
)
def test_what_does_not_follow_is_refused(metrics: dict[str, float], message: str, tmp_path: Path) -> None:
    path = write(tmp_path / LOG, [humaneval_row(0, ["a", "b", "c", "d"], **metrics)])
    with pytest.raises(InputError, match=re.escape(message)):
        read_run(path)


def test_each_filter_is_a_run_of_its_own(tmp_path: Path) -> None:
    first = humaneval_row(0, ["a"], **{"pass@1": 1.0})
    second = {**humaneval_row(0, ["b"], **{"pass@1": 0.0}), "filter": "other"}
    reading = recognise.read(write(tmp_path / LOG, [first, second]))
    runs = [found for found in reading.imported if isinstance(found, ImportedRun)]
    paths = {keep.keep_run(run, tmp_path / "runs").path for run in runs}
    assert [run.extraction for run in runs] == ["lm-eval create_test", "lm-eval other"]
    assert len(paths) == 2


def test_mbpp_s_test_split_is_known_by_its_asserts(fuseval_data: Path, tmp_path: Path) -> None:
    rows = gzip.decompress((fuseval_data / "reference/mbpp-974.jsonl.gz").read_bytes()).splitlines()
    docs = [doc for doc in map(json.loads, rows) if 11 <= doc["task_id"] <= 510]
    log = [
        {
            "doc_id": n,
            "doc": doc,
            "resps": [["x"]],
            "filtered_resps": ["x"],
            "filter": "extract_code",
            "pass_at_1": n % 2,
        }
        for n, doc in enumerate(docs)
    ]
    run = read_run(write(tmp_path / f"samples_mbpp_{TIME}.jsonl", log))
    assert (run.benchmark.name, run.benchmark.sha256) == ("mbpp-500", load("mbpp-500").sha256)
    assert len(run.verdicts) == 500
    docs[3]["test_list"] = docs[3]["test_list"][:1]
    sanitized = read_run(write(tmp_path / f"samples_mbpp_sanitized_{TIME}.jsonl", log))
    assert sanitized.benchmark.name == "mbpp_sanitized"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("log.jsonl", [humaneval_row(0, ["a"], **{"pass@1": 1.0})], "does not say which task"),
        (f"samples_humaneval_{TIME}.jsonl", [{"doc_id": 0, "doc": [], "resps": [], "filtered_resps": []}], "'doc'"),
        (f"samples_x_{TIME}.jsonl", [{"doc_id": 0, "doc": {}, "resps": [], "filtered_resps": []}], "without task_id"),
        (f"results_{TIME}.json", summary(), "averages, not what came of the tasks"),
    ],
)
def test_what_is_wrong_is_named(name: str, content: object, message: str, tmp_path: Path) -> None:
    path = write(tmp_path / name, content)
    with pytest.raises(InputError, match=message):
        read_run(path)
