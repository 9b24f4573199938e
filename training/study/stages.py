"""Results by the hash of what they were made of: made once, found again, and never half done.

A stage is a folder `stages/<kind>/<hash>`. Its `done.json` is written last, with the files and their sizes. Without
it, or where they differ, the stage is made again, and what goes on inside (a training, a run of the harness) resumes by
itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import InputError
from harness.formats.atomic import write_atomically

_DONE = "done.json"


@dataclass(frozen=True)
class Stage:
    """One result of a study."""

    root: Path
    """The study's folder."""
    kind: str
    """made, data, difficulty, contamination, diversity, base, train or score."""
    inputs: Mapping[str, object]
    """Everything that can change the result, as plain data."""

    @property
    def key(self) -> str:
        """A short hash of the inputs.

        Example:
            >>> Stage(Path("."), "data", {"size": 1}).key == Stage(Path("x"), "data", {"size": 1}).key
            True
        """
        return hashlib.sha256(json.dumps(self.inputs, sort_keys=True).encode()).hexdigest()[:12]

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return self.root / "stages" / self.kind / self.key

    @property
    def is_done(self) -> bool:
        """Whether it came to its end, and its files are as they were then."""
        known = self.known()
        sizes = known.get("files", {}) if known is not None else None
        return isinstance(sizes, dict) and all(_size(self.root / name) == size for name, size in sizes.items())

    def finish(self, result: Mapping[str, object], files: Iterable[Path] = ()) -> None:
        """Mark it as done.

        Args:
            result: What is to be known of it, as plain data.
            files: What it made; below the study's folder.
        """
        sizes = {str(file.relative_to(self.root)): file.stat().st_size for file in sorted(files)}
        made = {"inputs": self.inputs, **result, "files": sizes}
        write_atomically(self.folder / _DONE, json.dumps(made, indent=1) + "\n")

    def known(self) -> dict[str, object] | None:
        """Give what `finish` was told, also of files that are gone since; None where it never came to its end."""
        try:
            found = json.loads((self.folder / _DONE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def result(self) -> dict[str, object]:
        """Give what `finish` was told.

        Raises:
            InputError: It never came to its end.
        """
        found = self.known()
        if found is None:
            raise InputError(f"{self.folder / _DONE} is gone or damaged", hint="the same command makes it again")
        return found


def files_below(folder: Path) -> Iterator[Path]:
    """Give all files of a folder."""
    return (path for path in folder.rglob("*") if path.is_file())


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def content_hash(place: str) -> str:
    """Hash a file or a folder's data files by their bytes; a name that is no path stands for itself.

    Args:
        place: A path, or a Hub id.

    Example:
        >>> content_hash("owner/name")
        'owner/name'
    """
    path = Path(place).expanduser()
    if not path.exists():
        return place
    digest = hashlib.sha256()
    for file in [path] if path.is_file() else sorted(item for item in path.rglob("*") if item.is_file()):
        digest.update(f"{file.name if path.is_dir() else ''}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as handle:
            while chunk := handle.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()[:16]
