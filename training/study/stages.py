"""Results by the hash of what they were made of: made once, found again, and never half done.

A stage is a folder `stages/<kind>/<hash>`. Its `done.json` is written last; without it the stage is made again, and
what goes on inside (a training, a run of the harness) resumes by itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
        """Whether it came to its end."""
        return (self.folder / _DONE).is_file()

    def finish(self, result: Mapping[str, object]) -> None:
        """Mark it as done.

        Args:
            result: What is to be known of it, as plain data.
        """
        write_atomically(self.folder / _DONE, json.dumps({"inputs": self.inputs, **result}, indent=1) + "\n")

    def result(self) -> dict[str, object]:
        """Give what `finish` was told, and the inputs."""
        found: dict[str, object] = json.loads((self.folder / _DONE).read_text(encoding="utf-8"))
        return found


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
