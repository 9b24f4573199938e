"""Made-up rows that show everything a board can say: shared ranks, a partial run, a weak sandbox, self-checks.

The numbers are nobody's results.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from harness.grading.pass_at_k import wilson
from harness.records import Limits, ModelInfo, RunRecord, Score
from leaderboards.outcomes import Outcomes
from leaderboards.reference_lines import Choice
from leaderboards.references import ReferenceRow
from leaderboards.runs import StoredRun
from leaderboards.store import Standings, standings_from

_TASKS = {"humaneval+": 164, "mbpp+": 378}


def demo_record(
    model: str,
    benchmark: str,
    base: int,
    plus: int,
    *,
    tasks: int = 0,
    infra: int = 0,
    sandbox: str = "namespaces",
    day: int = 1,
    is_self_check: bool = False,
    dataset_sha256: str = "",
) -> RunRecord:
    """Make up the record of a run that passed `base` and `plus` tasks.

    Args:
        model: Name of the row.
        benchmark: `humaneval+` or `mbpp+`.
        base: Tasks whose base tests passed.
        plus: Tasks whose base and plus tests passed.
        tasks: Tasks scored; 0 means all of the benchmark's.
        infra: Samples lost to the harness's own trouble.
        sandbox: The isolation level.
        day: Day of the month on which the run finished.
        is_self_check: Whether it is a built-in answerer.
        dataset_sha256: Hash of the data; made up from the benchmark's name when empty.
    """
    of_tasks = _TASKS[benchmark]
    tasks = tasks or of_tasks
    columns = {benchmark.removesuffix("+"): base, benchmark: plus}
    scores = [
        Score(column, 1, passed / tasks, *wilson(passed, tasks), tasks, of_tasks, 1, passed)
        for column, passed in columns.items()
    ]
    failed = {"fail": tasks - plus - 1, "timeout": 1} if tasks > plus else {}
    return RunRecord(
        run_id=f"{model}-{benchmark}-{day:02d}",
        model=ModelInfo(model, is_self_check=is_self_check),
        benchmark=benchmark,
        benchmark_version="v0.1.10" if benchmark == "humaneval+" else "v0.2.0",
        dataset_sha256=dataset_sha256 or benchmark.encode().hex().ljust(64, "0"),
        task_count=of_tasks,
        samples_sha256="0" * 64,
        extraction="as-is",
        limits=Limits(),
        sandbox=sandbox,
        counts={"pass": plus, **failed, **({"infra_error": infra} if infra else {})},
        scores=scores,
        is_complete=tasks == of_tasks and not infra,
        started_utc=f"2025-01-{day:02d}T10:00:00Z",
        finished_utc=f"2025-01-{day:02d}T10:05:00Z",
        seconds={"grade": tasks / 8, "cpu": tasks / 3},
        software={"fuseval": "0.1.0"},
    )


def demo_run(record: RunRecord, *, alike: float = 0.15) -> StoredRun:
    """Make up which tasks a run passed: mostly the easy ones, as models do.

    Args:
        record: Its record, which says how many; one sample a task.
        alike: How far a model's own taste counts beside a task's ease; 0 makes all models solve the same tasks.

    Example:
        >>> run = demo_run(demo_record("m", "humaneval+", 130, 121))
        >>> int(run.outcomes["humaneval"].passed.sum()), int(run.outcomes["humaneval+"].passed.sum())
        (130, 121)
    """
    tasks = record.scores[0].tasks
    ease = np.random.default_rng(record.task_count).random(record.task_count)[:tasks]
    # A model's taste is its name's, whatever else is on the board; crc32, as hash() differs from run to run.
    order = np.argsort(ease + alike * np.random.default_rng(zlib.crc32(record.model.name.encode())).random(tasks))
    names = tuple(f"Demo/{task}" for task in range(tasks))
    outcomes = {}
    for score in record.scores:
        passed = np.zeros(tasks, dtype=np.int64)
        passed[order[: score.passed]] = 1
        outcomes[score.column] = Outcomes(score.column, names, np.ones(tasks, dtype=np.int64), passed)
    return StoredRun(record, given=outcomes)


def demo_runs(records: Sequence[RunRecord]) -> list[StoredRun]:
    """Make up what several runs did; see `demo_run`.

    Args:
        records: Theirs.
    """
    return [demo_run(record) for record in records]


DEMO_REFERENCES = (
    ReferenceRow("published-34b", {"humaneval+": 0.756, "mbpp+": 0.701}, {"humaneval+": 164, "mbpp+": 378}, "a paper"),
    ReferenceRow("published-7b", {"humaneval+": 0.604, "mbpp+": 0.617}, {"humaneval+": 164, "mbpp+": 399}, "a paper"),
)


def demo_standings(*, baseline: str = "", references: Choice = "near") -> Standings:
    """Rank a handful of made-up runs.

    Args:
        baseline: The model that all others are compared with.
        references: Which made-up published scores to show.
    """
    long_name = "base-13b-with-a-name-as-long-as-names-on-the-hub-are"
    records = [
        demo_record("fused-13b", "humaneval+", 130, 121),
        demo_record("fused-13b", "mbpp+", 310, 262),
        demo_record("evolved-13b", "humaneval+", 128, 118, day=2),
        demo_record("evolved-13b", "mbpp+", 312, 264, infra=2),
        demo_record("mixed-13b", "humaneval+", 127, 118, sandbox="landlock"),
        demo_record("early-13b", "humaneval+", 110, 98),
        demo_record(long_name, "humaneval+", 62, 55),
        demo_record(long_name, "mbpp+", 220, 180),
        demo_record("quick-look", "humaneval+", 9, 8, tasks=10),
        demo_record("reference", "humaneval+", 164, 164, is_self_check=True),
        demo_record("broken", "humaneval+", 0, 0, is_self_check=True),
    ]
    return standings_from(demo_runs(records), baseline=baseline, references=references, published=DEMO_REFERENCES)
