"""Which tool wrote a file, told by its content; names only decide which files of a folder are looked at."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from harness.errors import InputError, nearest
from harness.formats.imports import (
    bigcode_files,
    evalplus_results,
    human_eval_results,
    lm_eval_logs,
    multipl_e_results,
    published_tables,
)
from harness.formats.imports.imported import ForeignFile, Imported, json_of, read_foreign
from harness.formats.jsonl import Row, no_such_file, rows

FORMATS = {
    "evalplus": evalplus_results.TOOL,
    "human-eval": human_eval_results.TOOL,
    "multipl-e": multipl_e_results.TOOL,
    "lm-eval": lm_eval_logs.TOOL,
    "bigcode": "files of bigcode-evaluation-harness",
    "table": published_tables.TOOL,
}
"""What can be imported, and in words."""

ENDINGS = (".json", ".jsonl", ".json.gz", ".jsonl.gz")
"""Files of a folder that are looked at."""

_log = logging.getLogger(__name__)


class Reading(NamedTuple):
    """What was found, and what it was taken for."""

    format: str
    imported: list[Imported]


@dataclass
class _Sorted:
    """Files by what they are. The supplements are no results themselves but say more about those beside them."""

    results: dict[str, list[ForeignFile]] = field(default_factory=dict)
    supplements: dict[str, list[ForeignFile]] = field(default_factory=dict)
    unknown: list[ForeignFile] = field(default_factory=list)


def read(path: Path, *, format_name: str = "", model: str = "", bench: str = "") -> Reading:
    """Read a file or folder that another tool wrote; nothing is written.

    Args:
        path: The file or folder.
        format_name: One of `FORMATS`; empty tells it by the content.
        model: Who answered; empty takes what the files say.
        bench: Which benchmark; empty takes what the files say.

    Raises:
        InputError: It is no file of a known tool, damaged, or several tools' files lie together.
        EnvironmentLacking: What is read needs a benchmark's data that is not on this machine.
    """
    if format_name and format_name not in FORMATS:
        raise InputError(f"no import format {format_name!r}", hint=nearest(format_name, FORMATS))
    if not path.exists():
        raise no_such_file(path)
    found = _sorted(_files(path), format_name)
    if len(found.results) > 1:
        kinds = ", ".join(f"{FORMATS[name]} ({files[0].path.name})" for name, files in sorted(found.results.items()))
        raise InputError(f"{path} mixes files of several tools: {kinds}", hint="import one of the files")
    if not found.results:
        raise _nothing(path, found)
    for file in found.unknown:
        _log.warning("%s is passed over: fuseval knows no tool that writes such a file", file.path)
    name = next(iter(found.results))
    if name == "table" and (model or bench):
        raise InputError(f"{path} is a table of many models", hint="leave out --model and --bench")
    return Reading(name, list(_read(path, found, model=model, bench=bench)))


def _read(path: Path, found: _Sorted, *, model: str, bench: str) -> Iterator[Imported]:
    """Read files that are all of one format."""
    name, files = next(iter(found.results.items()))
    beside = found.supplements.get(name, []) or _siblings(name, path)
    if name == "multipl-e":
        yield multipl_e_results.read(path, files, model=model, bench=bench)
        return
    for file in files:
        if name == "evalplus":
            yield evalplus_results.read(file, model=model, bench=bench)
        elif name == "human-eval":
            yield human_eval_results.read(file, model=model, bench=bench)
        elif name == "lm-eval":
            yield from lm_eval_logs.read(file, beside, model=model, bench=bench)
        elif name == "table":
            yield published_tables.read(file)
        elif bigcode_files.is_results(file.plain):
            yield bigcode_files.read_results(file, model=model)
        else:
            results = [other for other in (*files, *beside) if bigcode_files.is_results(other.plain)]
            yield bigcode_files.read_generations(file, results, model=model, bench=bench)


def _files(path: Path) -> Iterator[ForeignFile]:
    if path.is_file():
        yield read_foreign(path)
        return
    names = sorted(item for item in path.iterdir() if item.is_file() and not item.name.startswith("."))
    chosen = [item for item in names if item.name.endswith(ENDINGS)]
    if not chosen:
        raise InputError(f"{path} holds no file that could be a result", hint=f"looked for {', '.join(ENDINGS)}")
    for item in chosen:
        yield read_foreign(item)


def _sorted(files: Iterator[ForeignFile], format_name: str) -> _Sorted:
    found = _Sorted()
    for file in files:
        name, is_result = (format_name, True) if format_name else _kind(file)
        if not name:
            found.unknown.append(file)
        else:
            (found.results if is_result else found.supplements).setdefault(name, []).append(file)
    return found


def _kind(file: ForeignFile) -> tuple[str, bool]:
    """The format of one file, and whether it holds results; an empty name for what nobody knows."""
    plain = file.plain
    if plain is not None:
        if evalplus_results.is_evalplus(plain):
            return "evalplus", True
        if multipl_e_results.is_multipl_e(plain):
            return "multipl-e", True
        if lm_eval_logs.is_lm_eval_summary(plain):
            return "lm-eval", False
        if bigcode_files.is_results(plain) or bigcode_files.is_generations(plain):
            return "bigcode", True
        if published_tables.is_board(plain) or published_tables.is_paper_table(plain):
            return "table", True
        if isinstance(plain, list) and all(isinstance(text, str) for text in plain):
            return "bigcode", False  # references_<task>.json
    first = _first_row(file)
    if first is None:
        return "", False
    if lm_eval_logs.is_lm_eval_row(first):
        return "lm-eval", True
    if human_eval_results.is_human_eval(first):
        return "human-eval", True
    return ("samples", False) if _is_sample(first) else ("", False)


def _first_row(file: ForeignFile) -> Row | None:
    try:
        return next((row for _, row in rows(file.data, file.path)), None)
    except InputError:
        return None


def _is_sample(row: Row) -> bool:
    return "task_id" in row and bool({"solution", "completion"} & row.keys())


_BESIDE = {"lm-eval": "*results_*.json", "bigcode": "*evaluation_results*.json"}
"""What lies beside a single file and says more about it."""


def _siblings(name: str, path: Path) -> list[ForeignFile]:
    if path.is_dir() or name not in _BESIDE:
        return []
    return [read_foreign(other) for other in sorted(path.absolute().parent.glob(_BESIDE[name])) if other != path]


def _nothing(path: Path, found: _Sorted) -> InputError:
    """Say why there is nothing to import, as near to the cause as the content tells."""
    if "samples" in found.supplements:
        samples = found.supplements["samples"][0].path
        return InputError(
            f"{samples} holds samples without verdicts: there is nothing to import",
            hint=f"score them: fuseval score --samples {samples} --bench humaneval+",
        )
    if "lm-eval" in found.supplements:
        return InputError(
            f"{found.supplements['lm-eval'][0].path} holds lm-eval's averages, not what came of the tasks",
            hint="import the samples_<task>_<time>.jsonl beside it; lm-eval writes it with --log_samples",
        )
    # A file that begins as JSON and ends too early is named as that.
    for file in found.unknown:
        if file.data.lstrip().startswith((b"{", b"[")) and file.plain is None and _first_row(file) is None:
            try:
                json_of(file)
            except InputError as error:
                return error
    return InputError(
        f"{path} is in no format that fuseval imports",
        hint=f"it imports {', '.join(FORMATS.values())}; --format {'|'.join(FORMATS)} says which",
    )
