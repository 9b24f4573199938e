"""Every Eval Ever's files: they validate, they agree with each other and with the run, and they are always the same."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from pathlib import Path
from statistics import fmean
from typing import Any

import jsonschema
import pytest

from harness.benchmarks import load
from harness.errors import InputError
from leaderboards.publish.every_eval_ever import every_eval_ever_files
from leaderboards.standings import Standings
from leaderboards.store import read_standings
from tests.leaderboards.publish.boards import HOSTILE, keep_small

Schemas = tuple[dict[str, Any], dict[str, Any]]
PLACE = "data/fuseval/org/m"


@pytest.fixture
def schemas(fuseval_data: Path) -> Schemas:
    """The aggregate's schema and the samples'."""
    folder = fuseval_data / "reference" / "schemas"
    aggregate, samples = (folder / name for name in ("eval.schema.json", "instance_level_eval.schema.json"))
    return json.loads(aggregate.read_text("utf-8")), json.loads(samples.read_text("utf-8"))


def made(standings: Standings) -> tuple[dict[str, str], list[str]]:
    remarks: list[str] = []
    return dict(every_eval_ever_files(standings, remarks.append)), remarks


def pair(files: dict[str, str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The one aggregate and its lines."""
    samples, aggregate = sorted(files, key=lambda place: place.endswith(".json"))
    return json.loads(files[aggregate]), [json.loads(line) for line in files[samples].splitlines()]


@pytest.mark.parametrize("model", ["org/m", *HOSTILE])
def test_the_files_validate(model: str, schemas: Schemas, tmp_path: Path) -> None:
    keep_small(tmp_path, model)
    files, _ = made(read_standings(tmp_path))
    aggregate, lines = pair(files)
    jsonschema.validate(aggregate, schemas[0])
    assert len(lines) == 6
    for line in lines:
        jsonschema.validate(line, schemas[1])


def test_the_samples_are_those_that_the_aggregate_says(tmp_path: Path) -> None:
    keep_small(tmp_path, "org/m")
    files, _ = made(read_standings(tmp_path))
    aggregate, lines = pair(files)
    said = aggregate["detailed_evaluation_results"]
    assert said["file_path"] in files
    assert said["file_path"].startswith(PLACE)
    assert said["checksum"] == hashlib.sha256(files[said["file_path"]].encode()).hexdigest()
    assert said["total_rows"] == len(lines)
    assert {line["evaluation_id"] for line in lines} == {aggregate["evaluation_id"]}
    assert {line["model_id"] for line in lines} == {aggregate["model_info"]["id"]} == {"org/m"}
    by_result = defaultdict(list)
    for line in lines:
        by_result[line["evaluation_result_id"]].append(line["evaluation"]["score"])
    for result in aggregate["evaluation_results"]:
        details = result["score_details"]
        assert details["score"] == pytest.approx(fmean(by_result[result["evaluation_result_id"]]))
        interval = details["uncertainty"]["confidence_interval"]
        assert interval["lower"] < details["score"] < interval["upper"]
        assert (interval["confidence_level"], interval["method"]) == (0.95, "wilson")


def test_how_it_was_generated_is_carried(tmp_path: Path) -> None:
    keep_small(tmp_path, "org/m")
    aggregate, _ = pair(made(read_standings(tmp_path))[0])
    config = aggregate["evaluation_results"][0]["generation_config"]
    assert config["generation_args"] == {"temperature": 0.2, "top_p": 0.95, "max_tokens": 512}
    assert config["additional_details"]["stop"] == "\n\n"
    assert str(tmp_path) not in json.dumps(aggregate)


def test_a_sample_says_what_was_said_and_what_came_of_it(tmp_path: Path) -> None:
    keep_small(tmp_path, "org/m")
    lines = pair(made(read_standings(tmp_path))[0])[1]
    first = next(line for line in lines if line["sample_id"] == "HumanEval/0")
    assert first["output"]["raw"] == ["Sure! \ud800"]
    assert first["answer_attribution"][0]["extracted_value"] == "def a():\n    return 1\n"
    assert first["answer_attribution"][0]["extraction_method"] == "chat"
    assert first["metadata"]["output_tokens"] == "12"
    wrong = {line["evaluation_name"]: line for line in lines if line["sample_id"] == "HumanEval/1"}
    assert wrong["humaneval"]["evaluation"]["is_correct"]
    assert "got" not in wrong["humaneval"]["metadata"]
    assert not wrong["humaneval+"]["evaluation"]["is_correct"]
    assert wrong["humaneval+"]["metadata"]["failing_input"] == "b()"
    assert {line["sample_id"] for line in lines} == {"HumanEval/0", "HumanEval/1", "HumanEval/2"}
    crashed = [line for line in lines if line["sample_id"] == "HumanEval/2"]
    assert [line["metadata"]["sample_index"] for line in crashed] == ["0", "0"]


def test_equal_runs_give_equal_files(tmp_path: Path) -> None:
    for root in ("a", "b"):
        keep_small(tmp_path / root, "org/m")
    assert made(read_standings(tmp_path / "a")) == made(read_standings(tmp_path / "b"))


def test_prompts_come_along_where_the_run_s_data_is_here(fuseval_data: Path, tmp_path: Path) -> None:
    benchmark = load("humaneval+")
    keep_small(tmp_path, "org/m", dataset_sha256=benchmark.sha256)
    files, remarks = made(read_standings(tmp_path))
    lines = pair(files)[1]
    assert lines[0]["input"]["raw"] == benchmark.tasks["HumanEval/0"].prompt
    assert lines[0]["sample_hash"] == lines[1]["sample_hash"] != lines[2]["sample_hash"]
    assert remarks == []


def test_prompts_of_other_data_stay_away(tmp_path: Path) -> None:
    keep_small(tmp_path, "org/m")
    files, remarks = made(read_standings(tmp_path))
    assert {line["input"]["raw"] for line in pair(files)[1]} == {""}
    assert "no prompts of humaneval+" in remarks[0]


def test_a_private_benchmark_s_samples_stay_here(schemas: Schemas, tmp_path: Path) -> None:
    keep_small(tmp_path, "org/m", benchmark="ours")
    files, remarks = made(read_standings(tmp_path))
    assert [place.endswith(".json") for place in files] == [True]
    aggregate = json.loads(next(iter(files.values())))
    jsonschema.validate(aggregate, schemas[0])
    assert aggregate["evaluation_results"][0]["source_data"]["source_type"] == "other"
    assert remarks == ["org/m: no samples of ours: a private benchmark's answers stay here"]


def test_a_time_that_is_none_is_named(tmp_path: Path) -> None:
    keep_small(tmp_path, "org/m", finished_utc="yesterday")
    with pytest.raises(InputError, match="0a1b2c3d4e5f says it finished at 'yesterday'"):
        made(read_standings(tmp_path))
