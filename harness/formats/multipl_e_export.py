"""A run in MultiPL-E's own files, a `<problem>.results.json.gz` a problem, as its pass_k.py reads them.

pass_k.py averages over the files that it finds; a problem without a sample has none, which it does not notice.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from harness.errors import InputError
from harness.formats.atomic import write_atomically
from harness.records import Benchmark, Execution, RunRecord, Status, Verdict

_LANGUAGE_KEYS = {"go": "go_test.go"}
"""Where MultiPL-E's files name a language otherwise than its command line does."""


def export_folder(record: RunRecord, verdicts: Iterable[Verdict], benchmark: Benchmark, directory: Path) -> Path:
    """Write the folder; files of an earlier export are replaced.

    Args:
        record: The run's summary.
        verdicts: One a sample.
        benchmark: What was asked.
        directory: Where the folder is made.

    Returns:
        The folder, named as MultiPL-E names it.

    Raises:
        InputError: The run is not on MultiPL-E.
        OSError: A file can not be written.
    """
    family, _, language = record.benchmark.partition(":")
    if not family.startswith("multipl-e") or not language:
        raise InputError(
            f"run {record.run_id} is on {record.benchmark}, and the format is MultiPL-E's", hint="--format evalplus"
        )
    generation = record.generation or {}
    temperature = float(generation.get("temperature", 0.2))
    data_name = "mbpp" if family.endswith("-mbpp") else "humaneval"
    model = record.model.name.replace("/", "_").replace("-", "_")
    folder = directory / f"{data_name}-{language}-{model}-{temperature}-reworded"
    by_task: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.status.is_counted:
            by_task[verdict.task_id].append(verdict)
    folder.mkdir(parents=True, exist_ok=True)
    for task_id, found in by_task.items():
        task = benchmark.tasks[task_id]
        plain = {
            "name": task_id,
            "language": _LANGUAGE_KEYS.get(language, language),
            "temperature": temperature,
            "top_p": float(generation.get("top_p", 0.95)),
            "max_tokens": int(generation.get("max_tokens", 1024)),
            "prompt": task.prompt,
            "tests": task.test,
            "stop_tokens": list(task.stop_tokens),
            "results": [_result(verdict) for verdict in found],
        }
        content = gzip.compress(json.dumps(plain).encode("ascii"), mtime=0)
        write_atomically(folder / f"{task_id}.results.json.gz", content)
    return folder


def _result(verdict: Verdict) -> dict[str, object]:
    # A sample that nothing was run of (no code, cut off) has failed, and has no better word there.
    execution = verdict.execution or Execution("Exception", 1, "", verdict.error or verdict.status.value)
    status = execution.status
    if verdict.status is not Status.PASS and status == "OK" and execution.exit_code == 0:
        status = "Exception"
    return {
        "program": verdict.solution,
        "timestamp": 0,
        "stdout": execution.stdout,
        "stderr": execution.stderr,
        "exit_code": execution.exit_code,
        "status": status,
    }
