"""The board as a rich renderable: standings in, a table with its notes out; nothing is printed here.

What a terminal of 80 columns can not hold is left out from the least important on, and the board says what it left out.
Colour only repeats what the text says already. `python -m leaderboards.board` draws a board of made-up rows.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderResult
from rich.jupyter import JupyterMixin
from rich.text import Text

from harness.commands.terminal import printable
from leaderboards.board_columns import BoardColumns
from leaderboards.cells import BETTER, DASH, WORSE
from leaderboards.headline import headline
from leaderboards.notes import (
    baseline_line,
    data_lines,
    left_out_line,
    older_line,
    ranking_line,
    reading_line,
    row_notes,
    sandbox_line,
)
from leaderboards.standings import Standings

FIRST_COMMAND = "fuseval score reference --bench humaneval"
MOST_NOTES = 12
"""Notes of one kind that are shown; a board of a thousand runs must not end in a thousand of them."""
_ASCII = str.maketrans(
    {DASH: "-", "…": "~", BETTER: "^", WORSE: "v", "├": "|", "┤": "|", "┼": "+", "│": "|", "─": "-", "●": "o", "↓": "v"}
)


class Board(JupyterMixin):
    """Standings as a table that fits the terminal, with notes below.

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
            left_out: list[str] = []
        else:
            columns = BoardColumns(standings, _ASCII if options.ascii_only else {})
            grid, left_out = columns.fitted(options.max_width)
            yield Text(self._title(), style="bold")
            yield grid
        yield Text("")
        for line, style in self._notes(left_out, options.max_width):
            text = printable(line)
            yield Text(text.translate(_ASCII) if options.ascii_only else text, style=style)

    def _title(self) -> str:
        standings = self.standings
        parts = [f"pass@{standings.k}"]
        if standings.by:
            parts[0] += f" by {standings.by}, mean over training seeds"
        if standings.baseline:
            parts.append(f"differences to {printable(standings.baseline.model)}")
        if standings.sort and standings.rows:
            parts.append(f"ranked by {standings.sort.label}")
        return ", ".join(parts)

    def _notes(self, left_out: list[str], width: int) -> Iterator[tuple[str, str]]:
        """Give the lines below the table, each with its style: who leads, what is peculiar, then what holds for all."""
        standings = self.standings
        rows = standings.rows + standings.self_checks
        if text := headline(standings):
            yield text, ""
        for line in _capped([f"* {row.model}: {note}." for row in rows for note in row_notes(row)]):
            yield line, "yellow"
        lines = [
            *data_lines(standings.columns),
            reading_line(standings),
            ranking_line(standings),
            baseline_line(standings),
            sandbox_line(standings),
            *(f"{remark}." for remark in standings.remarks),
            left_out_line(left_out, width),
            older_line(standings.older_runs),
        ]
        for line in filter(None, lines):
            yield line, "dim"
        for line in _capped([f"Not read: {cause}." for cause in standings.unreadable]):
            yield line, "yellow"


def _capped(lines: list[str]) -> list[str]:
    if len(lines) <= MOST_NOTES:
        return lines
    return [*lines[: MOST_NOTES - 1], f"and {len(lines) - MOST_NOTES + 1} more such lines: --json has them all"]


if __name__ == "__main__":
    from leaderboards.demo import demo_standings

    Console().print(Board(demo_standings()))
