"""What a reader of foreign files gives: a run with verdicts, a table of scores without, or samples without either."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from harness.benchmarks.registry import ENTRIES
from harness.errors import InputError
from harness.formats.jsonl import gunzip, no_such_file, shortened, text_of
from harness.formats.reference_file import ReferenceTable
from harness.records import Benchmark, Completion, Verdict


@dataclass(frozen=True)
class ForeignFile:
    """A file as it lies there: its bytes unzipped, and the hash of what `sha256sum` would see."""

    path: Path
    data: bytes
    sha256: str

    @property
    def modified_utc(self) -> str:
        """When the file was last written: the best guess at a run's time where the file does not say it."""
        return utc(self.path.stat().st_mtime)

    @functools.cached_property
    def plain(self) -> object:
        """The decoded JSON of a file that holds one value, None for any other file."""
        try:
            decoded: object = json.loads(self.data)
        except (ValueError, RecursionError):
            return None
        return decoded


@dataclass(frozen=True)
class ImportedRun:
    """One run that another tool made, with a verdict for every sample."""

    tool: str
    """As in "EvalPlus result file"."""
    path: Path
    sha256: str
    model: str
    benchmark: Benchmark
    """What was asked; where the data is not on this machine, its tasks hold nothing but their ids."""
    verdicts: Sequence[Verdict]
    completions: Sequence[Completion]
    finished_utc: str
    extraction: str = "as-is"
    prompt_style: str | None = None
    template_sha256: str | None = None
    generation: Mapping[str, float | int | str] | None = None
    remarks: Sequence[str] = field(default_factory=list)
    """What the person who imports should know, a sentence each."""


@dataclass(frozen=True)
class ImportedTable:
    """Published scores: numbers without verdicts."""

    name: str
    table: ReferenceTable


@dataclass(frozen=True)
class ImportedSamples:
    """Programs without verdicts, to be scored here."""

    path: Path
    model: str
    benchmark: str
    completions: Sequence[Completion]


Imported = ImportedRun | ImportedTable | ImportedSamples


def read_foreign(path: Path) -> ForeignFile:
    """Read a file, unzipped if it is gzip.

    Args:
        path: The file.

    Raises:
        InputError: There is no such file, it can not be read, its gzip stream is cut short, or it holds nothing.
    """
    try:
        stored = path.read_bytes()
    except FileNotFoundError:
        raise no_such_file(path) from None
    except OSError as error:
        raise InputError(f"{path} can not be read: {error.strerror}") from None
    data = gunzip(stored, path)
    if not data.strip():
        raise InputError(f"{path} is empty", hint="write or copy the file again")
    return ForeignFile(path, data, hashlib.sha256(stored).hexdigest())


def json_of(file: ForeignFile) -> object:
    """Decode a file that holds one JSON value.

    Args:
        file: The file as read.

    Raises:
        InputError: It is no JSON; the place is named.
    """
    if file.plain is not None:
        return file.plain
    text = text_of(file.data, file.path)
    try:
        plain: object = json.loads(text)
    except json.JSONDecodeError as error:
        is_cut = error.pos >= len(text.rstrip()) or "Unterminated" in error.msg
        raise InputError(
            f"{file.path} line {error.lineno}, column {error.colno}: not JSON: {error.msg}: "
            f"{shortened(text[error.pos : error.pos + 60]) or 'nothing follows'}",
            hint="the file is cut short: copy it again" if is_cut else "",
        ) from None
    except (ValueError, RecursionError) as error:  # an integer of thousands of digits, or nested too deeply
        raise InputError(f"{file.path}: not JSON that can be read: {error}") from None
    return plain


def utc(seconds: float) -> str:
    """Write a moment as the records do.

    Args:
        seconds: Since 1970.

    Example:
        >>> utc(0)
        '1970-01-01T00:00:00Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def model_from_file_name(name: str) -> str:
    """Turn a file name's form of a model's name into the Hub's, without the benchmark's name at its end.

    Args:
        name: As EvalPlus (`org--model`), lm-eval (`org__model`) and our own exports (`model-humaneval+`) write it.

    Example:
        >>> model_from_file_name("bigcode--starcoder2-15b"), model_from_file_name("meta-llama__Llama-3-8B")
        ('bigcode/starcoder2-15b', 'meta-llama/Llama-3-8B')
        >>> model_from_file_name("my-model-humaneval+")
        'my-model'
    """
    for benchmark in sorted(ENTRIES, key=len, reverse=True):
        if name.endswith(f"-{benchmark}"):
            name = name.removesuffix(f"-{benchmark}")
            break
    for mark in ("--", "__"):
        organisation, found, model = name.partition(mark)
        if found and organisation and model:
            return f"{organisation}/{model}"
    return name
