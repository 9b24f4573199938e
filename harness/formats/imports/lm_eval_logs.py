"""lm-evaluation-harness's sample logs: `samples_<task>_<time>.jsonl`, with `results_<time>.json` beside.

One row a task and filter: the question whole (`doc`), what came (`resps`), the programs made of it (`filtered_resps`),
and pass@k of the task. How many of the programs passed follows from pass@k; which of several did is not in the log.

Covers its HumanEval, MBPP, HumanEval+ and MBPP+ tasks, and any other one whose metric is pass@k under its own name. Its
plus tasks run base and plus tests as one program, so they fill the plus column only, and over data of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.benchmarks.registry import ENTRIES
from harness.errors import InputError, nearest
from harness.formats.imports.imported import ForeignFile, ImportedRun, json_of, model_from_file_name, utc
from harness.formats.imports.known_data import loaded, questions_sha256, stub
from harness.formats.jsonl import Row, rows
from harness.formats.record_json import first_problem
from harness.grading.pass_at_k import pass_at_k
from harness.records import Benchmark, Completion, Status, Verdict

TOOL = "lm-eval sample log"

BENCHMARKS = {"humaneval_plus": "humaneval+", "mbpp_plus": "mbpp+", "humaneval": "humaneval", "mbpp": "mbpp-500"}
"""By how the task's name begins, the longer first. Its `mbpp` is the original test split of 500 tasks."""

_FILE_NAME = re.compile(r"samples_(?P<task>.+)_(?P<time>\d{4}-\d\d-\d\dT[\d.-]+)\.jsonl(\.gz)?")
_METRIC = re.compile(r"pass(?:@|_at_)(\d+)")


class _Row(BaseModel):
    """One task under one filter; the metrics are among its extra fields."""

    model_config = ConfigDict(extra="allow")

    doc_id: int
    doc: dict[str, Any]
    resps: list[Any]
    filtered_resps: list[Any]
    filter: str = ""


class _Summary(BaseModel):
    """What the results file beside knows more."""

    model_config = ConfigDict(populate_by_name=True)

    configs: dict[str, dict[str, Any]] = {}
    config: dict[str, Any] = {}
    n_samples: dict[str, dict[str, int]] = Field({}, alias="n-samples")
    date: float | None = None
    model_name: str | None = None
    chat_template_sha: str | None = None


@dataclass(frozen=True)
class _Log:
    """The rows of one file, and what is known about them."""

    file: ForeignFile
    task: str
    rows: Sequence[_Row]
    summary: _Summary


def is_lm_eval_row(row: Row) -> bool:
    """Tell whether a row is one of lm-eval's sample logs.

    Args:
        row: The first of a file.

    Example:
        >>> is_lm_eval_row({"doc_id": 0, "doc": {}, "resps": [], "filtered_resps": []})
        True
    """
    return {"doc_id", "doc", "resps", "filtered_resps"} <= row.keys()


def is_lm_eval_summary(plain: object) -> bool:
    """Tell whether decoded JSON is lm-eval's results file.

    Args:
        plain: The decoded file.

    Example:
        >>> is_lm_eval_summary({"results": {}, "configs": {}})
        True
    """
    return isinstance(plain, dict) and isinstance(plain.get("results"), dict) and "configs" in plain


def read(
    file: ForeignFile, summaries: Sequence[ForeignFile], *, model: str = "", bench: str = ""
) -> Iterator[ImportedRun]:
    """Read one sample log: a run for each filter in it.

    Args:
        file: The log.
        summaries: lm-eval's results files that lie beside it.
        model: Who answered; empty takes it out of the results file, or the folder's name.
        bench: Which benchmark; empty takes it out of the file's name.

    Raises:
        InputError: A row is wrong, or how many of its samples passed can not be told.
    """
    log = _log(file, summaries, bench)
    benchmark, remarks = _benchmark(log, bench)
    for name in dict.fromkeys(row.filter for row in log.rows):
        chosen = [row for row in log.rows if row.filter == name]
        graded = [pair for row in chosen for pair in _graded(row, file)]
        verdicts = [verdict for verdict, _ in graded]
        blurred = sum(verdict.error == _BLURRED for verdict in verdicts)
        more = [f"which of a task's samples passed is not in the log ({blurred} verdicts)"] if blurred else []
        yield ImportedRun(
            tool=TOOL,
            path=file.path,
            sha256=file.sha256,
            model=model or _model(log),
            benchmark=benchmark,
            verdicts=verdicts,
            completions=[completion for _, completion in graded if completion.text],
            finished_utc=_time(log),
            extraction=f"lm-eval {name}".rstrip(),
            prompt_style=_prompt_style(log),
            template_sha256=log.summary.chat_template_sha,
            generation=_generation(log),
            remarks=[*remarks, *more],
        )


def _log(file: ForeignFile, summaries: Sequence[ForeignFile], bench: str) -> _Log:
    match = _FILE_NAME.fullmatch(file.path.name)
    checked = []
    for number, plain in rows(file.data, file.path):
        try:
            checked.append(_Row.model_validate(plain))
        except ValidationError as error:
            raise InputError(
                f"{file.path} line {number} is no row of lm-eval: {first_problem(error.errors())}"
            ) from None
    if not match and not bench:
        raise InputError(
            f"{file.path} does not say which task it is about: lm-eval names it samples_<task>_<time>.jsonl",
            hint="give the file its name back, or --bench NAME",
        )
    beside = [summary for summary in summaries if match and match["time"] in summary.path.name]
    summary = _Summary.model_validate({})
    if beside:
        try:
            summary = _Summary.model_validate(json_of(beside[0]))
        except ValidationError as error:
            raise InputError(
                f"{beside[0].path} is no results file of lm-eval: {first_problem(error.errors())}"
            ) from None
    return _Log(file, match["task"] if match else "", checked, summary)


