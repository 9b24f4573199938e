"""`fuseval publish`, as it is typed: where each format goes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness import cli
from leaderboards.commands.publish import FORMATS
from leaderboards.demo import demo_record
from tests.leaderboards.made_up_runs import keep
from tests.leaderboards.publish.boards import keep_small


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A folder with one small run of one model."""
    keep_small(tmp_path / "runs", "org/m")
    return tmp_path / "runs"


def publish(runs: Path, *arguments: str | Path) -> int:
    return cli.main(["publish", "--runs", str(runs), *map(str, arguments)])


@pytest.mark.parametrize(
    ("name", "start"), [("md", "**pass@1"), ("latex", "% Needs"), ("csv", "group,"), ("json", "{"), ("badge", "<svg")]
)
def test_a_format_of_one_file_goes_to_stdout_or_to_its_place(
    name: str, start: str, runs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert publish(runs, "--format", name) == 0
    text = capfd.readouterr().out
    assert text.startswith(start)
    place = tmp_path / "deep" / ("board.svg" if name == "badge" else "board.txt")
    assert publish(runs, "--format", name, "--out", place) == 0
    assert place.read_bytes().decode() == text
    assert [path.name for path in place.parent.iterdir()] == [place.name]
    assert capfd.readouterr().out == f"written: {place}\n"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("hf", ["org--m/.eval_results/humaneval+.yaml", "org--m/.eval_results/humaneval.yaml", "org--m/README.md"]),
        ("badge", ["org--m-humaneval+.svg"]),
        ("html", ["index.html"]),
    ],
)
def test_a_format_of_several_files_goes_into_a_folder(name: str, found: list[str], runs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert publish(runs, "--format", name, "--out", out) == 0
    files = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    assert set(found) <= files
    assert name == "html" or set(found) == files


def test_every_eval_ever_is_a_json_and_its_samples(runs: Path, tmp_path: Path) -> None:
    assert publish(runs, "--format", "eee", "--out", tmp_path / "out") == 0
    files = sorted(path.name for path in (tmp_path / "out" / "data/fuseval/org/m").iterdir())
    assert len(files) == 2
    assert files[1] == files[0].removesuffix(".json") + "_samples.jsonl"


def test_the_badge_comes_with_its_line(runs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert publish(runs, "--format", "badge", "--out", tmp_path / "b.svg") == 0
    assert capfd.readouterr().err.endswith(f"]({tmp_path / 'b.svg'})\n")


def test_the_default_is_markdown(runs: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert publish(runs) == 0
    assert "| org/m " in capfd.readouterr().out


def test_the_view_is_the_leaderboard_s(runs: Path, capfd: pytest.CaptureFixture[str]) -> None:
    keep(runs, demo_record("other", "humaneval+", 3, 2, tasks=3))
    assert publish(runs, "--where", "model==other", "--columns", "humaneval,date", "--bench", "humaneval") == 0
    text = capfd.readouterr().out
    assert "org/m" not in text
    assert [cell.strip() for cell in text.splitlines()[2].split("|")[1:-1]] == ["#", "model", "humaneval", "date"]


def test_what_changed_since_an_earlier_board(runs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    board = tmp_path / "board.json"
    assert publish(runs, "--format", "json", "--out", board) == 0
    assert publish(runs, "--diff", board) == 0
    assert capfd.readouterr().out.endswith("No model, score or rank changed.\n")
    keep(runs, demo_record("new", "humaneval+", 3, 2, tasks=3))
    assert publish(runs, "--diff", board, "--out", tmp_path / "diff.md") == 0
    assert "New: new" in (tmp_path / "diff.md").read_text("utf-8")
    capfd.readouterr()
    assert publish(runs, "--diff", board, "--json") == 0
    assert [row["model"] for row in json.loads(capfd.readouterr().out)["new"]] == ["new"]


def test_json_says_what_was_written(runs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert publish(runs, "--format", "hf", "--out", tmp_path / "out", "--json") == 0
    plain = json.loads(capfd.readouterr().out)
    assert [Path(path).name for path in plain["written"]] == ["humaneval.yaml", "humaneval+.yaml", "README.md"]
    assert any("hf upload org/m" in remark for remark in plain["remarks"])


def test_a_run_that_can_not_be_read_is_named_and_hides_nothing(runs: Path, capfd: pytest.CaptureFixture[str]) -> None:
    damaged = keep(runs, demo_record("b", "humaneval+", 100, 90))
    damaged.record_path.write_text("{")
    assert publish(runs) == 0
    captured = capfd.readouterr()
    assert "| org/m " in captured.out
    assert str(damaged.record_path) in captured.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "markdwn"], "no format 'markdwn'"),
        (["--format", "hf"], "hf is several files"),
        (["--format", "html"], "html is several files"),
        (["--format", "md", "--out", "."], ". is a folder"),
        (["--format", "eee", "--out", "FILE"], "is a file, and eee needs a folder"),
        (["--bench", "humanevl"], "no run of benchmark 'humanevl'"),
        (["--diff", "nowhere.json"], "nowhere.json"),
        (["--diff", "FILE"], "FILE"),
        (["--diff", "FILE", "--format", "csv"], "a difference is written as md, not csv"),
        (["--references", "some"], "--references can not be 'some'"),
    ],
)
def test_what_can_not_be_done_is_said(
    arguments: list[str],
    message: str,
    runs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("FILE").write_text("{}")
    assert publish(runs, *arguments) == 2
    captured = capfd.readouterr()
    assert message in captured.err
    assert captured.out == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["FILE", "runs"]


@pytest.mark.parametrize("name", ["hf", "eee", "badge"])
def test_a_recipe_is_no_model(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    keep_small(tmp_path / "runs", "org/m", metadata={"recipe": "if", "seed": 1.0})
    assert publish(tmp_path / "runs", "--by", "recipe", "--format", name, "--out", tmp_path / "out") == 2
    assert f"{name} is about models" in capfd.readouterr().err
    assert not (tmp_path / "out").exists()


def test_no_runs_are_nothing_to_publish(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert publish(tmp_path) == 2
    assert "no runs with a pass@1" in capfd.readouterr().err


def test_the_help_names_every_format(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["publish", "--help"]) == 0
    text = capfd.readouterr().out
    for name in FORMATS:
        assert name in text


@pytest.mark.parametrize("format_name", ["md", "html", "hf", "badge"])
def test_a_place_that_can_not_be_written_is_named(
    runs: Path, format_name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert publish(runs, "--format", format_name, "--out", "/proc/nowhere/board") == 2
    said = capfd.readouterr().err
    assert "error: /proc/nowhere/board can not be written: " in said
    assert "hint: --out another place" in said
