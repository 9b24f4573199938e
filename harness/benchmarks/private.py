"""A benchmark of one's own: a .jsonl or .jsonl.gz file in EvalPlus's format, checked row by row before anything runs.

    task_id, prompt, entry_point, canonical_solution     always
    base_input, plus_input, atol                         tests as calls: one list of arguments a test
    test                                                 without base_input: a program that defines check(candidate)
    family                                               "humaneval" (default) or "mbpp": whose special oracles apply

Inputs are what JSON can hold; EvalPlus's rules for MBPP's tuples apply to its own files only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.benchmarks.python_source import defines
from harness.errors import InputError
from harness.formats.jsonl import Row, read_bytes, rows
from harness.formats.record_json import first_problem
from harness.records import Benchmark, Family, Task


class PrivateRow(BaseModel):
    """One row of a private benchmark file; fields it does not name are passed over."""

    model_config = ConfigDict(strict=True)

    task_id: Annotated[str, Field(min_length=1)]
    prompt: str
    entry_point: Annotated[str, Field(pattern=r"^[^\W\d]\w*$")]
    canonical_solution: str
    base_input: list[list[object]] = []
    plus_input: list[list[object]] = []
    atol: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    test: str = ""
    family: Family = "humaneval"


def load_file(path: Path, *, reserved: Container[str] = ()) -> Benchmark:
    r"""Load a private benchmark.

    Args:
        path: The file.
        reserved: Names that belong to public benchmarks; a file named like one is called `private-<name>`, so that its
            runs are never taken for the public one's.

    Raises:
        InputError: There is no such file, or a row is wrong; the line and the field are named.

    Example:
        >>> import json, tempfile
        >>> row = dict(task_id="My/0", prompt="def inc(x):\n", entry_point="inc",
        ...            canonical_solution="    return x + 1\n", base_input=[[1], [2]])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "mine.jsonl")
        ...     _ = file.write_text(json.dumps(row))
        ...     benchmark = load_file(file)
        >>> benchmark.name, benchmark.is_plus, benchmark.tasks["My/0"].kind
        ('mine', False, 'calls')
    """
    data = read_bytes(path)
    tasks: dict[str, Task] = {}
    line_of: dict[str, int] = {}
    for number, row in rows(data, path):
        task = _task(row, f"{path} line {number}")
        if task.task_id in tasks:
            raise InputError(
                f"{path} line {number}: task_id {task.task_id!r} is already on line {line_of[task.task_id]}"
            )
        tasks[task.task_id] = task
        line_of[task.task_id] = number
    if not tasks:
        raise InputError(f"{path} holds no task", hint="one JSON object a line, in EvalPlus's format")
    stem = path.name.removesuffix(".gz").removesuffix(".jsonl").removesuffix(".json") or path.name
    name = f"private-{stem}" if stem in reserved else stem
    is_plus = any(task.plus_input for task in tasks.values())
    sha256 = hashlib.sha256(data).hexdigest()
    return Benchmark(
        name=name,
        version=sha256[:12],
        sha256=sha256,
        tasks=tasks,
        is_plus=is_plus,
        base_name=f"{name}-base" if is_plus else name,
        source=str(path),
    )


def _task(row: Row, where: str) -> Task:
    try:
        checked = PrivateRow.model_validate(row)
    except ValidationError as error:
        raise InputError(f"{where}: {first_problem(error.errors())}") from None
    has_calls = bool(checked.base_input or checked.plus_input)
    if not has_calls and not checked.test:
        raise InputError(
            f"{where}: task {checked.task_id!r} has no test",
            hint="give base_input (one list of arguments a test) or test (a program that defines check(candidate))",
        )
    if not checked.base_input and checked.plus_input:
        raise InputError(f"{where}: field 'base_input': plus_input adds to it, so it can not be empty")
    task = Task(
        task_id=checked.task_id,
        prompt=checked.prompt,
        entry_point=checked.entry_point,
        canonical_solution=checked.canonical_solution,
        base_input=checked.base_input,
        plus_input=checked.plus_input,
        atol=checked.atol,
        family=checked.family,
        kind="calls" if has_calls else "check",
        test=checked.test,
    )
    # A reference that can not run would turn every sample of the task into trouble of the harness.
    _must_define(task.reference, task.entry_point, f"{where}: prompt + canonical_solution")
    if task.kind == "check":
        _must_define(task.test, "check", f"{where}: field 'test'")
    return task


def _must_define(code: str, name: str, what: str) -> None:
    try:
        is_defined = defines(code, name)
    except (SyntaxError, ValueError) as error:
        raise InputError(f"{what} is no Python: {error}") from None
    if not is_defined:
        raise InputError(f"{what} does not define {name!r}")
