"""Which checkpoints of a training can be trusted: those that were written whole, synced, and then marked.

A process that is killed, or a disk that fills, leaves a folder without a mark. The mark is written last and lists every
file with its size and checksum, and the time and energy until then. Folders without a mark, or whose files differ from
it, are never resumed from; older whole ones are removed only once a newer one is marked. Checksums take as long as
reading, so they are looked at when a training goes on, and sizes always.
"""

from __future__ import annotations

import os
import re
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from harness.formats.atomic import write_atomically

_MARK = "complete.json"
_NAME = re.compile(r"checkpoint-(\d+)")


@dataclass(frozen=True)
class Spent:
    """What a training took until now, all sittings together."""

    seconds: float = 0.0
    joules: float | None = None
    """None where the machine does not tell."""


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint that was written whole."""

    step: int
    folder: Path
    spent: Spent


def mark_whole(folder: Path, spent: Spent) -> None:
    """Sync a checkpoint's files and mark it as whole.

    Args:
        folder: As transformers wrote it.
        spent: Until now.

    Raises:
        OSError: The disk is full; the checkpoint stays unmarked.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as root:
        ...     folder = Path(root, "checkpoint-5")
        ...     folder.mkdir()
        ...     _ = (folder / "model.safetensors").write_bytes(b"123")
        ...     mark_whole(folder, Spent(2.0))
        ...     before = [item.step for item in whole_checkpoints(Path(root))]
        ...     _ = (folder / "model.safetensors").write_bytes(b"12")
        ...     before, whole_checkpoints(Path(root))
        ([5], [])
    """
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != _MARK]
    for path in files:
        with path.open("rb") as handle:
            os.fsync(handle.fileno())
    sums = {str(path.relative_to(folder)): _Sum(bytes=path.stat().st_size, crc32=_crc32(path)) for path in files}
    mark = _Mark(files=sums, seconds=round(spent.seconds, 3), joules=spent.joules)
    write_atomically(folder / _MARK, mark.model_dump_json(indent=1) + "\n")


def whole_checkpoints(root: Path) -> list[Checkpoint]:
    """Find the checkpoints that can be trusted.

    Args:
        root: The folder that holds them; it may be missing.

    Returns:
        The oldest first.
    """
    found = []
    for folder in root.glob("checkpoint-*"):
        match = _NAME.fullmatch(folder.name)
        mark = _mark_of(folder) if match else None
        if match and mark:
            found.append(Checkpoint(int(match[1]), folder, Spent(mark.seconds, mark.joules)))
    return sorted(found, key=lambda item: item.step)


def remove_others(root: Path, keep: int, best: int | None) -> None:
    """Remove whole checkpoints beyond the newest ones.

    Args:
        root: The folder that holds them.
        keep: How many of the newest stay.
        best: The step of one that stays whatever its age.
    """
    for item in whole_checkpoints(root)[:-keep]:
        if item.step != best:
            shutil.rmtree(item.folder)


def newest_intact(root: Path, *, removes: bool = True) -> tuple[Checkpoint | None, list[str]]:
    """Find the checkpoint to go on from, and remove all that can not be trusted and are not older.

    Args:
        root: The folder that holds them; it may be missing.
        removes: Whether to remove them; of several processes, one does.

    Returns:
        The newest one whose files are as they were written, None where there is none; the names of those that can not
        be trusted.
    """
    whole = whole_checkpoints(root)
    broken = [folder for folder in sorted(root.glob("checkpoint-*")) if folder not in {item.folder for item in whole}]
    while whole and not _is_intact(whole[-1].folder):
        broken.append(whole.pop().folder)
    for folder in broken if removes else ():
        shutil.rmtree(folder, ignore_errors=True)
    return (whole[-1] if whole else None), [folder.name for folder in broken]


class _Sum(BaseModel):
    bytes: int
    crc32: int


class _Mark(BaseModel):
    files: dict[str, _Sum] = Field(min_length=1)
    seconds: float
    joules: float | None


def _mark_of(folder: Path) -> _Mark | None:
    """The mark, where all files have its sizes."""
    try:
        mark = _Mark.model_validate_json((folder / _MARK).read_bytes())
        return mark if all((folder / name).stat().st_size == was.bytes for name, was in mark.files.items()) else None
    except (OSError, ValidationError):
        return None


def _is_intact(folder: Path) -> bool:
    mark = _mark_of(folder)
    try:
        return mark is not None and all(_crc32(folder / name) == was.crc32 for name, was in mark.files.items())
    except OSError:
        return False


def _crc32(path: Path) -> int:
    found = 0
    with path.open("rb") as handle:
        while chunk := handle.read(1 << 22):
            found = zlib.crc32(chunk, found)
    return found
