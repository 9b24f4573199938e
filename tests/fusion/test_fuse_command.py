"""`fuseval fuse` and `fuseval evolve` against a teacher behind real HTTP, with all that can go wrong."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness import cli
from harness.benchmarks import load

sys.path.insert(0, str(Path(__file__).parent))

from teacher_server import FAULTS, Behaviour, ScriptedServer, teach  # noqa: E402

WORDS = """anchor bridge candle desert engine forest guitar harbor island jacket kettle ladder marble needle orange
pencil quartz rocket saddle tunnel umbrella violin window yellow zebra""".split()


def _seeds(folder: Path, count: int = 60) -> Path:
    chance = random.Random(5)
    path = folder / "seeds.jsonl"
    lines = [
        {
            "instruction": f"Write a function number {n} that handles {' and '.join(chance.sample(WORDS, 6))}.",
            "output": "x",
        }
        for n in range(count)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@contextmanager
def _teacher(**behaviour: object) -> Iterator[ScriptedServer]:
    with ScriptedServer(Behaviour(answer=teach, **behaviour)) as server:
        yield server


def _arguments(seeds: Path, server: ScriptedServer, out: Path, rows: int, *more: str) -> list[str]:
    return ["fuse", str(seeds), "--teacher", "model", "--base-url", server.base_url, "--target-size", str(rows),
            "-o", str(out), "--decontaminate", "humaneval", "--timeout", "5", *more]  # fmt: skip


def _rows(folder: Path, name: str = "rows.jsonl") -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def test_faults_do_not_change_what_comes_out(tmp_path: Path) -> None:
    seeds = _seeds(tmp_path)
    with _teacher() as calm:
        assert cli.main(_arguments(seeds, calm, tmp_path / "calm", 120)) == 0
    with _teacher(faults=FAULTS, retry_after=0.02) as wild:
        assert cli.main(_arguments(seeds, wild, tmp_path / "wild", 120)) == 0
        assert sum(wild.counts.values()) > wild.counts["ok"]
        assert max(wild.answered.values()) == 1
    calm_rows, wild_rows = _rows(tmp_path / "calm"), _rows(tmp_path / "wild")
    assert calm_rows == wild_rows
    assert len(calm_rows) == 120
    pairs = Counter(frozenset(row["parents"]) for row in calm_rows + _rows(tmp_path / "calm", "rejected.jsonl"))  # type: ignore[arg-type]
    assert set(pairs.values()) == {1}
    record = json.loads((tmp_path / "calm" / "dataset.json").read_text())
    assert record["is_complete"]
    assert record["rows"] == 120
    assert record["attempts"] == 120 + sum(record["rejected"].values())
    assert record["rejected"]["invalid"] > 20


def test_killed_at_random_moments_it_comes_to_the_same_rows_and_asks_nothing_twice(tmp_path: Path) -> None:
    seeds = _seeds(tmp_path)
    chance = random.Random(17)
    with _teacher() as undisturbed:
        assert cli.main(_arguments(seeds, undisturbed, tmp_path / "whole", 150)) == 0
        needed = undisturbed.counts["ok"]
    with _teacher(latency_s=0.02) as server:
        arguments = _arguments(seeds, server, tmp_path / "killed", 150, "--concurrency", "8")
        command = [sys.executable, "-m", "harness.cli", *arguments]
        kills = 0
        for _ in range(4):
            seen = server.counts["ok"]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            deadline = time.monotonic() + 60
            more = chance.randint(5, 60)
            while server.counts["ok"] < seen + more and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                kills += 1
            process.wait()
            journal = (tmp_path / "killed" / "calls.jsonl").read_bytes()
            assert len(_whole_lines(journal)) <= server.counts["ok"]
        assert kills >= 2
        assert cli.main(arguments) == 0
        # What was in flight when it was killed may be asked again: eight calls a kill at most.
        assert server.counts["ok"] <= needed + 8 * kills
    assert _rows(tmp_path / "killed") == _rows(tmp_path / "whole")
    assert _rows(tmp_path / "killed", "rejected.jsonl") == _rows(tmp_path / "whole", "rejected.jsonl")
    keys = [json.loads(line)["key"] for line in (tmp_path / "killed" / "calls.jsonl").read_text().splitlines()]
    assert len(set(keys)) == len(keys)


@pytest.mark.long
def test_ten_thousand_rows_are_the_same_after_ten_kills_spread_over_the_run(tmp_path: Path) -> None:
    seeds = _seeds(tmp_path, 700)
    with _teacher(faults=FAULTS, retry_after=0.02) as undisturbed:
        assert cli.main(_arguments(seeds, undisturbed, tmp_path / "whole", 10_000)) == 0
        needed = undisturbed.counts["ok"]
    moments = sorted(random.Random(29).sample(range(needed), 10))
    with _teacher(faults=FAULTS, retry_after=0.02) as server:
        arguments = _arguments(seeds, server, tmp_path / "killed", 10_000)
        for moment in moments:
            process = subprocess.Popen(
                [sys.executable, "-m", "harness.cli", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            # Moments that lie close together fall into the start of a sitting, before it asks anything.
            while server.counts["ok"] < moment and process.poll() is None:
                time.sleep(0.005)
            assert process.poll() is None
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert cli.main(arguments) == 0
        # Of what was in flight, thirty-two calls a kill at most.
        assert server.counts["ok"] <= needed + 32 * len(moments)
    for name in ("rows.jsonl", "rejected.jsonl"):
        assert _rows(tmp_path / "killed", name) == _rows(tmp_path / "whole", name)
    assert len(_rows(tmp_path / "killed")) == 10_000
    keys = [json.loads(line)["key"] for line in (tmp_path / "killed" / "calls.jsonl").read_text().splitlines()]
    assert len(set(keys)) == len(keys)


def _whole_lines(journal: bytes) -> list[bytes]:
    return journal[: journal.rfind(b"\n") + 1].splitlines()


def test_an_interrupt_leaves_a_data_set_and_says_how_to_go_on(tmp_path: Path) -> None:
    seeds = _seeds(tmp_path)
    with _teacher(latency_s=0.05) as server:
        arguments = _arguments(seeds, server, tmp_path / "fused", 400)
        process = subprocess.Popen(
            [sys.executable, "-m", "harness.cli", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Who runs the tests in the background of a shell has Ctrl-C ignored, and passes that on.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        while server.counts["ok"] < 80:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command goes on from there" in said
    assert "not finished" in out
    rows = _rows(tmp_path / "fused")
    assert 0 < len(rows) < 400
    assert len(_rows(tmp_path / "fused", "data/alpaca.jsonl")) == len(rows)


def test_the_budget_is_never_passed_over_all_sittings(tmp_path: Path) -> None:
    seeds = _seeds(tmp_path)
    with _teacher(faults={"truncated": 0.05, "reset-in-body": 0.05}) as server:
        arguments = _arguments(seeds, server, tmp_path / "fused", 5000, "--max-tokens", "100")
        for budget in (40_000, 60_000):
            assert cli.main([*arguments, "--budget", f"{budget} tokens"]) == 3
            assert 0.7 * budget < sum(server.billed) <= budget
            assert json.loads((tmp_path / "fused" / "dataset.json").read_text())["is_budget_spent"]
        made = len(_rows(tmp_path / "fused"))
        assert cli.main([*arguments, "--target-size", str(made + 1), "--budget", "1Mtokens"]) == 0
    assert not json.loads((tmp_path / "fused" / "dataset.json").read_text())["is_budget_spent"]


def test_a_changed_setting_is_refused_with_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seeds = _seeds(tmp_path)
    with _teacher() as server:
        arguments = _arguments(seeds, server, tmp_path / "fused", 5)
        assert cli.main(arguments) == 0
        asked = server.counts["ok"]
        assert cli.main([*arguments, "--seed", "9"]) == 2
        assert "seed was 123, is 9" in capsys.readouterr().err
        assert server.counts["ok"] == asked
        assert cli.main([*arguments, "--target-size", "8"]) == 0
        assert len(_rows(tmp_path / "fused")) == 8
        assert cli.main([*arguments, "--seed", "9", "--fresh"]) == 0
    assert len(_rows(tmp_path / "fused.old1")) == 8


def test_recorded_replies_make_the_same_rows_for_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seeds = _seeds(tmp_path)
    with _teacher() as server:
        assert cli.main(_arguments(seeds, server, tmp_path / "first", 30)) == 0
    options = ["--target-size", "30", "--decontaminate", "humaneval"]
    replay = ["fuse", str(seeds), "--replay", str(tmp_path / "first"), *options, "-o", str(tmp_path / "again")]
    assert cli.main(replay) == 0
    assert _rows(tmp_path / "again") == _rows(tmp_path / "first")
    assert cli.main([*replay[:-1], str(tmp_path / "other"), "--seed", "4"]) == 3
    assert "holds no reply to this question" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "refuses the key"), (404, "has no model 'model'"), (400, "does not take the first question")],
)
def test_a_server_that_can_not_be_asked_ends_it_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], status: int, words: str
) -> None:
    with _teacher(status=status) as server:
        assert cli.main(_arguments(_seeds(tmp_path), server, tmp_path / "fused", 50)) == 3
        # A refusal ends nothing before a harmless question was refused too.
        assert len(server.requests) <= (51 if status == 400 else 32)
    assert words in capsys.readouterr().err


def test_a_plan_forecasts_and_the_work_goes_on_from_its_pilot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seeds = _seeds(tmp_path)
    with _teacher() as server:
        arguments = _arguments(seeds, server, tmp_path / "fused", 100, "--price", "1,2")
        assert cli.main([*arguments, "--plan", "--json"]) == 0
        plan = json.loads(capsys.readouterr().out)["plan"]
        assert plan["pilot_attempts"] == 50
        asked = server.counts["ok"]
        assert cli.main(arguments) == 0
        assert plan["calls"]["low"] <= server.counts["ok"] <= plan["calls"]["high"]
        record = json.loads((tmp_path / "fused" / "dataset.json").read_text())
        assert plan["cost"]["low"] <= record["cost"] <= plan["cost"]["high"]
        assert record["calls"] == server.counts["ok"] > asked


def test_a_call_is_timed_from_when_it_is_sent(tmp_path: Path) -> None:
    with _teacher(latency_s=0.2, faults={"500": 0.1}) as server:
        arguments = _arguments(_seeds(tmp_path), server, tmp_path / "fused", 10, "--concurrency", "2")
        assert cli.main(arguments) == 0
    seconds = [float(str(line["seconds"])) for line in _rows(tmp_path / "fused", "calls.jsonl")]
    # Four attempts are open for each place: with the waits the mean is about 0.65 s.
    assert 0.2 <= sum(seconds) / len(seconds) < 0.45


def test_a_pilot_is_so_many_pairs_whatever_becomes_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ScriptedServer(Behaviour(answer=lambda _: "INVALID PROMPT")) as server:
        arguments = _arguments(_seeds(tmp_path), server, tmp_path / "fused", 100, "--plan")
        assert cli.main(arguments) == 2
        assert server.counts["ok"] == 50
        assert "none of the pilot's 50 attempts" in capsys.readouterr().err


def test_a_plan_leaves_a_data_set_that_is_further_along_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "fused"
    with _teacher() as server:
        arguments = _arguments(_seeds(tmp_path), server, out, 60, "--price", "1,2")
        assert cli.main(arguments) == 0
        before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
        asked = server.counts["ok"]
        capsys.readouterr()
        assert cli.main([*arguments, "--target-size", "1000", "--plan", "--json"]) == 0
        plan = json.loads(capsys.readouterr().out)["plan"]
        assert server.counts["ok"] == asked
        assert cli.main([*arguments, "--seed", "9", "--plan"]) == 2
    assert plan["pilot_rows"] == 60
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before


def test_answers_are_run_against_the_teachers_tests(tmp_path: Path) -> None:
    with _teacher() as server:
        assert cli.main(_arguments(_seeds(tmp_path), server, tmp_path / "fused", 6, "--verify", "2", "--judge")) == 0
    rows = _rows(tmp_path / "fused")
    assert [row["verified"] for row in rows] == ["pass"] * 6
    assert [row["pass_rate"] for row in rows] == [1.0] * 6
    assert all(1 <= float(str(row["judged_difficulty"])) <= 10 for row in rows)
    measures = ("pass_rate", "judged_difficulty")
    exported = _rows(tmp_path / "fused", "data/messages.jsonl")
    assert [[row[name] for name in measures] for row in exported] == [[row[name] for name in measures] for row in rows]


def test_evolving_keeps_every_round_and_the_merged_sets(tmp_path: Path) -> None:
    seeds = _seeds(tmp_path, 20)
    out = tmp_path / "evolved"
    with _teacher() as server:
        arguments = ["evolve", str(seeds), "--teacher", "model", "--base-url", server.base_url, "--rounds", "3",
                     "-o", str(out), "--decontaminate", "humaneval"]  # fmt: skip
        assert cli.main(arguments) == 0
        asked = server.counts["ok"]
        assert cli.main(arguments) == 0
        assert server.counts["ok"] == asked
    rows = _rows(out)
    by_round = Counter(row["round"] for row in rows)
    assert sorted(by_round) == [1, 2, 3]
    assert by_round[1] >= by_round[2] >= by_round[3] > 0
    ids = {row["id"]: row for row in rows}
    for row in rows:
        (parent,) = row["parents"]  # type: ignore[misc]
        assert row["round"] == 1 or ids[parent]["round"] == int(str(row["round"])) - 1
    assert len(_rows(out, "data/merged-3.jsonl")) == 20 + len(rows)
    assert len(_rows(out, "data/round-2.jsonl")) == by_round[2]
    assert "no_gain" in json.loads((out / "dataset.json").read_text())["rejected"]


def test_a_seed_that_gives_a_benchmark_away_is_not_merged_with_the_rounds(tmp_path: Path) -> None:
    seeds, out = _seeds(tmp_path, 6), tmp_path / "evolved"
    task = load("humaneval").tasks["HumanEval/0"]
    leaks = [
        (f"Complete this:\n{task.prompt}", "x"),
        ("Write something with lists.", task.reference),
        (f"Without an answer, so in no merged file:\n{task.prompt}", ""),
    ]
    with seeds.open("a") as file:
        file.writelines(json.dumps({"instruction": text, "output": answer}) + "\n" for text, answer in leaks)
    with _teacher() as server:
        arguments = ["evolve", str(seeds), "--teacher", "model", "--base-url", server.base_url, "--rounds", "1",
                     "-o", str(out), "--decontaminate", "humaneval"]  # fmt: skip
        assert cli.main(arguments) == 0
        merged = _rows(out, "data/merged-1.jsonl")
        assert len([line for line in merged if line["round"] == 0]) == 6
        assert json.loads((out / "dataset.json").read_text())["contaminated_seeds"] == 2
        assert "2 seeds were left out of the merged files" in (out / "README.md").read_text()
        assert cli.main([*arguments[:-1], "none", "--fresh"]) == 0
    assert len([line for line in _rows(out, "data/merged-1.jsonl") if line["round"] == 0]) == 8
    assert "contaminated_seeds" not in json.loads((out / "dataset.json").read_text())


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--operator", "merg"], "did you mean 'merge'?"),
        (["--pairing", "rand"], "did you mean 'random'?"),
        (["--domain", "maths"], "did you mean 'math'?"),
        (["--checks", "some"], "one of: all, paper"),
        (["--weights", "1,2"], "2 weights for 1 sources"),
        (["--budget", "5usd"], "no price of 'model' is known"),
        (["--decontaminate", "humanevl"], "did you mean 'humaneval'?"),
        (["--verify", "1", "--domain", "math"], "--verify runs code"),
    ],
)
def test_a_wrong_option_names_the_right_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], words: str
) -> None:
    base = ["fuse", str(_seeds(tmp_path)), "--teacher", "model", "--base-url", "http://127.0.0.1:9/v1"]
    assert cli.main([*base, "-o", str(tmp_path / "fused"), *more]) == 2
    assert words in capsys.readouterr().err


def test_no_teacher_and_no_room_for_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seeds = _seeds(tmp_path)
    assert cli.main(["fuse", str(seeds), "-o", str(tmp_path / "fused")]) == 2
    assert "--teacher MODEL" in capsys.readouterr().err
    assert cli.main(["fuse", str(seeds), "--teacher", "offline", "-o", str(tmp_path)]) == 2
    assert "holds something else" in capsys.readouterr().err
    assert cli.main(["fuse", str(seeds), "--teacher", "offline", "-o", str(seeds)]) == 2
    assert "is a file" in capsys.readouterr().err


def test_the_offline_teacher_needs_nothing(tmp_path: Path) -> None:
    out = tmp_path / "fused"
    arguments = [
        "fuse",
        "offline:100",
        "--teacher",
        "offline",
        "-n",
        "30",
        "-o",
        str(out),
        "--decontaminate",
        "humaneval",
    ]
    assert cli.main(arguments) == 0
    assert len(_rows(out)) == 30
    assert "miniature" in (out / "README.md").read_text()
    assert os.path.getsize(out / "data" / "messages.parquet") > 0
