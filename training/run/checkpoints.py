"""Which checkpoints of a training can be trusted: those that were written whole, synced, and then marked.

A process that is killed, or a disk that fills, leaves a folder without a mark. The mark is written last and lists every
file with its size, and the time and energy until then. Folders without a mark, or whose files differ from it, are never
resumed from; older whole ones are removed only once a newer one is marked.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

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
    sizes = {str(path.relative_to(folder)): path.stat().st_size for path in files}
    mark = {"files": sizes, "seconds": round(spent.seconds, 3), "joules": spent.joules}
    write_atomically(folder / _MARK, json.dumps(mark, indent=1) + "\n")


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
        spent = _read_mark(folder) if match else None
        if match and spent:
            found.append(Checkpoint(int(match[1]), folder, spent))
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


def remove_broken(root: Path) -> list[str]:
    """Remove folders of checkpoints that can not be trusted, and name them.

    Args:
        root: The folder that holds them; it may be missing.
    """
    whole = {item.folder for item in whole_checkpoints(root)}
    broken = [folder for folder in sorted(root.glob("checkpoint-*")) if folder not in whole]
    for folder in broken:
        shutil.rmtree(folder)
    return [folder.name for folder in broken]


def _read_mark(folder: Path) -> Spent | None:
    try:
        mark = json.loads((folder / _MARK).read_text(encoding="utf-8"))
        if all((folder / name).stat().st_size == size for name, size in mark["files"].items()):
            return Spent(float(mark["seconds"]), mark["joules"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    return None
