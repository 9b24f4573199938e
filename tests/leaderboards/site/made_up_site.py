"""A made-up board for the site's tests: one sample and several, two languages with a mean, self-checks, bad names."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from harness.benchmarks import load
from harness.formats.outcomes_file import write_outcomes
from harness.formats.run_folder import RunFolder
from harness.grading.pass_at_k import wilson
from harness.records import Limits, ModelInfo, RunRecord, Score, Status, Verdict
from tests.leaderboards.made_up_runs import keep

TASKS = 40
HOSTILE_NAMES = (
    "</script><script>alert(1)</script>",
    "../x",
    "<img src=x onerror=alert(1)>",
    "n" * 300,
    "\u202eevil\u202c نموذج",
    "\"><svg onload=alert(1)> 'q' {{ 7*7 }} & \u2028",
    "javascript:alert(1)",
)
HOSTILE_PROGRAM = "# </code></pre><script>alert(1)</script>\n'''\u2028\x1b[2J\ud800'''\n<img src=x onerror=alert(1)>\n"


def keep_run(
    root: Path,
    model: str,
    benchmark: str,
    strength: float,
    *,
    tasks: Sequence[str] = (),
    samples: int = 1,
    infra: int = 0,
    program: str = "def f():\n    return 1\n",
    dataset_sha256: str = "",
    of_tasks: int = 0,
    **changes: object,
) -> RunFolder:
    """Keep a run whose tasks pass by chance: the stronger the model, the more; the same arguments give the same run."""
    tasks = tasks or [f"Own/{number}" for number in range(TASKS)]
    random = np.random.default_rng(zlib.crc32(f"{model} {benchmark}".encode("utf-8", "surrogatepass")))
    ease = np.random.default_rng(1).normal(0.0, 1.5, len(tasks))
    chance = 1 / (1 + np.exp(-ease - strength))
    columns = (benchmark.removesuffix("+"), benchmark) if benchmark.endswith("+") else (benchmark,)
    verdicts = []
    for place, task in enumerate(tasks):
        for sample in range(samples):
            base = random.random() < chance[place]
            plus = base and random.random() < 0.9
            verdicts.append(
                Verdict(
                    task,
                    sample,
                    Status.INFRA_ERROR if place < infra else Status.PASS if plus else Status.FAIL,
                    f"{program}# sample {sample}\n",
                    base_status=Status.PASS if base else Status.FAIL,
                    plus_status=Status.PASS if plus else Status.FAIL,
                    failing_input=None if plus else f"f({place})",
                    expected=None if plus else "1",
                    got=None if plus else "2",
                )
            )
    counted = [verdict for verdict in verdicts if verdict.status.is_counted]
    scores = []
    for column in columns:
        of_column = [v.status is Status.PASS if column == benchmark else v.base_status is Status.PASS for v in counted]
        value = sum(of_column) / len(of_column)
        over = len(tasks) - infra
        ends = wilson(value * over, over)
        scores.append(Score(column, 1, value, *ends, over, of_tasks or len(tasks), samples, sum(of_column)))
    counts = {status: sum(v.status == status for v in verdicts) for status in sorted({v.status for v in verdicts})}
    record = RunRecord(
        run_id=f"{zlib.crc32(f'{model} {benchmark}'.encode('utf-8', 'surrogatepass')):08x}0000",
        model=ModelInfo(model, is_self_check=bool(changes.pop("is_self_check", False))),
        benchmark=benchmark,
        benchmark_version="v1",
        dataset_sha256=dataset_sha256 or benchmark.encode().hex().ljust(64, "0"),
        task_count=of_tasks or len(tasks),
        samples_sha256="0" * 64,
        extraction="as-is",
        limits=Limits(),
        sandbox="namespaces",
        counts=counts,
        scores=scores,
        is_complete=not infra,
        started_utc="2025-01-01T10:00:00Z",
        finished_utc="2025-01-01T10:05:00Z",
        seconds={"grade": 2.0, "cpu": 1.0},
        software={"fuseval": "0.1.0"},
        samples_source="/home/somebody/samples.jsonl",
        **changes,  # type: ignore[arg-type]
    )
    folder = keep(root, record, verdicts)
    write_outcomes(folder, record, verdicts)
    return folder


def keep_board(root: Path) -> Path:
    """Keep the runs of the board that most tests look at."""
    for model, strength in (("fused-13b", 2.5), ("evolved-13b", 1.5), ("mixed-7b", 1.2), ("base-3b", -0.5)):
        keep_run(root, model, "own+", strength, generation={"temperature": 0.0}, tokens=12_345)
    for model, strength in (("sampled-13b", 1.5), ("sampled-7b", 0.5)):
        keep_run(root, model, "own+", strength, samples=3, generation={"temperature": 0.8})
    keep_run(root, "chatty-7b", "own+", 1.0, prompt_style="chat")
    keep_run(root, "unlucky-7b", "own+", 1.0, infra=2)
    for model, strength in (("fused-13b", 2.0), ("evolved-13b", 0.5), ("base-3b", -0.5)):
        for language in ("js", "rs"):
            tasks = [f"HumanEval_{number}_f" for number in range(12 if language == "js" else 10)]
            keep_run(root, model, f"multipl-e:{language}", strength, tasks=tasks, generation={"temperature": 0.0})
    asked = load("humaneval")
    first = list(asked.tasks)[:5]
    keep_run(root, "reference", "humaneval", 99.0, tasks=first, is_self_check=True, **_data("humaneval"))
    keep_run(root, "fused-13b", "humaneval", 1.0, tasks=first, generation={"temperature": 0.0}, **_data("humaneval"))
    return root


def keep_hostile(root: Path) -> Path:
    """Keep runs of models with names and programs that try to be more than text."""
    for place, name in enumerate(HOSTILE_NAMES):
        program = HOSTILE_PROGRAM if place else HOSTILE_PROGRAM * 2000
        keep_run(root, name, "own+", 1.0 - 0.3 * place, program=program, tasks=["Own/0", "</title><b>1", "../../up"])
    table = {
        "origin": "table",
        "file": "table.json",
        "sha256": "0" * 64,
        "format_version": 1,
        "rows": [
            {"model": "<b>published</b>", "values": {"own+": 0.5}, "tasks": {"own+": 3}, "source": "<i>paper</i>"}
            | {"link": "javascript:alert(1)"},
            {"model": "linked-70b", "values": {"own+": 0.25}, "tasks": {"own+": 3}, "source": "a paper"}
            | {"link": "https://example.org/?a=1&b=\"'<", "size_b": 70.0},
        ],
    }
    (root / "references").mkdir(parents=True, exist_ok=True)
    (root / "references" / "table.json").write_text(json.dumps(table), encoding="utf-8")
    return root


def _data(name: str) -> dict[str, Any]:
    benchmark = load(name)
    return {"dataset_sha256": benchmark.sha256, "of_tasks": len(benchmark.tasks)}
