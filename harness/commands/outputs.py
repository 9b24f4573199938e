"""What `fuseval score` prints and writes of a finished run, as it was typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Outputs:
    """What to print and write of each run."""

    exports: Sequence[str] = ()
    """Formats to write beside."""
    export_dir: Path | None = None
    """Where to; None for each run's folder."""
    as_json: bool = False
