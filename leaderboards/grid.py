"""A table that knows its width before it is drawn, and draws a thousand rows in a hundredth of a second.

rich's own Table measures and wraps every cell, which takes two seconds for a board of a thousand runs. Here a cell is
one line of styled parts, so a width is a sum, and a row is a list of segments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style

GAP = 2
"""Spaces between two columns."""

Parts = tuple[tuple[str, str], ...]
"""One cell: texts, each with the name of its style (empty for none)."""


def width_of(parts: Parts) -> int:
    """Give the terminal cells that a table cell takes.

    Args:
        parts: Its texts.

    Example:
        >>> width_of((("74", "bold"), (" 67–80", "dim")))
        8
    """
    return sum(cell_len(text) for text, _ in parts)


@dataclass(frozen=True)
class GridColumn:
    """One column: its title (lines divided by newlines), and its cells, one a row."""

    title: str
    cells: Sequence[Parts]
    is_right: bool = False

    @property
    def width(self) -> int:
        """The widest of its cells and of its title's lines."""
        titles = max(map(cell_len, self.title.split("\n")))
        return max(titles, max(map(width_of, self.cells), default=0))


class Grid:
    """Columns beside each other, under a line of titles.

    Args:
        columns: All with as many cells; a row whose cells are all empty is an empty line.
        titles: Texts for empty rows, by row: they stand from the second column on, as wide as they are.

    Example:
        >>> import io
        >>> console = Console(file=io.StringIO(), width=40, color_system=None)
        >>> console.print(Grid([GridColumn("model", [(("a", ""),)]), GridColumn("n", [(("10", ""),)], is_right=True)]))
        >>> [line.rstrip() for line in console.file.getvalue().splitlines()]
        ['model   n', '─────────', 'a      10']
    """

    def __init__(self, columns: Sequence[GridColumn], titles: Mapping[int, str] | None = None) -> None:
        self._columns = columns
        self._titles = titles or {}
        self._widths = [column.width for column in columns]

    @property
    def width(self) -> int:
        """Terminal cells that a line takes."""
        return sum(self._widths) + GAP * (len(self._widths) - 1)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        styles: dict[str, Style | None] = {"": None}
        rule = "-" if options.ascii_only else "─"
        titles = [column.title.split("\n") for column in self._columns]
        for line in range(max(map(len, titles), default=0)):
            heads: list[Parts] = [((title[line], "bold"),) if line < len(title) else () for title in titles]
            yield from self._line(heads, console, styles)
        yield Segment(rule * min(self.width, options.max_width))
        yield Segment.line()
        for row, cells in enumerate(zip(*(column.cells for column in self._columns), strict=True)):
            if row in self._titles:
                yield Segment(" " * (self._widths[0] + GAP))
                yield Segment(self._titles[row], console.get_style("italic"))
                yield Segment.line()
            else:
                yield from self._line(cells, console, styles)

    def _line(self, cells: Sequence[Parts], console: Console, styles: dict[str, Style | None]) -> Iterator[Segment]:
        blank = 0
        for column, width, parts in zip(self._columns, self._widths, cells, strict=True):
            spare = width - width_of(parts)
            if parts:
                before = blank + (spare if column.is_right else 0)
                if before:
                    yield Segment(" " * before)
                for text, style in parts:
                    if style not in styles:
                        styles[style] = console.get_style(style)
                    yield Segment(text, styles[style])
                blank = 0 if column.is_right else spare
            else:
                blank += width
            # What is behind the last cell is never written: no line ends in spaces.
            blank += GAP
        yield Segment.line()
