"""One data set as conversations; where a row is wrong, the file and the row are named."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fusion.seeds.files import read_rows
from fusion.seeds.forms import finite_number
from harness.errors import InputError, nearest
from harness.formats.jsonl import Row
from training.data.conversation import Conversation
from training.data.forms import EmptyAnswer, Form, RowProblem, detect_form, turns_of
from training.settings import SourceSettings

MEASURES = ("difficulty", "judged_difficulty", "pass_rate")
"""Columns that say how hard a row is: the data set's own, the teacher's word, the share of answers that pass tests."""


@dataclass(frozen=True)
class Source:
    """A data set, read."""

    name: str
    form: Form
    conversations: list[Conversation]
    empty: int
    """Rows that were left out because they have no answer."""


def read_source(settings: SourceSettings, *, difficulty: str | None = None, skip_empty: bool = False) -> Source:
    """Read one data set.

    Args:
        settings: Which.
        difficulty: The column of the difficulty, where an order goes by it.
        skip_empty: Leave rows without an answer out.

    Raises:
        InputError: There is no such data set, a column is missing, or a row is wrong.
        EnvironmentLacking: The Hub can not be reached.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "rows.jsonl")
        ...     _ = file.write_text('{"question": "Add.", "answer": "3"}')
        ...     columns = {"instruction": "question", "output": "answer"}
        ...     read_source(SourceSettings(str(file), "alpaca", columns)).conversations[0].turns[1].content
        '3'
    """
    name = source_name(settings.path)
    form = settings.form
    conversations, empty = [], []
    for number, stored in enumerate(read_rows(settings.path), start=1):
        row = _renamed(stored, settings, name)
        if form is None:
            form = _detected(row, settings, name)
        try:
            turns = turns_of(row, form)
            hard = _difficulty(row, difficulty) if difficulty is not None else None
        except EmptyAnswer:
            empty.append(number)
            continue
        except RowProblem as problem:
            is_column = str(problem).startswith("no ")
            raise InputError(
                f"{name} row {number}: {problem} (read as {form}; it has {', '.join(sorted(stored)) or 'no columns'})",
                hint="columns = { … } of the data set names columns that are called otherwise" if is_column else "",
            ) from None
        conversations.append(Conversation(turns, name, hard, measures_of(row)))
    if empty and not skip_empty:
        raise InputError(
            f"{name}: {len(empty)} of {len(empty) + len(conversations)} rows have an empty answer, the first is row "
            f"{empty[0]}: a model would learn to say nothing",
            hint="--set data.skip_empty=true leaves them out",
        )
    if not conversations or form is None:
        raise InputError(f"{name} has no row to learn from", hint="is it the right file?")
    return Source(name, form, conversations, len(empty))


def source_name(path: str) -> str:
    """Name a data set without this machine's folders: its file, the folder that `fuseval fuse` wrote, or the Hub id.

    Example:
        >>> source_name("owner/name")
        'owner/name'
    """
    place = Path(path).expanduser()
    if not place.exists():
        return path
    return place.name or place.resolve().name


def measures_of(row: Row) -> dict[str, float]:
    """Give what a row's columns say of its difficulty; what is no number is not known.

    Args:
        row: Its columns.

    Example:
        >>> measures_of({"difficulty": "Hard", "judged_difficulty": 7, "pass_rate": None})
        {'judged_difficulty': 7.0}
    """
    said = {name: row.get(name) for name in MEASURES}
    numbers = {name: finite_number(value) for name, value in said.items() if not isinstance(value, bool)}
    return {name: number for name, number in numbers.items() if number is not None}


def _renamed(row: Row, settings: SourceSettings, name: str) -> Row:
    missing = [column for column in settings.columns.values() if column not in row]
    if missing:
        raise InputError(f"{name} has no column {missing[0]!r}", hint=nearest(missing[0], row))
    taken = set(settings.columns.values())
    rest: Iterator[tuple[str, object]] = ((key, value) for key, value in row.items() if key not in taken)
    return dict(rest) | {ours: row[theirs] for ours, theirs in settings.columns.items()}


def _detected(row: Row, settings: SourceSettings, name: str) -> Form:
    try:
        return detect_form(row)
    except InputError as error:
        raise InputError(f"{name}: {error}", hint=error.hint) from None


def _difficulty(row: Row, column: str) -> float:
    value = row.get(column)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RowProblem(f"no number in the column {column!r}, by which the curriculum goes")
    return float(value)
