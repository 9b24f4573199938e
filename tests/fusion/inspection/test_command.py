"""`fuseval inspect` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli import main
from tests.fusion.made_up_dataset import keep_dataset


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep_dataset(tmp_path_factory.mktemp("made") / "made")


def test_it_shows_writes_and_prints_json(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    assert main(["inspect", str(folder), "--bench", "none", "--html", str(page)]) == 0
    assert "made: 12 rows" in capsys.readouterr().out
    assert page.read_text().startswith("<!doctype html>")
    assert main(["inspect", str(folder), "--bench", "none", "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert (plain["rows"], plain["contamination"]["check"]) == (12, "the rows were not checked again")


def test_a_row_as_a_tree_and_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(folder), "--row", "03ab"]) == 0
    assert capsys.readouterr().out.startswith("row 03abababababab")
    assert main(["inspect", str(folder), "--row", "03ab", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["parents"][1]["member"]["id"] == "5eed000000000004"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--row", "03", "--review"], "one at a time"),
        (["--public"], "--push OWNER/NAME --public"),
        (["--picture", "x.svg"], "--embedding minilm"),
        (["--bench", "humanevl"], "humaneval"),
        (["--embedding", "nowhere"], "no folder of an embedding model"),
    ],
)
def test_what_does_not_go_together_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["inspect", str(folder), *arguments]) == 2
    assert words in capsys.readouterr().err


def test_nothing_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err
