r"""One JSON object a line, plain or gzipped, read with errors that name the file, the line and the cause.

Covers a gzip file cut short, bytes that are not UTF-8, a byte order mark, Windows line ends, blank lines, lines that
are no JSON or no object. Does not cover what the rows mean: that is the caller's.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from harness.errors import InputError, nearest

GZIP_MAGIC = b"\x1f\x8b"
Row = dict[str, object]


def read_bytes(path: Path) -> bytes:
    """Read a file, unzipped if it is gzip by its first bytes, whatever its name.

    Args:
        path: The file.

    Raises:
        InputError: There is no such file, it can not be read, or its gzip stream is cut short or damaged.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "rows.jsonl.gz")
        ...     _ = file.write_bytes(gzip.compress(b'{"task_id": "Demo/0"}'))
        ...     read_bytes(file)
        b'{"task_id": "Demo/0"}'
    """
    try:
        data = _content(path)
    except FileNotFoundError:
        raise no_such_file(path) from None
    except OSError as error:
        raise InputError(f"{path} can not be read: {error.strerror}") from None
    return gunzip(data, path)


def _content(path: Path) -> bytes:
    """Read all of a file. A named pipe that nobody writes to is empty: a usual open would wait for ever."""
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as handle:
        os.set_blocking(handle.fileno(), True)
        return handle.read()


def gunzip(data: bytes, path: Path) -> bytes:
    """Unzip bytes that start as gzip does, and give back all others as they are.

    Args:
        data: The file's bytes.
        path: The file, for the error.

    Raises:
        InputError: The gzip stream is cut short or damaged.

    Example:
        >>> gunzip(b"plain", Path("rows.jsonl"))
        b'plain'
    """
    if not data.startswith(GZIP_MAGIC):
        return data
    try:
        unzipped = gzip.decompress(data)
    except EOFError:
        raise InputError(
            f"{path} is cut short: its gzip stream ends after {len(data):,} bytes without an end mark",
            hint="copy or download the file again",
        ) from None
    except (zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path} is a damaged gzip file: {error}", hint="copy or download the file again") from None
    if unzipped.startswith(GZIP_MAGIC):
        raise InputError(f"{path} is compressed twice", hint="gunzip it once")
    return unzipped


def no_such_file(path: Path) -> InputError:
    """Build the error for a path that is not there, with the nearest name in its folder.

    Args:
        path: What was asked for.

    Example:
        >>> str(no_such_file(Path("/nowhere/samples.jsonl")))
        'no such file: /nowhere/samples.jsonl (there is no folder /nowhere)'
    """
    if path.is_symlink():
        return InputError(f"no such file: {path} is a link to {path.readlink()}, which is not there")
    if not path.parent.is_dir():
        return InputError(f"no such file: {path} (there is no folder {path.parent})")
    try:
        siblings = [item.name for item in path.parent.iterdir() if not item.name.startswith(".")]
    except OSError:
        siblings = []
    hint = nearest(path.name, siblings) if siblings else f"the folder {path.parent} is empty"
    return InputError(f"no such file: {path}", hint=hint)


def rows(data: bytes, path: Path) -> Iterator[tuple[int, Row]]:
    r"""Give each line's number (from 1) and object; blank lines are passed over.

    Args:
        data: The file's bytes, unzipped.
        path: The file, for errors.

    Raises:
        InputError: The bytes are not UTF-8, a line is no JSON, or its JSON is no object.

    Example:
        >>> list(rows(b'{"a": 1}\n\n{"a": 2}\n', Path("x.jsonl")))
        [(1, {'a': 1}), (3, {'a': 2})]
    """
    # Not splitlines(): a JSON text may hold U+2028 and its like as they are.
    lines = text_of(data, path).split("\n")
    for number, line in enumerate(lines, start=1):
        if not line or line.isspace():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise _not_json(path, number, line, error, is_last=number == len(lines)) from None
        except RecursionError:
            raise InputError(f"{path} line {number}: the JSON is nested too deeply") from None
        if not isinstance(row, dict):
            raise InputError(
                f"{path} line {number}: expected a JSON object, found {_kind(row)}: {shortened(line)}",
                hint='one object a line, as in {"task_id": "HumanEval/0", "solution": "..."}',
            )
        yield number, row


def text_of(data: bytes, path: Path) -> str:
    r"""Decode a text file's bytes as UTF-8, without a byte order mark.

    Args:
        data: The bytes.
        path: The file, for the error.

    Raises:
        InputError: The bytes are not UTF-8; the offset and the line of the first bad byte are named.

    Example:
        >>> text_of(b"\xef\xbb\xbfok", Path("x.py"))
        'ok'
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path} is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start} (line {line})",
            hint="save the file as UTF-8",
        ) from None


def shortened(text: str, width: int = 60) -> str:
    """Cut a text for an error message.

    Args:
        text: Any text.
        width: Longest result, in characters.

    Example:
        >>> shortened("x" * 100, 10)
        'xxxxxxxxx…'
    """
    text = text.strip()
    return text if len(text) <= width else text[: width - 1] + "…"


def _not_json(path: Path, number: int, line: str, error: ValueError, *, is_last: bool) -> InputError:
    if not isinstance(error, json.JSONDecodeError):  # an integer of thousands of digits
        return InputError(f"{path} line {number}: not JSON that can be read: {error}")
    # With no newline after it, the last line is most likely what a stopped writer left.
    hint = "the last line is cut short: remove it, or write the file again" if is_last else "one JSON object a line"
    return InputError(
        f"{path} line {number}, column {error.colno}: not JSON: {error.msg}: {shortened(line)}", hint=hint
    )


def _kind(value: object) -> str:
    names = {list: "a list", str: "a string", bool: "a truth value", int: "a number", float: "a number"}
    return "null" if value is None else names.get(type(value), type(value).__name__)
