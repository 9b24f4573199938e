"""Parsed benchmarks, kept so that a start reads them in tens of milliseconds instead of hundreds.

An entry is the interpreter's own `marshal` form of plain data, behind a checksum: `marshal` may crash on damaged bytes,
so nothing is decoded before the checksum agrees. Entries are named after the hash of the data file, the interpreter and
the parser's version, so that a stale one is never asked for. An entry that is damaged, or can not be written, costs
only the time to parse again.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import marshal
import sys
from collections.abc import Iterator
from typing import Any

from harness.benchmarks.data_files import cache_folder
from harness.formats.atomic import write_atomically

PARSER_VERSION = 1
"""Raise it when the meaning of an entry changes."""


@contextlib.contextmanager
def without_cycle_collection() -> Iterator[None]:
    """Pause the cycle collector: while a million small lists are built it would search them again and again.

    Decoding plain data takes a third of the time, and makes no cycles that the pause could leave behind.

    Example:
        >>> with without_cycle_collection():
        ...     gc.isenabled()
        False
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read(reader: str, file_sha256: str) -> object | None:
    """Give what `write` kept, or None if there is nothing sound.

    Args:
        reader: Which reading of the file.
        file_sha256: Of the data file's bytes as they lie on the disk.

    Example:
        >>> read("demo", "0" * 64) is None
        True
    """
    try:
        entry = (cache_folder() / "parsed" / _name(reader, file_sha256)).read_bytes()
    except OSError:
        return None
    checksum, payload = entry[:32], entry[32:]
    if hashlib.sha256(payload).digest() != checksum:
        return None
    try:
        with without_cycle_collection():
            plain: object = marshal.loads(payload)
    except (ValueError, EOFError, TypeError):
        return None
    return plain


def write(reader: str, file_sha256: str, plain: Any) -> None:
    """Keep plain data (scalars, lists, tuples, sets, dicts); a folder that can not be written is no error.

    Args:
        reader: Which reading of the file.
        file_sha256: Of the data file's bytes as they lie on the disk.
        plain: What `read` shall give back.
    """
    payload = marshal.dumps(plain)
    with contextlib.suppress(OSError):
        place = cache_folder() / "parsed" / _name(reader, file_sha256)
        write_atomically(place, hashlib.sha256(payload).digest() + payload)


def _name(reader: str, file_sha256: str) -> str:
    return f"{reader}-{file_sha256[:32]}-{sys.implementation.cache_tag}-{PARSER_VERSION}.bin"
