"""EvalPlus's results: `<stem>.eval_results.json` or `<stem>_eval_results.json`, and a folder's `eval_results.json`.

Two layouts are inside, by the version that wrote them:

    {"date", "hash", "eval": {task_id: [{"task_id", "solution", "base_status", "plus_status", "base_fail_tests", …}]}}
    {"date", "hash", "eval": {task_id: {"nfiles", "base": [[status, details]], "plus": [[status, details]]}}}

The older one holds no programs, and its first versions said `success`, `failed` and `timed out`.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from harness.benchmarks.mbpp_inputs import decode_inputs, encode_inputs
from harness.benchmarks.registry import ENTRIES
from harness.errors import InputError
from harness.formats.imports.imported import ForeignFile, ImportedRun, json_of, model_from_file_name
from harness.formats.imports.known_data import base_half, benchmark_by_md5
from harness.formats.jsonl import shortened
from harness.formats.record_json import first_problem
from harness.grading.shorten import shorten
from harness.records import Benchmark, Completion, Status, Task, Verdict

TOOL = "EvalPlus result file"

STATUSES = {
    "pass": Status.PASS,
    "success": Status.PASS,
    "fail": Status.FAIL,
    "failed": Status.FAIL,
    "timeout": Status.TIMEOUT,
    "timed out": Status.TIMEOUT,
}


class _Row(BaseModel):
    """One sample, in the newer layout."""

    base_status: str
    plus_status: str | None = None
    solution: str = ""
    base_fail_tests: list[Any] | None = None
    plus_fail_tests: list[Any] | None = None


class _Task(BaseModel):
    """One task, in the older layout: for each sample its status and what came of the single tests."""

    base: list[tuple[str, Any]]
    plus: list[tuple[str, Any]] = []


class _Results(BaseModel):
    """The whole file."""

    model_config = ConfigDict(populate_by_name=True)

    eval: dict[str, list[_Row] | _Task]
    date: str = ""
    hash: str = ""


def is_evalplus(plain: object) -> bool:
    """Tell whether decoded JSON is EvalPlus's.

    Args:
        plain: The decoded file.

    Example:
        >>> is_evalplus({"eval": {"HumanEval/0": []}}), is_evalplus({"results": []})
        (True, False)
    """
    return isinstance(plain, dict) and isinstance(plain.get("eval"), dict)


def read(file: ForeignFile, *, model: str = "", bench: str = "") -> ImportedRun:
    """Read one result file.

    Args:
        file: The file.
        model: Who answered; empty takes the name out of the file's name.
        bench: Which benchmark; empty tells it by the task ids.

    Raises:
        InputError: It is not EvalPlus's, a status is unknown, or its tasks are of no known benchmark.
    """
    if bench in ENTRIES and not ENTRIES[bench].is_plus:
        raise InputError(
            f"{file.path} holds results of base and plus tests, not of {bench} alone",
            hint="leave out --bench: the base tests fill a column of their own",
        )
    results = _checked(file)
    rows = {task_id: list(_rows(task, file, task_id)) for task_id, task in results.eval.items()}
    remarks = []
    has_plus = {row.plus_status is not None for samples in rows.values() for row in samples}
    if len(has_plus) > 1:
        raise InputError(f"{file.path} has plus tests for a part of its samples only", hint="run EvalPlus again")
    benchmark = benchmark_by_md5(list(rows), results.hash, bench, file.path)
    if benchmark.is_plus and has_plus == {False}:
        benchmark = base_half(benchmark)
        remarks.append(f"only the base tests were run: it fills the column {benchmark.name} and no other")
    if not results.hash:
        remarks.append(f"the file does not say which data it is about; taken for {benchmark.name} {benchmark.version}")
    if not any(row.solution for samples in rows.values() for row in samples):
        remarks.append("the file holds no programs (an older EvalPlus wrote it)")
    inputs = _Inputs(benchmark)
    verdicts = [
        _verdict(task_id, number, row, inputs)
        for task_id, samples in rows.items()
        for number, row in enumerate(samples)
    ]
    named, generation = _from_name(file)
    return ImportedRun(
        tool=TOOL,
        path=file.path,
        sha256=file.sha256,
        model=model or named,
        benchmark=benchmark,
        verdicts=verdicts,
        completions=[Completion(v.task_id, v.sample_index, v.solution) for v in verdicts if v.solution],
        finished_utc=_date(results.date) or file.modified_utc,
        generation=generation,
        remarks=remarks,
    )


def _checked(file: ForeignFile) -> _Results:
    plain = json_of(file)
    if not is_evalplus(plain):
        raise InputError(f"{file.path} is no EvalPlus result file: it has no object 'eval'")
    try:
        results = _Results.model_validate(plain)
    except ValidationError as error:
        raise InputError(f"{file.path} is no EvalPlus result file: {first_problem(error.errors())}") from None
    empty = [task_id for task_id, task in results.eval.items() if not (task.base if isinstance(task, _Task) else task)]
    if empty or not results.eval:
        what = f"task {empty[0]!r} has no sample" if empty else "it holds no task"
        raise InputError(f"{file.path}: {what}", hint="EvalPlus did not finish: run it again")
    return results


def _rows(task: list[_Row] | _Task, file: ForeignFile, task_id: str) -> Iterator[_Row]:
    if isinstance(task, _Task):
        if task.plus and len(task.plus) != len(task.base):
            raise InputError(f"{file.path}: {task_id!r} has {len(task.base)} base and {len(task.plus)} plus results")
        found = [
            _Row(base_status=base, plus_status=task.plus[number][0] if task.plus else None)
            for number, (base, _) in enumerate(task.base)
        ]
    else:
        found = task
    for number, row in enumerate(found):
        for status in (row.base_status, row.plus_status):
            if status is not None and status not in STATUSES:
                raise InputError(
                    f"{file.path}: {task_id!r} sample {number}: unknown status {status!r}",
                    hint=f"one of: {', '.join(STATUSES)}",
                )
        yield row


def _verdict(task_id: str, number: int, row: _Row, inputs: _Inputs) -> Verdict:
    base = STATUSES[row.base_status]
    plus = STATUSES[row.plus_status] if row.plus_status is not None else None
    base_failed, base_shown = inputs.first(task_id, "base", row.base_fail_tests)
    plus_failed, plus_shown = inputs.first(task_id, "plus", row.plus_fail_tests)
    return Verdict(
        task_id=task_id,
        sample_index=number,
        status=base if base is not Status.PASS or plus is None else plus,
        solution=row.solution,
        base_status=base,
        plus_status=plus,
        failing_input=base_shown or plus_shown,
        base_failed_test=base_failed,
        plus_failed_test=plus_failed,
    )


@dataclass(frozen=True)
class _Inputs:
    """Finds the tests that EvalPlus names by their input, where the benchmark's data is here."""

    benchmark: Benchmark
    _places: dict[tuple[str, str], Mapping[str, int]] = field(default_factory=dict)

    def first(self, task_id: str, part: str, failed: list[Any] | None) -> tuple[int | None, str | None]:
        """Give the place of the first failing test, and its input as a call."""
        task = self.benchmark.tasks[task_id]
        if not failed or not isinstance(failed[0], list):
            return None, None
        is_mbpp = task.family == "mbpp" and self.benchmark.name in ENTRIES
        if (task_id, part) not in self._places:
            self._places[task_id, part] = _places(task, part, is_mbpp)
        arguments = failed[0]
        if is_mbpp:
            with contextlib.suppress(TypeError, ValueError):  # then it is shown as the file has it
                arguments = decode_inputs(task_id, [arguments])[0]
        shown = f"{task.entry_point or 'candidate'}({', '.join(shorten(argument) for argument in arguments)})"
        return self._places[task_id, part].get(json.dumps(failed[0])), shortened(shown, 300)


def _places(task: Task, part: str, is_mbpp: bool) -> Mapping[str, int]:
    inputs = task.base_input if part == "base" else task.plus_input
    if is_mbpp:
        inputs = encode_inputs(task.task_id, inputs)
    places: dict[str, int] = {}
    for number, arguments in enumerate(inputs):
        places.setdefault(json.dumps(arguments, default=str), number)
    return places


_NAME = re.compile(r"(?P<model>.+?)_(?P<backend>[a-z0-9]+)_temp_(?P<temperature>\d+(?:\.\d+)?)(?P<rest>.*)")


def _from_name(file: ForeignFile) -> tuple[str, Mapping[str, float | int | str] | None]:
    """Read `<org>--<model>_<backend>_temp_<T>` out of the file's (or its folder's) name."""
    stem = re.sub(r"[._]?eval_results\.json(\.gz)?$", "", file.path.name)
    stem = (stem or file.path.absolute().parent.name).removesuffix("-sanitized")
    match = _NAME.fullmatch(stem)
    if not match:
        return model_from_file_name(stem), None
    return model_from_file_name(match["model"]), {"temperature": float(match["temperature"])}


def _date(text: str) -> str:
    """EvalPlus writes its machine's own time, to the minute."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M").strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return ""
