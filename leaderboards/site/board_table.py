"""The nouns of the board's page: its columns, the cells of a line, and the table that they make up."""

from __future__ import annotations

from dataclasses import dataclass

from leaderboards.site.axis import Axis

Fact = str | float | None
"""What a row can be asked for by the filter."""


@dataclass(frozen=True)
class ScoreColumn:
    """A column of scores."""

    key: str
    label: str
    axis: Axis
    is_sorted: bool


@dataclass(frozen=True)
class ExtraColumn:
    """A column beside the scores."""

    key: str
    label: str
    side: str = "number"


@dataclass(frozen=True)
class ShownScore:
    """A score in a cell; `low` and `high` are None where nobody knows them."""

    value: float
    low: float | None
    high: float | None
    note: str = ""
    rank: str = ""
    """The rank in this column."""
    difference: str = ""
    """To the board's baseline, in points."""
    is_partial: bool = False
    """Whether it is over a part of the tasks, so that it stands after whole ones."""


@dataclass(frozen=True)
class ShownExtra:
    """What stands in a cell beside the scores, and what the column is sorted by."""

    text: str
    value: Fact = None


@dataclass(frozen=True)
class Line:
    """One line of the board's table."""

    kind: str
    """`model`, `published` or `self-check`"""
    name: str
    remark: str
    search: str
    facts: str
    """What the filter can ask for, as JSON."""
    scores: tuple[ShownScore | None, ...]
    extras: tuple[ShownExtra, ...]
    link: str = ""
    """Of the name: to the model's page, or to what its source links to."""
    pick: str = ""
    rank: str = ""


@dataclass(frozen=True)
class BoardView:
    """The table."""

    columns: tuple[ScoreColumn, ...]
    extras: tuple[ExtraColumn, ...]
    lines: tuple[Line, ...]
    self_checks: tuple[Line, ...]

    @property
    def has_published(self) -> bool:
        """Whether published scores stand among the models."""
        return any(line.kind == "published" for line in self.lines)

    @property
    def sorted_label(self) -> str:
        """The column that the ranks are in."""
        return next((column.label for column in self.columns if column.is_sorted), "")

    @property
    def filter_example(self) -> str:
        """A filter that this board understands."""
        return f"size<15 and {self.sorted_label}>=50" if self.sorted_label else "size<15"
