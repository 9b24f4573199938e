"""MultiPL-E: its names, its data, and what is said where a language can not be run."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from harness import cli
from harness.benchmarks import load, multipl_e, multipl_e_fetch
from harness.commands.asked_benchmarks import asked_benchmarks
from harness.errors import EnvironmentLacking, InputError

_ROW = {
    "name": "HumanEval_53_add",
    "language": "js",
    "prompt": "function add(x, y){\n",
    "tests": "const assert = require('node:assert');\nassert.deepEqual(add(1, 2), 3);\n",
    "stop_tokens": ["\nfunction "],
    "original": "/home/somebody/HumanEval_53_add.py",
}


def write_data(folder: Path, language: str = "js", version: str = "") -> Path:
    place = folder / f"multipl_e{version}" / f"humaneval-{language}.jsonl.gz"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(gzip.compress(json.dumps(_ROW).encode()))
    return place


def test_a_problem_is_a_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = write_data(tmp_path)
    monkeypatch.setenv("FUSEVAL_DATA", str(tmp_path))
    benchmark = load("multipl-e:js")
    task = benchmark.tasks["HumanEval_53_add"]
    assert (task.entry_point, task.kind, task.language) == ("add", "program", "js")
    assert task.stop_tokens == ("\nfunction ",)
    assert (benchmark.name, benchmark.source) == ("multipl-e:js", str(place))
    assert benchmark.version == "3.2-modified"  # it has one problem, not 161


def test_another_version_lies_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_data(tmp_path, version="@2.1")
    monkeypatch.setenv("FUSEVAL_DATA", str(tmp_path))
    assert load("multipl-e:js@2.1").version == "2.1"
    with pytest.raises(EnvironmentLacking, match="js is not on this machine"):
        load("multipl-e:js")


def test_every_language_of_the_real_data(fuseval_data: Path) -> None:
    for family, counts in multipl_e.COUNTS.items():
        for language, count in counts.items():
            benchmark = load(f"{family}:{language}")
            assert (len(benchmark.tasks), benchmark.version) == (count, "3.2")
    assert len(load("multipl-e:cs").unsatisfiable) == 45
    assert load("multipl-e:rs").unsatisfiable == {"HumanEval_92_any_int"}


def test_damaged_data_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_data(tmp_path).write_bytes(b'{"name": "HumanEval_53_add", "prompt": 3, "tests": ""}')
    monkeypatch.setenv("FUSEVAL_DATA", str(tmp_path))
    with pytest.raises(InputError, match=r"is not the data of multipl-e:js"):
        load("multipl-e:js")


@pytest.mark.parametrize("name", ["multipl-e", "multipl-e:js,ts"])
def test_several_languages_are_no_benchmark(name: str) -> None:
    with pytest.raises(InputError, match="stands for several"):
        load(name)


def test_an_unknown_language_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["score", "--samples", "x.jsonl", "--bench", "multipl-e:javscript"]) == 2
    assert "no language named 'javscript'" in capsys.readouterr().err


def test_a_language_that_is_named_has_to_be_here(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_data(tmp_path, "dart")
    monkeypatch.setenv("FUSEVAL_DATA", str(tmp_path))
    assert cli.main(["score", "--samples", "x.jsonl", "--bench", "multipl-e:dart"]) == 3
    assert "Dart programs can not be run here: dart not found" in capsys.readouterr().err


def test_all_languages_leave_out_what_is_not_here(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for language in ("sh", "dart"):
        write_data(tmp_path, language)
    monkeypatch.setenv("FUSEVAL_DATA", str(tmp_path))
    assert asked_benchmarks(["multipl-e", "humaneval"]) == ["multipl-e:sh", "humaneval"]
    assert "dart is left out: dart not found" in capsys.readouterr().err


def test_there_is_no_reference(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_data(tmp_path, "sh")
    monkeypatch.setenv("FUSEVAL_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert cli.main(["score", "reference", "--bench", "multipl-e:sh"]) == 2
    assert "multipl-e:sh has no reference solutions" in capsys.readouterr().err


def test_the_hub_s_rows_become_lines() -> None:
    line = multipl_e_fetch.jsonl_of([_ROW])
    assert json.loads(line) == {name: value for name, value in _ROW.items() if name != "original"}


def test_a_version_that_the_hub_does_not_have(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FUSEVAL_DATA", raising=False)
    with pytest.raises(InputError, match=r"'9\.9' of MultiPL-E can not be fetched"):
        multipl_e_fetch.fetch("multipl-e:js@9.9")
