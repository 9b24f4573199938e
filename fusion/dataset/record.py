"""The record of a data set: what it was made of and how, and what came out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import InputError
from harness.formats.record_json import from_plain, load_strictly, to_json, to_plain
from harness.formats.regular_file import read_regular

RECORD = "dataset.json"
Setting = str | int | float | bool | None | list[str] | list[float] | dict[str, str] | dict[str, int] | dict[str, float]


@dataclass(frozen=True)
class DatasetRecord:
    """What a data set's folder says of itself."""

    method: str
    settings: Mapping[str, Setting]
    """All that can change a row. A run that goes on must have the same."""
    about: Mapping[str, Setting] = field(default_factory=dict)
    """What can not: the teacher's address, its price, the machine."""
    is_complete: bool = False
    is_budget_spent: bool = False
    """Whether the budget ended it: more money would make more rows."""
    rows: int = 0
    attempts: int = 0
    """Pairs, or parents, whose outcome is known."""
    rejected: Mapping[str, int] = field(default_factory=dict)
    """Attempts that did not become a row, by reason."""
    tallies: Mapping[str, Mapping[str, list[int]]] = field(default_factory=dict)
    """Valid and all attempts, by operator, by strategy and by pair of languages."""
    calls: int = 0
    tokens: Mapping[str, int] = field(default_factory=dict)
    cost: float | None = None
    seconds: float = 0.0
    """Over all sittings."""
    licences: Mapping[str, int] = field(default_factory=dict)
    """Of the seeds."""
    contaminated_seeds: int | None = None
    """Seeds left out of the merged files of evolved sets, since they give a benchmark away; absent where unchecked."""
    software: Mapping[str, str] = field(default_factory=dict)
    created: str = ""
    finished: str = ""


def read_record(folder: Path) -> DatasetRecord | None:
    """Read a data set's record; None where there is none yet.

    Args:
        folder: Of the data set.

    Raises:
        InputError: It is damaged, or another version wrote it.
    """
    path = folder / RECORD
    try:
        data = read_regular(path)
    except FileNotFoundError:
        return None
    try:
        plain = load_strictly(data)
    except ValueError as error:
        raise InputError(f"{path} is damaged: {error}", hint="--fresh starts again, and keeps the old folder") from None
    return from_plain(DatasetRecord, plain, str(path))


def write_record(folder: Path, record: DatasetRecord) -> None:
    """Write a data set's record, in one step.

    Args:
        folder: Of the data set.
        record: What it says.
    """
    from harness.formats.atomic import write_atomically

    write_atomically(folder / RECORD, to_json(record, indent=2).encode() + b"\n")


def require_same(folder: Path, before: Mapping[str, Setting], now: Mapping[str, Setting]) -> None:
    """Refuse to go on with other settings than those the data set was begun with.

    Args:
        folder: For the error.
        before: As the record has them.
        now: As they were typed.

    Raises:
        InputError: A setting differs; the first ones are named.
    """
    plain = to_plain(now)
    assert isinstance(plain, dict)
    differing = [name for name in {**before, **plain} if before.get(name) != plain.get(name)]
    if not differing:
        return
    shown = "; ".join(f"{name} was {before.get(name)!r}, is {plain.get(name)!r}" for name in differing[:3])
    more = f"; and {len(differing) - 3} more" if len(differing) > 3 else ""
    raise InputError(
        f"{folder} was begun with other settings: {shown}{more}",
        hint="say the same as before to go on, name another folder with -o, or --fresh to start again",
    )
