"""A file of rows that always holds the first so many of a fixed sequence, whatever happens while it is written.

The sequence is the same each time it is made, so a run that goes on after a stop makes it again from its start: lines
that are there already are compared and passed over, and the first that differs cuts the file off.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from harness.formats.journal import open_journal
from harness.formats.record_json import to_json


class RowFile:
    r"""Appends lines in order; use as a context manager.

    Args:
        path: The file.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "rows.jsonl")
        ...     for sequence in (["a", "b"], ["a", "c"]):
        ...         with RowFile(path) as file:
        ...             for value in sequence:
        ...                 file.append(value)
        ...     path.read_text()
        '"a"\n"c"\n'
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._old: BinaryIO | None = None
        self.count = 0

    def __enter__(self) -> RowFile:
        self._file = open_journal(self._path)
        self._old = self._path.open("rb")
        return self

    def __exit__(self, *_: object) -> None:
        for file in (self._old, self._file):
            if file is not None:
                file.close()

    def append(self, value: object) -> None:
        """Let the next line be this one.

        Args:
            value: A dataclass, or plain data.
        """
        assert self._file is not None
        line = to_json(value).encode("ascii") + b"\n"
        self.count += 1
        if self._old is not None:
            place = self._old.tell()
            if self._old.readline() == line:
                return
            self._old.close()
            self._old = None
            self._file.truncate(place)
        self._file.write(line)
        self._file.flush()

    def cut(self) -> None:
        """Drop what an earlier sitting wrote behind the last line of this one."""
        if self._old is not None and self._file is not None:
            self._file.truncate(self._old.tell())
