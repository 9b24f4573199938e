"""`fuseval leaderboard` from the command line to the exit code, and the tags that `fuseval score` notes for it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from harness import cli
from harness.commands.options import parse_tags
from harness.errors import InputError
from harness.formats.outcomes_file import kept_outcomes
from harness.formats.run_folder import find_runs
from leaderboards.demo import demo_record
from tests.leaderboards.made_up_runs import keep_demo


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three models in a folder called `runs`, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    for name, plus, seed in (("if-7b", 121, 1), ("if-34b", 118, 1), ("evol-7b", 90, 1)):
        tags = {"recipe": name.partition("-")[0], "seed": float(seed)}
        keep_demo(tmp_path / "runs", replace(demo_record(name, "humaneval+", plus + 5, plus), metadata=tags))
    return tmp_path / "runs"


@pytest.mark.usefixtures("runs")
def test_the_board_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["leaderboard"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[:2] for line in out.splitlines() if re.match(r" *\d", line)] == [
        ["1-2", "if-7b"],
        ["1-2", "if-34b"],
        ["3", "evol-7b"],
    ]
    assert "mid-p McNemar on 164 tasks, all 3 pairs, Holm-adjusted" in out
    assert "data 68756d616e65" in out


@pytest.mark.usefixtures("runs")
def test_a_view_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [
        "leaderboard",
        "--where",
        "size<15 and humaneval+>50",
        "--columns",
        "humaneval+,n",
        "--sort",
        "humaneval",
    ]
    assert cli.main([*arguments, "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert [row["model"] for row in plain["rows"]] == ["if-7b", "evol-7b"]
    assert (plain["sort"], [column["label"] for column in plain["columns"]]) == ("humaneval", ["humaneval+"])
    assert cli.main(["leaderboard", "--baseline", "if-7b"]) == 0
    assert re.search(r"evol-7b .*▼\[", capsys.readouterr().out)
    assert cli.main(["leaderboard", "--by", "recipe", "--json"]) == 0
    assert {row["model"] for row in json.loads(capsys.readouterr().out)["rows"]} == {"if 7b", "if 34b", "evol"}


def test_options_come_from_the_environment(
    runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = {"RUNS": str(runs), "WHERE": "recipe==if", "SORT": "humaneval", "JSON": "1", "BASELINE": "if-7b"}
    for name, value in environment.items():
        monkeypatch.setenv(f"FUSEVAL_{name}", value)
    assert cli.main(["leaderboard"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert (len(plain["rows"]), plain["sort"], plain["baseline"]["model"]) == (2, "humaneval", "if-7b")


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--where", "sise<15"], "no field 'sise' on this board"),
        (["--columns", "humanevl"], "no column 'humanevl' on this board"),
        (["--baseline", "iff-7b"], "no row 'iff-7b' on this board"),
        (["--by", "recipes"], "rows can not be grouped by 'recipes'"),
        (["--references", "some"], "--references can not be 'some'"),
    ],
)
def test_what_is_wrong_is_named(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["leaderboard", *arguments]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "hint: " in err


@pytest.mark.parametrize("arguments", [[], ["--where", "size<15"], ["--baseline", "x"], ["--by", "recipe"]])
def test_an_empty_folder_names_the_first_command(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["leaderboard", "--runs", str(tmp_path), *arguments]) == 0
    assert "A first one: fuseval score reference" in capsys.readouterr().out


def test_scoring_leaves_outcomes_and_tags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ["score", "reference", "--bench", "humaneval", "--limit", "3"]
    assert cli.main([*arguments, "--tag", "recipe=if"]) == 0
    (folder,) = find_runs(Path("runs"))
    counted = kept_outcomes(folder)
    assert counted is not None
    assert (counted.tasks, list(counted.samples)) == (("HumanEval/0", "HumanEval/1", "HumanEval/2"), [1, 1, 1])
    assert {name: list(counts) for name, counts in counted.passed.items()} == {"humaneval": [1, 1, 1]}
    # The same question again: the run stays, and takes the tag over.
    before = folder.verdicts_path.read_bytes()
    assert cli.main([*arguments, "--tag", "seed=2"]) == 0
    assert find_runs(Path("runs")) == [folder]
    assert folder.load().metadata == {"recipe": "if", "seed": 2.0}
    assert folder.verdicts_path.read_bytes() == before
    capsys.readouterr()


@pytest.mark.parametrize("text", ["recipe", "recipe=", "=if", "my recipe=if", "1x=2"])
def test_what_is_no_tag_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no tag"):
        parse_tags([text])


def test_tags_are_texts_or_numbers() -> None:
    assert parse_tags(["recipe=if", "seed=1", "note=a=b", "lr=1e-4", "size=6.7"]) == {
        "recipe": "if",
        "seed": 1.0,
        "note": "a=b",
        "lr": "1e-4",
        "size": 6.7,
    }
    with pytest.raises(InputError, match="given twice"):
        parse_tags(["seed=1", "seed=2"])
