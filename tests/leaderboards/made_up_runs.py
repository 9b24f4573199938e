"""Made-up runs on disk, as the harness leaves them, for tests of what reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.formats.outcomes_file import write_outcomes
from harness.formats.run_folder import RunFolder, append_line, open_journal, run_path
from harness.records import Completion, RunRecord, Status, Verdict
from leaderboards.demo import demo_record, demo_run


def keep(
    runs_root: Path,
    record: RunRecord,
    verdicts: Sequence[Verdict] = (),
    completions: Sequence[Completion] = (),
) -> RunFolder:
    """Write a run's folder through the functions that a real run uses."""
    folder = RunFolder(run_path(runs_root, record.model.name, record.benchmark, record.run_id))
    folder.path.mkdir(parents=True)
    for path, lines in ((folder.verdicts_path, verdicts), (folder.completions_path, completions)):
        with open_journal(path) as journal:
            for line in lines:
                append_line(journal, line)
    folder.save(record)
    return folder


def failing_verdicts() -> list[Verdict]:
    """Three verdicts: a pass, a plus-only fail with its input, and a crash whose error could steer a terminal."""
    return [
        Verdict("HumanEval/10", 0, Status.CRASH, "def f():\n    raise SystemExit\n", error="SystemExit\x1b[2J\nmore"),
        Verdict(
            "HumanEval/9",
            0,
            Status.FAIL,
            "def rolling_max(numbers):\n    return numbers\n",
            base_status=Status.PASS,
            plus_status=Status.FAIL,
            failing_input="rolling_max([3, 1])",
            expected="[3, 3]",
            got="[3, 1]",
            cpu_s=0.25,
            wall_s=0.5,
        ),
        Verdict("HumanEval/0", 0, Status.PASS, "def g():\n    return 1\n", base_status=Status.PASS),
    ]


def keep_failing(runs_root: Path, model: str = "fused-13b", **changes: object) -> RunFolder:
    """Keep a run with the verdicts above; `changes` go into its record."""
    record = replace(demo_record(model, "humaneval+", 130, 121), run_id="0a1b2c3d4e5f", **changes)  # type: ignore[arg-type]
    said = [Completion("HumanEval/9", 0, "Sure!\n```python\nx = '\u202e'\n```", "raw", finish_reason="stop")]
    return keep(runs_root, record, failing_verdicts(), said)


def keep_demo(runs_root: Path, record: RunRecord) -> RunFolder:
    """Keep a made-up run with verdicts that are those of its record, and their outcomes."""
    given = demo_run(record).given
    base, plus = (given[score.column] for score in record.scores)
    verdicts = [
        Verdict(
            task,
            0,
            Status.PASS if plus_passed else Status.FAIL,
            "def f():\n    return 1\n",
            base_status=Status.PASS if base_passed else Status.FAIL,
            plus_status=Status.PASS if plus_passed else Status.FAIL,
        )
        for task, base_passed, plus_passed in zip(base.tasks, base.passed, plus.passed, strict=True)
    ]
    folder = keep(runs_root, record, verdicts)
    write_outcomes(folder, record, verdicts)
    return folder
