"""Rows to check: every text of a row that a model would be trained on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fusion.seeds import Columns, read_rows, seed_of
from harness.formats.jsonl import Row


@dataclass(frozen=True)
class RowTexts:
    """One row and its texts."""

    name: str
    """Its place: the number of the row, behind the file's name where there are several files."""
    row: Row
    instruction: str
    answer: str
    further: tuple[str, ...] = ()
    """The later turns of a conversation."""

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts, in order; none is empty."""
        return tuple(filter(None, (self.instruction, self.answer, *self.further)))

    @property
    def answers(self) -> str:
        """What programs may stand in."""
        return "\n\n".join(filter(None, (self.answer, *self.further)))


def read_row_texts(places: Iterable[Path], columns: Columns) -> Iterator[RowTexts]:
    """Read the rows of data sets.

    Args:
        places: Files or folders (`fusion.seeds.read_rows`).
        columns: Which columns hold the instruction and the answer, where they have unusual names.

    Raises:
        InputError: A file is damaged, or a row has no instruction.
    """
    paths = list(places)
    for path in paths:
        for number, row in enumerate(read_rows(path), start=1):
            yield texts_of(row, f"{path.name}:{number}" if len(paths) > 1 else str(number), columns, path.name)


def texts_of(row: Row, name: str, columns: Columns, source: str = "") -> RowTexts:
    """Take a row's texts.

    Args:
        row: As in its file.
        name: Its place.
        columns: As for `read_row_texts`.
        source: The file, for errors.

    Raises:
        FormError: The row has no instruction.

    Example:
        >>> chat = {"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"},
        ...     {"role": "user", "content": "More?"}]}
        >>> texts_of(chat, "1", Columns()).texts
        ('Q', 'A', 'More?')
    """
    seed = seed_of(row, columns, f"{source} row {name}".strip())
    further = tuple(text for text in _turns(row) if text not in (seed.instruction, seed.response))
    return RowTexts(name, row, seed.instruction, seed.response, further)


def _turns(row: Row) -> Iterator[str]:
    """Give all that is said in a row's conversation, system messages too."""
    for value in row.values():
        for turn in value if isinstance(value, list) else []:
            said = (turn.get("content") or turn.get("value")) if isinstance(turn, Mapping) else None
            parts = said if isinstance(said, list) else [said]
            for part in parts:
                text = part.get("text") if isinstance(part, Mapping) else part
                if isinstance(text, str) and text.strip():
                    yield text.strip()
