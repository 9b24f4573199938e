"""How fast a board of many runs is drawn: makes up a folder of runs, then times the verbs that read it.

    python benchmarks/board.py                      1,000 runs of 542 tasks in a folder that is removed again
    python benchmarks/board.py --keep /tmp/runs     keep the folder, and use it again the next time

The runs are those of made-up models: harder tasks are failed more often, some models are twins. Every verb is started
three times as a person starts it, interpreter and all; the least and the median wall seconds are printed.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from harness.formats.outcomes_file import write_outcomes
from harness.formats.record_json import to_json
from harness.formats.run_folder import RunFolder, run_path
from harness.grading.pass_at_k import wilson
from harness.records import Limits, ModelInfo, RunRecord, Score, Status, Verdict

BENCHMARK = "made-up+"
COLUMNS = ("made-up", BENCHMARK)
STARTS = 3


def make_runs(root: Path, runs: int, tasks: int) -> None:
    """Write made-up runs, in the files that a real run leaves."""
    random = np.random.default_rng(0)
    ease = random.normal(0.0, 1.5, tasks)
    # The same three lines for every model, but for the sample's status: writing is not what is measured.
    lines = {
        status: [_line(f"HumanEval/{task}", base, plus) for task in range(tasks)]
        for status, (base, plus) in {
            2: (Status.PASS, Status.PASS),
            1: (Status.PASS, Status.FAIL),
            0: (Status.FAIL, Status.FAIL),
        }.items()
    }
    for number in range(runs):
        luck = random.random(tasks)
        strength = random.normal(1.0, 0.7)
        chance = 1 / (1 + np.exp(-ease - strength))
        outcome = (luck < chance).astype(int) + (luck < 0.9 * chance).astype(int)
        _keep(root, number, [lines[status][task] for task, status in enumerate(outcome)], outcome)


def _line(task_id: str, base: Status, plus: Status) -> tuple[Verdict, str]:
    verdict = Verdict(
        task_id=task_id,
        sample_index=0,
        status=plus,
        solution="def f(numbers):\n    return sorted(numbers)\n" * 4,
        base_status=base,
        plus_status=plus,
        failing_input=None if plus is Status.PASS else "f([3, 1])",
        cpu_s=0.012,
        wall_s=0.02,
    )
    return verdict, to_json(verdict) + "\n"


def _keep(root: Path, number: int, lines: list[tuple[Verdict, str]], outcome: np.ndarray) -> None:
    tasks = len(lines)
    counts = {"pass": int((outcome == 2).sum()), "fail": int((outcome < 2).sum())}
    passed = {COLUMNS[0]: int((outcome > 0).sum()), COLUMNS[1]: counts["pass"]}
    record = RunRecord(
        run_id=f"{number:012x}",
        model=ModelInfo(f"made-up-{number:04d}-{1 + number % 34}b"),
        benchmark=BENCHMARK,
        benchmark_version="v1",
        dataset_sha256="ab" * 32,
        task_count=tasks,
        samples_sha256="cd" * 32,
        extraction="as-is",
        limits=Limits(),
        sandbox="namespaces",
        counts=counts,
        scores=[
            Score(name, 1, count / tasks, *wilson(count, tasks), tasks, tasks, 1, count)
            for name, count in passed.items()
        ],
        is_complete=True,
        started_utc="2025-01-01T10:00:00Z",
        finished_utc="2025-01-01T10:05:00Z",
        seconds={"grade": 60.0, "cpu": 100.0},
        software={"fuseval": "0.1.0", "python": "3.11.7", "numpy": "2.4.6"},
    )
    folder = RunFolder(run_path(root, record.model.name, BENCHMARK, record.run_id))
    folder.path.mkdir(parents=True)
    folder.verdicts_path.write_text("".join(line for _, line in lines), encoding="ascii")
    write_outcomes(folder, record, [verdict for verdict, _ in lines])
    folder.save(record)


def timed(arguments: list[str]) -> tuple[list[float], str]:
    """Run the command several times; give the wall seconds of each and what it printed."""
    seconds = []
    for _ in range(STARTS):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "harness.cli", *arguments], capture_output=True, text=True, check=False
        )
        seconds.append(time.perf_counter() - began)
        if done.returncode != 0:
            raise SystemExit(f"fuseval {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return seconds, done.stdout


def main() -> None:
    """Make the folder, time the verbs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--tasks", type=int, default=542)
    parser.add_argument("--keep", type=Path, help="where to make the runs; used again if it is there")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = chosen.keep or Path(temporary, "runs")
        if not root.exists():
            began = time.perf_counter()
            make_runs(root, chosen.runs, chosen.tasks)
            print(f"made {chosen.runs:,} runs of {chosen.tasks} tasks in {time.perf_counter() - began:.1f} s")
        pair = [f"made-up-{number:04d}-{1 + number % 34}b" for number in (3, 4)]
        verbs = {
            "leaderboard": ["leaderboard", "--runs", str(root)],
            "leaderboard --json": ["leaderboard", "--runs", str(root), "--json"],
            "leaderboard --baseline": ["leaderboard", "--runs", str(root), "--baseline", pair[0]],
            "leaderboard --where": ["leaderboard", "--runs", str(root), "--where", "size<15 and made-up+>=50"],
            "compare of two": ["compare", *pair, "--runs", str(root)],
        }
        for name, arguments in verbs.items():
            seconds, text = timed(arguments)
            lines = f"{text.count(chr(10)):,} lines"
            print(
                f"{name:<24}least {min(seconds):.2f} s  median {statistics.median(seconds):.2f} s  {lines}", flush=True
            )


if __name__ == "__main__":
    main()
