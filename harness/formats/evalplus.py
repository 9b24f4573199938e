"""A finished run as EvalPlus's own results file, which its tools and its leaderboard read.

Written is what `evalplus.evaluate` of version 0.3 writes: date, hash (MD5 of the data file), one row a sample, pass@k.
Statuses are its three: whatever is neither `pass` nor `timeout` is `fail`. Tasks without a sample are absent, as there.
A sample that the harness itself failed on has no place in the file, so a run with any is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import comb
from pathlib import Path

from harness.benchmarks.mbpp_inputs import encode_inputs
from harness.benchmarks.registry import ENTRIES
from harness.errors import InputError
from harness.formats.jsonl import read_bytes
from harness.records import Benchmark, RunRecord, Status, Verdict

KS = (1, 10, 100)
Row = dict[str, object]


def export(record: RunRecord, verdicts: Iterable[Verdict], benchmark: Benchmark) -> str:
    """Write a run as the text of an `eval_results.json`.

    Put it beside the samples as `<stem>_eval_results.json`, and EvalPlus prints its pass@k without running anything.

    Args:
        record: The run's summary.
        verdicts: All of its verdicts.
        benchmark: What was asked, as loaded.

    Raises:
        InputError: The run has samples that ended as `infra_error`, or none at all.

    Example:
        >>> from harness.records import Limits, ModelInfo, Task
        >>> task = Task("Demo/0", "", "one", "", base_input=[[]])
        >>> demo = Benchmark("demo", "1", "", {"Demo/0": task})
        >>> record = RunRecord("0a1b", ModelInfo("m"), "demo", "1", "", 1, "", "as-is", Limits(), "namespaces", {}, [],
        ...                    True, "2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z", {}, {})
        >>> verdict = Verdict("Demo/0", 0, Status.CRASH, "def one(): ...", base_status=Status.CRASH, base_failed_test=0)
        >>> json.loads(export(record, [verdict], demo))["eval"]["Demo/0"][0]["base_status"]
        'fail'
    """
    counted = counted_verdicts(record, verdicts, benchmark)
    by_task: dict[str, list[Verdict]] = {task_id: [] for task_id in benchmark.tasks}
    for verdict in sorted(counted, key=lambda verdict: verdict.sample_index):
        by_task[verdict.task_id].append(verdict)
    rows = {task_id: [_row(verdict, benchmark) for verdict in found] for task_id, found in by_task.items() if found}
    result: Row = {"date": datetime.fromisoformat(record.finished_utc).strftime("%Y-%m-%d %H:%M")}
    digest = data_md5(benchmark)
    if digest:
        result["hash"] = digest
    result["eval"] = rows
    result["pass_at_k"] = _pass_at_k(rows, benchmark.is_plus)
    return json.dumps(result)


def counted_verdicts(record: RunRecord, verdicts: Iterable[Verdict], benchmark: Benchmark) -> list[Verdict]:
    """Give the verdicts that other tools' files can hold: all but the skipped ones.

    Args:
        record: The run's summary.
        verdicts: All of its verdicts.
        benchmark: What was asked, as loaded.

    Raises:
        InputError: The run was on other data, some ended as `infra_error` (no other tool knows it), or there are none.
    """
    if record.dataset_sha256 != benchmark.sha256:
        raise InputError(
            f"run {record.run_id} was on {record.benchmark} {record.benchmark_version} with sha256 "
            f"{record.dataset_sha256[:12]}…, but {benchmark.source or benchmark.name} has {benchmark.sha256[:12]}…",
            hint="set FUSEVAL_DATA to the data that the run was on",
        )
    found = list(verdicts)
    broken = sum(verdict.status is Status.INFRA_ERROR for verdict in found)
    if broken:
        samples = "1 sample" if broken == 1 else f"{broken} samples"
        raise InputError(
            f"run {record.run_id} is not complete: {samples} ended as infra_error, which the file can not express",
            hint=f"finish the run first: {_command(record)} --resume",
        )
    counted = [verdict for verdict in found if verdict.status is not Status.SKIPPED]
    if not counted:
        raise InputError(f"run {record.run_id} has no verdict to export")
    return counted


def data_md5(benchmark: Benchmark) -> str:
    """Give the MD5 by which EvalPlus names a data set, or an empty string if the data is out of reach.

    Args:
        benchmark: The benchmark as loaded.

    Example:
        >>> data_md5(Benchmark("mbpp+", "v0.2.0", ENTRIES["mbpp+"].data.sha256, {}))
        'ee43ecabebf20deef4bb776a405ac5b1'
    """
    entry = ENTRIES.get(benchmark.name)
    if entry and entry.data.sha256 == benchmark.sha256:
        return entry.data.md5
    if benchmark.sha256.startswith("md5:"):  # imported from EvalPlus, about data that is not here
        return benchmark.sha256.removeprefix("md5:")
    try:
        data = read_bytes(Path(benchmark.source))
    except InputError:
        return ""
    is_same = hashlib.sha256(data).hexdigest() == benchmark.sha256
    return hashlib.md5(data, usedforsecurity=False).hexdigest() if is_same else ""


def _command(record: RunRecord) -> str:
    is_file = record.model.backend == "replay" and record.samples_source
    who = f"--samples {record.samples_source}" if is_file else record.model.name
    return f"fuseval score {who} --bench {record.benchmark}"


def _row(verdict: Verdict, benchmark: Benchmark) -> Row:
    task = benchmark.tasks[verdict.task_id]
    failed = {
        "base_fail_tests": _at(task.base_input, verdict.base_failed_test),
        "plus_fail_tests": _at(task.plus_input, verdict.plus_failed_test),
    }
    # A private benchmark's inputs have JSON's types already, whatever its family.
    if task.family == "mbpp" and benchmark.name in ENTRIES:
        failed = {name: encode_inputs(task.task_id, inputs) for name, inputs in failed.items()}
    return {
        "task_id": verdict.task_id,
        "solution": verdict.solution,
        "base_status": _status(verdict.base_status or verdict.status),
        "plus_status": _status(verdict.plus_status or verdict.status) if benchmark.is_plus else None,
        **failed,
    }


def _status(status: Status) -> str:
    return status.value if status in (Status.PASS, Status.TIMEOUT) else Status.FAIL.value


def _at(inputs: Sequence[list[object]], index: int | None) -> list[list[object]]:
    return [inputs[index]] if index is not None and 0 <= index < len(inputs) else []


def _pass_at_k(rows: Mapping[str, Sequence[Row]], is_plus: bool) -> dict[str, dict[str, float]]:
    """Chen et al.'s unbiased estimator, averaged over the tasks in the file, as EvalPlus's own reader does."""
    columns = {"base": ("base_status",)} | ({"plus": ("base_status", "plus_status")} if is_plus else {})
    smallest = min(len(samples) for samples in rows.values())
    result = {}
    for column, names in columns.items():
        passed = [
            (len(samples), sum(all(row[name] == "pass" for name in names) for row in samples))
            for samples in rows.values()
        ]
        result[column] = {
            f"pass@{k}": sum(1 - comb(n - c, k) / comb(n, k) for n, c in passed) / len(passed)
            for k in KS
            if smallest >= k
        }
    return result
