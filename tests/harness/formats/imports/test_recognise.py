"""Which tool wrote a file, and what is said of files that nobody wrote; the `fuseval import` verb."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import cli
from harness.errors import InputError
from harness.formats.imports import recognise
from tests.harness.formats.imports.foreign_files import evalplus_file, imported, write

GOOD = evalplus_file({"HumanEval/0": [("pass", "pass")]})
RESULT = {"task_id": "HumanEval/0", "completion": "", "result": "passed", "passed": True}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
    assert not [name for _, folders, files in os.walk(tmp_path) for name in folders + files if name.endswith(".tmp")]


def test_the_content_tells_whatever_the_name(tmp_path: Path) -> None:
    assert recognise.read(write(tmp_path / "notes.json", GOOD)).format == "evalplus"
    assert recognise.read(write(tmp_path / "notes.jsonl.gz", [RESULT])).format == "human-eval"
    assert recognise.read(write(tmp_path / "one.jsonl", [RESULT])).format == "human-eval"


def test_another_format_can_be_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "m.json", GOOD)
    assert recognise.read(path, format_name="evalplus").format == "evalplus"
    with pytest.raises(InputError, match="is no result of human-eval"):
        recognise.read(path, format_name="human-eval")
    with pytest.raises(InputError, match="no import format 'evalpls'") as caught:
        recognise.read(path, format_name="evalpls")
    assert caught.value.hint == "did you mean 'evalplus'?"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (gzip.compress(b""), "is empty"),
        (gzip.compress(json.dumps(GOOD).encode())[:-20], "is cut short: its gzip stream"),
        (json.dumps(GOOD).encode()[:-30], "not JSON"),
        (b"not JSON at all", "is in no format that fuseval imports"),
        (b'{"a": 1}', "is in no format that fuseval imports"),
        (b"[]", "is in no format that fuseval imports"),
        (b"3", "is in no format that fuseval imports"),
        (b"\xff\xfe\x00", "is in no format that fuseval imports"),
        (b'{"task_id": "HumanEval/0", "solution": ""}', "holds samples without verdicts"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_what_can_not_be_read_is_named_and_nothing_is_written(
    data: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "m_eval_results.json").write_bytes(data)
    assert cli.main(["import", "m_eval_results.json"]) == 2
    said = capsys.readouterr()
    assert re.search(f"^error: m_eval_results.json.*{re.escape(message)}", said.err)
    assert said.out == ""
    assert not (tmp_path / "runs").exists()


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", "nowhere.json"]) == 2
    assert "no such file: nowhere.json" in capsys.readouterr().err


def test_a_mixed_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "x/m_eval_results.json", GOOD)
    write(tmp_path / "x/m.jsonl_results.jsonl", [RESULT])
    with pytest.raises(InputError, match="mixes files of several tools: EvalPlus result file .*, human-eval result"):
        recognise.read(tmp_path / "x")


def test_a_folder_of_one_tool_gives_all_its_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "x/a_eval_results.json", GOOD)
    write(tmp_path / "x/b_eval_results.json", evalplus_file({"Mbpp/2": [("pass", "pass")]}))
    write(tmp_path / "x/a.jsonl", [{"task_id": "HumanEval/0", "solution": ""}])
    write(tmp_path / "x/settings.json", {"port": 1})
    assert cli.main(["import", "x"]) == 0
    said = capsys.readouterr()
    assert "x/settings.json is passed over" in said.err
    assert "a on humaneval+\n" in said.out
    assert "b on mbpp+\n" in said.out


def test_one_bad_file_in_a_folder_stops_them_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "x/a_eval_results.json", GOOD)
    write(tmp_path / "x/b_eval_results.json", {"eval": {"HumanEval/0": []}})
    assert cli.main(["import", "x"]) == 2
    assert "b_eval_results.json: task 'HumanEval/0' has no sample" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(InputError, match="holds no file that could be a result"):
        recognise.read(tmp_path / "x")


def test_a_table_is_of_many_models(tmp_path: Path) -> None:
    path = write(tmp_path / "t.json", [{"method": "m", "humaneval": 50.0}])
    with pytest.raises(InputError, match="is a table of many models"):
        recognise.read(path, model="m")


def test_the_verb_says_what_it_took_the_file_for_and_what_it_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "m_eval_results.json", GOOD)
    assert cli.main(["import", "m_eval_results.json", "--model", "mine", "--tag", "recipe=if"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["taken for: EvalPlus result file (--format says otherwise)", "mine on humaneval+"]
    assert any(line.startswith("  run         runs/mine/humaneval+/") for line in lines)
    assert cli.main(["import", "m_eval_results.json", "--model", "mine", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["imported"]
    assert (found["kind"], found["is_new"], found["record"]["metadata"]) == ("run", False, {"recipe": "if"})


def test_a_name_can_not_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "t.json", {"m": {"pass@1": {"evil\x1b[2J": 50.0}}})
    assert cli.main(["import", "t.json"]) == 0
    write(tmp_path / "e\x1b[2J_eval_results.json", GOOD)
    assert cli.main(["import", "e\x1b[2J_eval_results.json"]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "m_eval_results.json", GOOD)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("harness.formats.imports.keep.write_outcomes", fail)
    with pytest.raises(OSError, match="No space left"):
        imported(path, tmp_path / "runs")
    assert not [file for file in (tmp_path / "runs").rglob("*") if file.is_file()]
