"""Scores that others published: tables of numbers without verdicts, kept beside the runs and never ranked among them.

    ROOT/references/<name>.json      one imported table

A number in a paper has no tasks behind it: it can be looked at, but not enter a paired test. What a column was over is
kept with it, because MBPP+ had 399 tasks before April 2024 and has 378 since, under one name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import InputError
from harness.formats.atomic import write_atomically
from harness.formats.jsonl import read_bytes, text_of
from harness.formats.record_json import from_json, to_json
from harness.formats.run_folder import slug
from harness.records import FORMAT_VERSION

FOLDER = "references"


@dataclass(frozen=True)
class ReferenceRow:
    """One model's published scores.

    Example:
        >>> row = ReferenceRow("m", {"mbpp+": 0.526}, {}, "a paper", possible_tasks={"mbpp+": [378, 399]})
        >>> row.tasks.get("mbpp+") is None  # the numbers do not tell which
        True
    """

    model: str
    values: Mapping[str, float]
    """Fractions in [0, 1] by column (`humaneval+`)."""
    tasks: Mapping[str, int]
    """How many tasks the value is over, by column; absent where neither the table nor the numbers tell."""
    source: str
    """Who published it."""
    link: str | None = None
    size_b: float | None = None
    """Billions of (active) parameters."""
    is_prompted: bool | None = None
    """Whether the model was asked as a chat."""
    open_data: str | None = None
    """Whether its training data is open, in the source's word."""
    date: str | None = None
    """When it was published, `YYYY-MM` or `YYYY-MM-DD`."""
    decimals: int = 1
    """Digits after the point of the percentages as printed, which say which counts are possible."""
    samples: int | None = None
    """Samples a task, where that is known; with several a score need not be a whole count of tasks."""
    possible_tasks: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Where `tasks` is silent: the task counts that the value is possible over; empty for a value that none gives."""


@dataclass(frozen=True)
class ReferenceTable:
    """One published table, as it was imported."""

    origin: str
    """What kind of file it was."""
    file: str
    sha256: str
    """Of the file's bytes."""
    rows: Sequence[ReferenceRow]
    format_version: int = FORMAT_VERSION


def reference_path(runs_root: Path, name: str) -> Path:
    """Give the place of a table.

    Args:
        runs_root: Where runs are kept.
        name: The table's name.

    Example:
        >>> str(reference_path(Path("runs"), "evalplus-leaderboard-2024-12"))
        'runs/references/evalplus-leaderboard-2024-12.json'
    """
    return runs_root / FOLDER / f"{slug(name)}.json"


def reference_files(runs_root: Path) -> list[Path]:
    """List the tables kept beside the runs, by name.

    Args:
        runs_root: Where runs are kept; a folder that is not there holds none.

    Example:
        >>> reference_files(Path("nowhere"))
        []
    """
    return sorted(path for path in (runs_root / FOLDER).glob("*.json") if path.is_file())


def read_table(path: Path) -> ReferenceTable:
    """Read one table.

    Args:
        path: The file.

    Raises:
        InputError: It is damaged, was edited into something else, or a newer fuseval wrote it.
    """
    try:
        return from_json(ReferenceTable, text_of(read_bytes(path), path), str(path))
    except InputError as error:
        raise InputError(str(error), hint=error.hint or f"remove {path} and import the table again") from None


def write_table(path: Path, table: ReferenceTable) -> None:
    """Write one table, whole or not at all.

    Args:
        path: Where to; its folder is made if it is missing.
        table: The rows.

    Raises:
        OSError: The disk is full or the folder can not be written.
    """
    write_atomically(path, to_json(table, indent=2) + "\n")
