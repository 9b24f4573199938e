"""MultiPL-E's results: a folder with one `<problem>.results.json.gz` a task.

    {"name", "language", "temperature", "top_p", "max_tokens", "prompt", "tests",
     "results": [{"program", "timestamp", "stdout", "stderr", "exit_code", "status"}]}

A sample passed if its status is OK and its exit code 0, as MultiPL-E's own pass_k.py counts. Beside them may lie the
`<problem>.json.gz` with the completions; one that has no results yet was not executed and counts as skipped.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ValidationError

from harness.benchmarks import data_files
from harness.benchmarks.data_files import DataFile
from harness.errors import InputError
from harness.formats.imports.imported import ForeignFile, ImportedRun, json_of, utc
from harness.formats.imports.known_data import questions_sha256, stub
from harness.formats.jsonl import read_bytes, rows, shortened
from harness.formats.record_json import first_problem
from harness.records import Benchmark, Completion, Status, Verdict

TOOL = "MultiPL-E result folder"

STATUSES = {"Timeout": Status.TIMEOUT, "SyntaxError": Status.SYNTAX_ERROR}
"""All others but OK are failures."""

BENCHMARKS = {"HumanEval": ("multipl-e", "humaneval"), "mbpp": ("multipl-e-mbpp", "mbpp")}
"""By how a task's name begins: our name before the language, and MultiPL-E's name of the data file."""


class _Result(BaseModel):
    """One executed program."""

    program: str
    status: str
    exit_code: int
    stdout: str = ""
    stderr: str = ""
    timestamp: float | None = None


class _Problem(BaseModel):
    """One file."""

    name: str
    language: str
    prompt: str
    tests: str
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    results: list[_Result] | None = None
    completions: list[str] | None = None


def is_multipl_e(plain: object) -> bool:
    """Tell whether decoded JSON is one of MultiPL-E's files, before or after execution.

    Args:
        plain: The decoded file.

    Example:
        >>> is_multipl_e({"name": "HumanEval_0_f", "language": "rkt", "prompt": "", "tests": "", "results": []})
        True
    """
    if not isinstance(plain, dict):
        return False
    return {"name", "language", "prompt", "tests"} <= plain.keys() and bool({"results", "completions"} & plain.keys())


def read(folder: Path, files: Sequence[ForeignFile], *, model: str = "", bench: str = "") -> ImportedRun:
    """Read the files of one folder.

    Args:
        folder: Where they lie, whose name says the model; or one of them.
        files: Those that are MultiPL-E's, by name.
        model: Who answered; empty takes it out of the folder's name.
        bench: A name to check the folder against; empty takes what it holds.

    Raises:
        InputError: A file is damaged, none was executed, or they are of several languages or benchmarks.
    """
    problems = [_checked(file) for file in files]
    executed = {problem.name: problem for problem in problems if problem.results is not None}
    if not executed:
        raise InputError(
            f"{folder} holds completions that were not executed yet: no .results.json.gz",
            hint="run MultiPL-E's evaluation container on it first",
        )
    asked = {problem.name: problem for problem in [*problems, *executed.values()]}
    name, data_name = _benchmark_name(asked.values(), folder)
    if bench and bench != name:
        raise InputError(f"{folder} is of {name}, not of {bench}", hint=f"--bench {name}, or leave it out")
    benchmark, remarks = _benchmark(name, data_name, list(asked.values()))
    completions = {problem.name: problem.completions for problem in problems if problem.completions}
    verdicts = [verdict for problem in executed.values() for verdict in _verdicts(problem)]
    stamps = [result.timestamp for problem in executed.values() for result in problem.results or () if result.timestamp]
    first = next(iter(executed.values()))
    settings = {"temperature": first.temperature, "top_p": first.top_p, "max_tokens": first.max_tokens}
    return ImportedRun(
        tool=TOOL,
        path=folder,
        sha256=files[0].sha256 if folder.is_file() else _folder_sha256(files),
        model=model or _model(folder),
        benchmark=benchmark,
        verdicts=verdicts,
        completions=[
            Completion(verdict.task_id, verdict.sample_index, said[verdict.sample_index], "completion")
            for verdict in verdicts
            if verdict.sample_index < len(said := completions.get(verdict.task_id, []))
        ],
        finished_utc=utc(max(stamps)) if stamps else max(file.modified_utc for file in files),
        generation={key: value for key, value in settings.items() if value is not None} or None,
        remarks=remarks,
    )


def _checked(file: ForeignFile) -> _Problem:
    plain = json_of(file)
    if not is_multipl_e(plain):
        raise InputError(f"{file.path} is no file of MultiPL-E")
    try:
        problem = _Problem.model_validate(plain)
    except ValidationError as error:
        raise InputError(f"{file.path} is no file of MultiPL-E: {first_problem(error.errors())}") from None
    if problem.results == []:
        raise InputError(f"{file.path} holds no result", hint="execute it again, or remove it")
    return problem


def _benchmark_name(problems: Iterable[_Problem], folder: Path) -> tuple[str, str]:
    found = set()
    for problem in problems:
        family = problem.name.partition("_")[0]
        if family not in BENCHMARKS:
            raise InputError(
                f"{folder}: task id {problem.name!r} is of no benchmark that fuseval knows",
                hint="MultiPL-E's tasks are named HumanEval_… and mbpp_…",
            )
        name, data_name = BENCHMARKS[family]
        language = problem.language.removesuffix("_test.go")  # Go's files name their type
        found.add((f"{name}:{language}", f"{data_name}-{language}"))
    if len(found) > 1:
        names = " and ".join(sorted(name for name, _ in found))
        raise InputError(f"{folder} mixes {names}", hint="import one folder a language and benchmark")
    return found.pop()


def _benchmark(name: str, data_name: str, problems: Sequence[_Problem]) -> tuple[Benchmark, list[str]]:
    """The questions are in the files: they are ours if each is word for word in our data, else they are their own."""
    place = data_files.find(DataFile(f"multipl_e/{data_name}.jsonl.gz", "", "", ""))
    ours: dict[object, tuple[object, object]] = {}
    if place is not None:
        data = read_bytes(place)
        ours = {row["name"]: (row.get("prompt"), row.get("tests")) for _, row in rows(data, place)}
        if all(ours.get(problem.name) == (problem.prompt, problem.tests) for problem in problems):
            sha256 = hashlib.sha256(data).hexdigest()
            return stub(name, sha256[:12], sha256, map(str, ours)), []
    sha256 = questions_sha256(
        {"name": problem.name, "prompt": problem.prompt, "tests": problem.tests} for problem in problems
    )
    names = [problem.name for problem in problems]
    if ours:
        return stub(name, sha256[:12], sha256, {**dict.fromkeys(map(str, ours)), **dict.fromkeys(names)}), [
            f"its prompts or tests are not those of {place}, so it gets a column of its own"
        ]
    return stub(name, sha256[:12], sha256, names), [
        f"the data of {name} is not here, so that a missing task can not be noticed"
    ]


def _verdicts(problem: _Problem) -> Iterator[Verdict]:
    for number, result in enumerate(problem.results or ()):
        is_pass = result.status == "OK" and result.exit_code == 0
        status = Status.PASS if is_pass else STATUSES.get(result.status, Status.FAIL)
        said = (result.stderr.strip() or result.stdout.strip()) if not is_pass else ""
        error = f"{result.status}, exit code {result.exit_code}" + (f": {said}" if said else "")
        yield Verdict(
            task_id=problem.name,
            sample_index=number,
            status=status,
            # What ran was prompt, completion and tests; the last are no part of the answer.
            solution=result.program.removesuffix(problem.tests).removesuffix("\n"),
            error=None if is_pass else shortened(error, 300),
        )


_FOLDER_NAME = re.compile(r"(humaneval|mbpp)-[a-z_.]+-(?P<model>.+?)-(?P<temperature>\d+(\.\d+)?)-\w+")


def _model(folder: Path) -> str:
    """Read the model out of `humaneval-rkt-model-0.2-reworded`, the form of MultiPL-E's folders."""
    given = folder.absolute().parent.name if folder.is_file() else folder.absolute().name
    match = _FOLDER_NAME.fullmatch(given)
    return match["model"] if match else given


def _folder_sha256(files: Sequence[ForeignFile]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.path.name):
        digest.update(f"{file.path.name}\0{file.sha256}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
