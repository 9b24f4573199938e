"""The metadata at the head of a GGUF file: its chat template and its tokens. Weights are never read.

Format: GGUF version 2 and 3, ggml-org/ggml, docs/gguf.md. A file is from strangers, so every length is checked against
what is left of it before anything is made of it.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Collection, Mapping
from pathlib import Path

from harness.errors import InputError

MetadataValue = bool | int | float | str | list[str]

_STRING, _ARRAY = 8, 9
_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_MOST_ENTRIES = 1 << 16
_LONGEST_KEY = 1 << 16
_DEEPEST = 4


def read_metadata(path: Path, wanted: Collection[str]) -> Mapping[str, MetadataValue]:
    """Read some of a file's metadata.

    Args:
        path: A GGUF file.
        wanted: The keys to read. Of arrays, only those of strings are given.

    Returns:
        What the file has of the wanted keys.

    Raises:
        InputError: The file can not be read, is no GGUF, or is cut or damaged before the metadata ends.

    Example:
        >>> read_metadata(Path("no-such-file.gguf"), ["general.architecture"])
        Traceback (most recent call last):
        harness.errors.InputError: can not read no-such-file.gguf: No such file or directory
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _Reader(data).metadata(frozenset(wanted))
    except OSError as error:
        raise InputError(f"can not read {path}: {error.strerror}") from error
    except ValueError as error:
        # An empty file can not be mapped: that is a ValueError too.
        raise InputError(f"{path} is no GGUF file, or it is damaged: {error}") from error


class _Reader:
    """Walks over the bytes; raises ValueError where they do not hold what they promise."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = 0

    def metadata(self, wanted: frozenset[str]) -> dict[str, MetadataValue]:
        if self._take(4) != b"GGUF":
            raise ValueError("it does not begin with GGUF")
        version = int(self._scalar("<I"))
        if version not in (2, 3):
            raise ValueError(f"version {version}, where 2 and 3 are known")
        self._scalar("<Q")
        entries = int(self._scalar("<Q"))
        if entries > _MOST_ENTRIES:
            raise ValueError(f"it promises {entries} metadata entries")
        found: dict[str, MetadataValue] = {}
        for _ in range(entries):
            key = self._string(_LONGEST_KEY)
            value = self._value(int(self._scalar("<I")), key in wanted, 0)
            if key in wanted and value is not None:
                found[key] = value
            if len(found) == len(wanted):
                break
        return found

    def _take(self, size: int) -> bytes:
        self._skip(size)
        return self._data[self._at - size : self._at]

    def _skip(self, size: int) -> None:
        if size > len(self._data) - self._at:
            raise ValueError(f"it ends at byte {len(self._data)}, before its metadata does")
        self._at += size

    def _scalar(self, form: str) -> bool | int | float:
        value: bool | int | float = struct.unpack(form, self._take(struct.calcsize(form)))[0]
        return value

    def _string(self, longest: int | None = None) -> str:
        size = int(self._scalar("<Q"))
        if longest is not None and size > longest:
            raise ValueError(f"a key of {size} bytes")
        return self._take(size).decode("utf-8", errors="replace")

    def _value(self, kind: int, is_wanted: bool, depth: int) -> MetadataValue | None:
        if kind in _SCALARS:
            return self._scalar(_SCALARS[kind])
        if kind == _STRING:
            if is_wanted:
                return self._string()
            self._skip(int(self._scalar("<Q")))
            return None
        if kind != _ARRAY or depth == _DEEPEST:
            raise ValueError(f"a value of the unknown type {kind}")
        item, count = int(self._scalar("<I")), int(self._scalar("<Q"))
        if item in _SCALARS:
            self._skip(struct.calcsize(_SCALARS[item]) * count)
            return None
        if count > len(self._data):
            raise ValueError(f"it promises an array of {count} values")
        values = [self._value(item, is_wanted, depth + 1) for _ in range(count)]
        return [value for value in values if isinstance(value, str)] if is_wanted and item == _STRING else None
