"""The board as a rich renderable: standings in, a table with its notes out; nothing is printed here.

What a terminal of 80 columns can not hold is left out from the least important on, and the board says what it left out.
Colour only repeats what the text says already. `python -m leaderboards.board` draws a board of made-up rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from harness.commands.terminal import printable
from leaderboards.cells import DASH, IntervalAxis, score_text, seconds_text, shortened, status_text
from leaderboards.notes import (
    STRONG_LEVEL,
    data_lines,
    is_marked,
    left_out_line,
    older_line,
    reading_line,
    row_notes,
    sandbox_levels,
    sandbox_line,
)
from leaderboards.store import Column, Row, Standings

FIRST_COMMAND = "fuseval score reference --bench humaneval"
_BAR_WIDTH = 25
_WIDEST_MODEL, _USUAL_MODEL, _NARROWEST_MODEL = 48, 32, 20
_UNIMPORTANT_FIRST = ("date", "tokens", "wall s", "interval", "cpu s", "not passed")
_ASCII = str.maketrans({DASH: "-", "…": "~", "▼": "v", "├": "|", "┤": "|", "─": "-", "●": "o"})


@dataclass(frozen=True)
class _Layout:
    """What a table of one width holds; `extras` are the columns beside the scores, in the order they stand."""

    scores: tuple[Column, ...]
    extras: tuple[str, ...]
    decimals: int = 1
    statuses: int = 3
    model_width: int = _WIDEST_MODEL


class Board:
    """Standings as tables that fit the terminal, with notes below.

    Args:
        standings: The rows, ranked already.

    Example:
        >>> import io
        >>> from leaderboards.demo import demo_standings
        >>> console = Console(file=io.StringIO(), width=80, color_system=None)
        >>> console.print(Board(demo_standings()))
        >>> console.file.getvalue().splitlines()[0]
        'pass@1, ranked by humaneval+'
    """

    def __init__(self, standings: Standings) -> None:
        self.standings = standings

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        standings = self.standings
        if not standings.columns:
            yield Text(f"No runs with a pass@{standings.k} here yet. A first one: {FIRST_COMMAND}")
            return
        layout = self._fitting_layout(console, options)
        ranked_by = f", ranked by {standings.sort.label}" if standings.sort and standings.rows else ""
        yield Text(f"pass@{standings.k}{ranked_by}", style="bold")
        yield self._table(layout, options)
        yield from self._notes(layout, options)

    def _fitting_layout(self, console: Console, options: ConsoleOptions) -> _Layout:
        unbounded = options.update(width=10_000)
        spare = 0
        for layout in self._layouts():
            spare = options.max_width - Measurement.get(console, unbounded, self._table(layout, options)).maximum
            if spare >= 0:
                break
        # Where a whole column had to go, what it leaves over is the names'.
        return replace(layout, model_width=min(_WIDEST_MODEL, layout.model_width + max(0, spare)))

    def _layouts(self) -> Iterator[_Layout]:
        """Give ever narrower layouts. The rank, the model, n, a weak sandbox and the sorted column always stay."""
        layout = _Layout(tuple(self.standings.columns), tuple(self._known_extras()))
        yield layout
        for name in _UNIMPORTANT_FIRST:
            if name == "cpu s":
                layout = replace(layout, decimals=0)
                yield layout
                layout = replace(layout, model_width=_USUAL_MODEL)
                yield layout
                layout = replace(layout, statuses=1)
                yield layout
            layout = replace(layout, extras=tuple(extra for extra in layout.extras if extra != name))
            yield layout
        layout = replace(layout, model_width=_NARROWEST_MODEL)
        yield layout
        # Columns that only self-checks fill go first, then base ones before plus ones, and the right before the left.
        filled = {column for row in self.standings.rows for column in row.cells}
        expendable = [column for column in reversed(layout.scores) if column != self.standings.sort]
        for column in sorted(expendable, key=lambda column: (column in filled, not column.is_base)):
            layout = replace(layout, scores=tuple(other for other in layout.scores if other != column))
            yield layout

    def _known_extras(self) -> Iterator[str]:
        """Name the columns that have anything to say on this board."""
        rows = self.standings.rows + self.standings.self_checks
        records = [record for row in rows for record in row.records]
        yield "interval"
        if len({sample for row in rows for sample in row.samples}) > 1:
            yield "n"
        if any(row.not_passed for row in rows):
            yield "not passed"
        if len(sandbox_levels(self.standings)) > 1:
            yield "sandbox"
        if any("cpu" in record.seconds for record in records):
            yield "cpu s"
        yield "wall s"
        if any(record.tokens is not None for record in records):
            yield "tokens"
        yield "date"

    def _table(self, layout: _Layout, options: ConsoleOptions) -> Table:
        standings = self.standings
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column("#", justify="right", no_wrap=True, min_width=3)
        table.add_column("model", no_wrap=True)
        for column in layout.scores:
            title = column.label.replace(" ", "\n") + (" ▼" if column == standings.sort else "")
            table.add_column(_encodable(title, options), no_wrap=True)
        axis = self._axis()
        for name in layout.extras:
            is_text = name in ("interval", "not passed", "sandbox", "date")
            title = axis.title if name == "interval" else name
            table.add_column(title, justify="left" if is_text else "right", no_wrap=True)
        for row in standings.rows:
            table.add_row(*(_encodable(text, options) for text in self._texts(row, layout, axis)))
        if standings.self_checks:
            table.add_section()
            # A section of the same table, so that its columns line up with the models' above.
            table.add_row("", Text("self-checks, not ranked", style="italic"))
        for row in standings.self_checks:
            table.add_row(*(_encodable(text, options) for text in self._texts(row, layout, axis)))
        return table

    def _texts(self, row: Row, layout: _Layout, axis: IntervalAxis) -> Iterator[Text]:
        """Give one row's texts, a cell each."""
        yield Text("" if row.is_self_check else str(row.rank or DASH))
        yield _model_text(row, layout.model_width)
        for column in layout.scores:
            cell = row.cells.get(column)
            yield score_text(cell, decimals=layout.decimals, is_marked=cell is not None and is_marked(cell))
        for name in layout.extras:
            yield Text(self._extra(row, name, axis, layout.statuses))

    def _axis(self) -> IntervalAxis:
        sort = self.standings.sort
        cells = [row.cells[sort] for row in self.standings.rows if sort in row.cells] if sort else []
        return IntervalAxis.around([(cell.score.low, cell.score.high) for cell in cells], width=_BAR_WIDTH)

    def _extra(self, row: Row, name: str, axis: IntervalAxis, statuses: int) -> str:
        """Give the text of one column beside the scores."""
        records = row.records
        if name == "interval":
            cell = row.cells.get(self.standings.sort) if self.standings.sort else None
            if cell is None or row.is_self_check:
                return ""
            return axis.bar(cell.score.low, cell.score.value, cell.score.high)
        if name == "n":
            return "/".join(str(samples) for samples in row.samples)
        if name == "not passed":
            return status_text(row.not_passed, most=statuses)
        if name == "sandbox":
            return ", ".join(sorted({record.sandbox for record in records} - {STRONG_LEVEL}))
        if name == "tokens":
            known = [record.tokens for record in records if record.tokens is not None]
            return f"{sum(known):,}" if known else DASH
        if name == "date":
            return max(record.finished_utc for record in records)[:10]
        if name == "cpu s":
            return seconds_text(row.seconds("cpu"))
        return seconds_text(row.wall_seconds)

    def _notes(self, layout: _Layout, options: ConsoleOptions) -> Iterator[Text]:
        standings = self.standings
        yield Text("")
        for row in standings.rows + standings.self_checks:
            for note in row_notes(row):
                yield _encodable(f"* {row.model}: {note}.", options, style="yellow")
        widest = next(self._layouts())
        left_out = [column.label for column in widest.scores if column not in layout.scores]
        left_out += [name for name in widest.extras if name not in layout.extras]
        lines = [
            *data_lines(standings.columns),
            reading_line(standings),
            sandbox_line(standings),
            left_out_line(left_out, options.max_width),
            older_line(standings.older_runs),
        ]
        lines += [f"Not read: {cause}" for cause in standings.unreadable]
        for line in filter(None, lines):
            yield _encodable(line, options, style="dim")


def _model_text(row: Row, width: int) -> Text:
    text = Text(shortened(printable(row.model), width))
    if row.variant:
        text.append(f"\n  {shortened(printable(row.variant), width - 2)}", style="dim")
    return text


def _encodable(text: str | Text, options: ConsoleOptions, *, style: str = "") -> Text:
    """Replace our own signs by ASCII ones where the output can hold nothing else."""
    text = Text(printable(text), style=style) if isinstance(text, str) else text
    if options.ascii_only:
        text = text.copy()
        text.plain = text.plain.translate(_ASCII)
    return text


if __name__ == "__main__":
    from leaderboards.demo import demo_standings

    Console().print(Board(demo_standings()))
