"""bigcode's generations, which have no verdicts, and its scores, which have no samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness import cli
from harness.benchmarks import load
from harness.errors import InputError
from harness.formats.imports import recognise
from harness.formats.imports.imported import ImportedSamples, ImportedTable
from harness.formats.samples import read_samples
from leaderboards.references import read_references
from tests.harness.formats.imports.foreign_files import write

CONFIG: dict[str, Any] = {"model": "org/m", "n_samples": 1, "limit": None, "limit_start": 0, "temperature": 0.2}


def programs(first: int = 0, last: int = 164) -> list[list[str]]:
    tasks = list(load("humaneval").tasks.values())[first:last]
    return [[task.prompt.strip() + "\n    return 1\n"] for task in tasks]


def found(path: Path, **asked: str) -> ImportedSamples:
    samples = [item for item in recognise.read(path, **asked).imported if isinstance(item, ImportedSamples)]
    assert len(samples) == 1
    return samples[0]


def test_generations_become_a_samples_file_that_can_be_scored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "generations_humaneval.json", programs())
    assert cli.main(["import", "generations_humaneval.json", "--model", "org/m"]) == 0
    command = capsys.readouterr().out.splitlines()[-1].removeprefix("score them: fuseval score ").split()
    assert command[2:] == ["--bench", "humaneval", "--model", "org/m"]
    samples = read_samples(command[1], load("humaneval"))
    assert [sample.text for sample in samples.completions] == [program for (program,) in programs()]
    assert cli.main(["import", "generations_humaneval.json", "--model", "org/m"]) == 0
    assert "nothing is changed" in capsys.readouterr().out


def test_the_configuration_says_where_a_part_begins(tmp_path: Path) -> None:
    path = write(tmp_path / "generations_humaneval.json", programs(5, 9))
    with pytest.raises(InputError, match="which they are is not in the file"):
        found(path, model="m")
    results = {"humaneval": {"pass@1": 0.5}, "config": {**CONFIG, "limit": 4, "limit_start": 5}}
    write(tmp_path / "evaluation_results.json", results)
    samples = found(path)
    assert samples.model == "org/m"
    assert [sample.task_id for sample in samples.completions] == [f"HumanEval/{number}" for number in range(5, 9)]


def test_two_models_in_one_folder_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "generations_humaneval.json", programs())
    for model in ("a", "b"):
        config = {**CONFIG, "model": model}
        write(tmp_path / f"{model}_evaluation_results.json", {"humaneval": {"pass@1": 0.5}, "config": config})
    with pytest.raises(InputError, match="several evaluation results lie beside"):
        found(path)


def test_programs_out_of_order_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "generations_humaneval.json", [*programs(1), ["x"]])
    with pytest.raises(InputError, match=r"only \d of 164 programs name the function"):
        found(path, model="m")


@pytest.mark.parametrize(("value", "n_samples", "limit", "tasks"), [(0.5, 1, None, 164), (0.31, 20, 10, 10)])
def test_scores_become_a_row_to_look_at(
    value: float, n_samples: int, limit: int | None, tasks: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = {**CONFIG, "n_samples": n_samples, "limit": limit}
    write(tmp_path / "evaluation_results.json", {"humaneval": {"pass@1": value}, "config": config})
    assert cli.main(["import", "evaluation_results.json"]) == 0
    (row,) = read_references(tmp_path / "runs")
    assert (row.model, row.values, row.tasks) == ("org/m", {"humaneval": value}, {"humaneval": tasks})
    assert row.samples == n_samples


def test_a_folder_gives_both(tmp_path: Path) -> None:
    write(tmp_path / "x/generations_humaneval.json", programs())
    write(tmp_path / "x/references_humaneval.json", ["check(f)"] * 164)
    write(tmp_path / "x/evaluation_results.json", {"humaneval": {"pass@1": 0.5}, "config": CONFIG})
    reading = recognise.read(tmp_path / "x")
    assert {type(item) for item in reading.imported} == {ImportedSamples, ImportedTable}


@pytest.mark.parametrize(
    ("name", "content", "asked", "message"),
    [
        ("generations_humaneval.json", programs(), {}, "whose programs"),
        ("generations_apps.json", [["x"]], {"model": "m"}, "no benchmark of fuseval is bigcode's 'apps'"),
        ("mine.json", [["x"]], {"model": "m"}, "does not say which benchmark"),
        ("evaluation_results.json", {"humaneval": {"pass@1": 51.2}, "config": CONFIG}, {}, "not a fraction"),
        ("evaluation_results.json", {"humaneval": {"pass@1": 0.5}, "config": {}}, {}, "whose scores"),
    ],
)
def test_what_is_wrong_is_named(
    name: str, content: object, asked: dict[str, str], message: str, tmp_path: Path
) -> None:
    path = write(tmp_path / name, content)
    with pytest.raises(InputError, match=message):
        recognise.read(path, **asked)


def test_the_samples_file_is_plain_ascii(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = programs()
    given[0][0] += "# \ud800 é"
    write(tmp_path / "generations_humaneval.json", given)
    assert cli.main(["import", "generations_humaneval.json", "--model", "m"]) == 0
    (file,) = (tmp_path / "runs").rglob("*.jsonl")
    assert file.read_bytes().isascii()
    assert json.loads(file.read_text().splitlines()[0])["solution"] == given[0][0]
