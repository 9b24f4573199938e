"""Journals: one JSON line for each thing that happened, written as it happens, so that a kill loses at most the last.

A writer that dies leaves at most one torn line at the end. Reading drops it with a warning, and opening the journal
again cuts it off before anything is appended, so what it stood for is simply done again. A damaged line anywhere else
was not left by a dying writer, and is an error.
"""

from __future__ import annotations

import fcntl
import logging
from pathlib import Path
from typing import BinaryIO, TypeVar

from harness.errors import InputError
from harness.formats.record_json import from_plain, load_strictly, to_json
from harness.formats.regular_file import read_regular

Noun = TypeVar("Noun")

_log = logging.getLogger(__name__)


def open_journal(path: Path) -> BinaryIO:
    r"""Open a journal for appending, after cutting off a torn last line.

    Args:
        path: The journal; it and its folder are made if they are missing.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "verdicts.jsonl")
        ...     _ = path.write_bytes(b'{"a": 1}\n{"a": ')
        ...     with open_journal(path) as file:
        ...         append_line(file, {"a": 2})
        ...     path.read_text()
        '{"a": 1}\n{"a": 2}\n'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+b")
    try:
        file.seek(0)
        data = file.read()
        whole = _whole_length(data)
        if whole < len(data):
            _warn_torn(path, data, whole)
            file.truncate(whole)
    except BaseException:
        file.close()
        raise
    return file


def append_line(file: BinaryIO, value: object) -> None:
    r"""Append one noun (or plain data) as one line and hand it to the system at once.

    The line survives the death of this process from then on. Only a power cut can still lose it: a sync for every line
    would cost more than the samples it saves.

    Args:
        file: What `open_journal` gave.
        value: A dataclass of `harness.records`, or plain data.

    Raises:
        OSError: The disk is full; stop, and open the journal again later.

    Example:
        >>> import io
        >>> file = io.BytesIO()
        >>> append_line(file, {"task_id": "Demo/0"})
        >>> file.getvalue()
        b'{"task_id": "Demo/0"}\n'
    """
    file.write(to_json(value).encode("ascii") + b"\n")
    file.flush()


def read_journal(path: Path, noun: type[Noun]) -> list[Noun]:
    """Read every line of a journal, in order; a torn last line is dropped with a warning in the log.

    Args:
        path: The journal; one that is not there is empty.
        noun: The dataclass that each line holds.

    Raises:
        InputError: A line other than the last is damaged, or a newer fuseval wrote it.

    Example:
        >>> from harness.records import Completion
        >>> read_journal(Path("nowhere.jsonl"), Completion)
        []
    """
    try:
        data = read_regular(path)
    except FileNotFoundError:
        return []
    whole = _whole_length(data)
    if whole < len(data):
        _warn_torn(path, data, whole)
    result = []
    for number, line in enumerate(data[:whole].split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            plain = load_strictly(line)
        except (ValueError, RecursionError) as error:
            raise InputError(
                f"{path} line {number} is damaged: {error}", hint="remove that line: what it held is then done again"
            ) from None
        result.append(from_plain(noun, plain, f"{path} line {number}"))
    return result


def _whole_length(data: bytes) -> int:
    """How many bytes hold whole lines: up to the last newline, less a last line that a power cut left as rubbish."""
    end = data.rfind(b"\n") + 1
    start = data.rfind(b"\n", 0, max(end - 1, 0)) + 1
    last = data[start:end]
    if not last.strip():
        return end
    try:
        load_strictly(last)
    except (ValueError, RecursionError):
        return start
    return end


def _warn_torn(path: Path, data: bytes, whole: int) -> None:
    number = data.count(b"\n", 0, whole) + 1
    _log.warning("%s: line %d was cut short when the run stopped; it is dropped and will be done again", path, number)


def lock_journal(journal: BinaryIO, folder: Path) -> None:
    """Keep other processes from writing to the same run as long as the journal is open.

    Args:
        journal: As `open_journal` gave it.
        folder: The run's folder, for the error.

    Raises:
        InputError: Another process has it.
    """
    try:
        fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise InputError(f"another fuseval is working on {folder}", hint="wait for it, or stop it") from None