def _benchmark(log: _Log, bench: str) -> tuple[Benchmark, list[str]]:
    """The questions are in the log: they are ours if each is word for word in our data, else they are their own."""
    prefix = next((prefix for prefix in BENCHMARKS if log.task.startswith(prefix)), "")
    name = bench or BENCHMARKS.get(prefix, log.task)
    docs = {_task_id(row.doc): row.doc for row in log.rows}
    if bench and bench not in ENTRIES:
        raise InputError(f"no benchmark named {bench!r}", hint=nearest(bench, ENTRIES))
    ours = loaded(name)
    if ours and not ours.is_plus and all(_is_ours(ours, task_id, doc) for task_id, doc in docs.items()):
        return ours, []
    if not bench and prefix and name in ("humaneval", "mbpp-500") and ours:
        name = log.task  # as in mbpp_instruct_sanitized: other questions, so another name
    asked = log.summary.n_samples.get(log.task, {}).get("original", 0)
    sha256 = questions_sha256(docs.values())
    made = stub(name, sha256[:12], sha256, docs, asked)
    alone = Benchmark(name, made.version, sha256, made.tasks, base_name=name)
    return alone, ["its questions or tests are not those of our data, so it gets a column of its own"]


def _is_ours(ours: Benchmark, task_id: str, doc: Mapping[str, Any]) -> bool:
    task = ours.tasks.get(task_id)
    if task is None:
        return False
    if task.kind == "check":
        return (task.prompt, task.test) == (doc.get("prompt"), doc.get("test"))
    asserts = doc.get("test_list")
    plain = [str(line).replace("\r\n", "\n").replace("\r", "\n").strip() for line in asserts or ()]
    return task.kind == "asserts" and "\n".join(plain) + "\n" == task.test


def _task_id(doc: Mapping[str, Any]) -> str:
    given = doc.get("task_id", doc.get("name"))
    if isinstance(given, int):
        return f"Mbpp/{given}"  # MBPP numbers its tasks
    if isinstance(given, str):
        return given
    raise InputError("a row of the log has a question without task_id", hint="fuseval imports code benchmarks only")


_BLURRED = "the log does not say which of the task's samples passed"


def _graded(row: _Row, file: ForeignFile) -> Iterator[tuple[Verdict, Completion]]:
    task_id = _task_id(row.doc)
    programs, said = list(_texts(row.filtered_resps)), list(_texts(row.resps))
    passed = _passed(row, len(programs), f"{file.path}: {task_id!r}")
    is_blurred = 0 < passed < len(programs)
    for number, program in enumerate(programs):
        status = Status.PASS if number < passed else Status.FAIL
        yield (
            Verdict(
                task_id=task_id,
                sample_index=number,
                status=status,
                # A program beside a verdict that may be another one's would mislead.
                solution="" if is_blurred else program,
                rule=f"lm-eval {row.filter}".rstrip(),
                base_status=status,
                error=_BLURRED if is_blurred else None,
            ),
            Completion(task_id, number, said[number] if number < len(said) else "", "raw"),
        )


def _texts(value: object) -> Iterator[str]:
    """The texts of lists in lists, which lm-eval nests by request and repeat."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _passed(row: _Row, n: int, where: str) -> int:
    """How many of n samples passed: the count that gives every pass@k in the row."""
    metrics = {
        int(match[1]): value
        for name, value in (row.model_extra or {}).items()
        if (match := _METRIC.fullmatch(name)) and isinstance(value, int | float)
    }
    if not metrics or not n:
        raise InputError(
            f"{where} has {'no pass@k' if n else 'no sample'}",
            hint="fuseval imports tasks that are scored by pass@k, as humaneval and mbpp are",
        )
    possible = [
        c
        for c in range(n + 1)
        if all((value := pass_at_k(n, c, k)) is not None and abs(value - seen) < 1e-6 for k, seen in metrics.items())
    ]
    if len(possible) != 1:
        shown = ", ".join(f"pass@{k} {value}" for k, value in metrics.items())
        raise InputError(
            f"{where}: how many of {n} samples passed does not follow from {shown}",
            hint="log pass@1 too: `k: [1, …]` in the task's configuration" if possible else "the file was edited",
        )
    return possible[0]


def _model(log: _Log) -> str:
    name = log.summary.model_name
    if not name:
        match = re.search(r"(?:pretrained|model|path|engine)=([^,]+)", str(log.summary.config.get("model_args", "")))
        name = match[1] if match else ""
    return name or model_from_file_name(log.file.path.absolute().parent.name)


def _time(log: _Log) -> str:
    if log.summary.date is not None:
        return utc(log.summary.date)
    match = _FILE_NAME.fullmatch(log.file.path.name)
    if not match:
        return log.file.modified_utc
    moment = datetime.strptime(match["time"][:19], "%Y-%m-%dT%H-%M-%S").replace(tzinfo=UTC)
    return utc(moment.timestamp())


def _prompt_style(log: _Log) -> str:
    shots = log.summary.configs.get(log.task, {}).get("num_fewshot")
    parts = ["lm-eval", log.task, f"{shots}-shot" if isinstance(shots, int) else ""]
    return " ".join([*filter(None, parts), *(["chat"] if log.summary.chat_template_sha else [])])


def _generation(log: _Log) -> Mapping[str, float | int | str] | None:
    settings = log.summary.configs.get(log.task, {}).get("generation_kwargs") or {}
    known: dict[str, float | int | str] = {
        name: settings[name]
        for name in ("temperature", "top_p", "top_k", "max_gen_toks")
        if isinstance(settings.get(name), int | float)
    }
    if settings.get("do_sample") is False:
        known["temperature"] = 0  # greedy, whatever else is written there
    return known or None
