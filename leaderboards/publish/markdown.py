"""The board as a GitHub table with its notes; columns are aligned, so that the source reads well too.

Foreign text (names of models, of private benchmarks) can neither end a cell, nor bring in HTML, nor call a person by
`@name`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Literal

from rich.cells import cell_len

from harness.commands.terminal import printable
from leaderboards.publish.table import UNKNOWN, PrintedNumber, PrintedRow, printed_table
from leaderboards.standings import Standings

Head = tuple[str, Literal["l", "r"]]
"""A column's title, as Markdown, and the side on which its cells stand."""

# An underscore or a tilde inside a word stands for itself.
_MARKUP = re.compile(r"[\\`*\[\]|]|(?<!\w)_|_(?!\w)|~(?=~)|(?<=~)~|^[#+-](?=\s)")
_MENTION = re.compile(r"(?<!\w)@(?=\w)")


def escaped(text: str) -> str:
    r"""Make a text stand for itself inside a Markdown table.

    Args:
        text: Any; line ends become spaces.

    Example:
        >>> print(escaped("a|b_c *d* <e> @f"))
        a\|b_c \*d\* &lt;e&gt; @<!-- -->f
    """
    line = escape(" ".join(printable(text).split()), quote=False)
    # GitHub looks for mentions after it has read the Markdown: only a node in between keeps the two apart.
    return _MENTION.sub("@<!-- -->", _MARKUP.sub(r"\\\g<0>", line))


def table(heads: Sequence[Head], rows: Sequence[Sequence[str]]) -> str:
    """Lay out a table; the cells are Markdown already.

    Args:
        heads: Title and side of each column.
        rows: As many cells each.

    Example:
        >>> print(table([("model", "l"), ("n", "r")], [["a", "10"]]))
        | model |   n |
        | ----- | --: |
        | a     |  10 |
        <BLANKLINE>
    """
    columns = list(zip(*([title for title, _ in heads], *rows), strict=True))
    widths = [max(3, *(cell_len(cell) for cell in column)) for column in columns]
    sides = [side for _, side in heads]
    rule = ["-" * (width - 1) + (":" if side == "r" else "-") for width, side in zip(widths, sides, strict=True)]
    lines = [[title for title, _ in heads], rule, *rows]
    return "".join(
        "| " + " | ".join(_padded(*cell) for cell in zip(line, widths, sides, strict=True)) + " |\n" for line in lines
    )


def _padded(cell: str, width: int, side: Literal["l", "r"]) -> str:
    space = " " * (width - cell_len(cell))
    return space + cell if side == "r" else cell + space


def board_markdown(standings: Standings) -> str:
    """Write a board as Markdown.

    Args:
        standings: The board.

    Example:
        >>> from leaderboards.demo import demo_standings
        >>> board_markdown(demo_standings()).splitlines()[0]
        '**pass@1, ranked by humaneval+**'
    """
    found = printed_table(standings)
    heads: list[Head] = [("#", "r"), (escaped(found.first), "l")]
    heads += [(escaped(title), "r") for title in (*found.numbers, *found.extras)]
    rows = []
    group = ""
    for row in found.rows:
        if row.group != group:
            group = row.group
            rows.append(["", f"*{escaped(group)}*", *[""] * (len(heads) - 2)])
        numbers = [_number(number) for number in row.numbers]
        rows.append([row.rank, _model(row), *numbers, *(escaped(text) for text in row.extras)])
    notes = [f"- <sup>{letter}</sup> {escaped(note)}\n" for letter, note in found.marked_notes]
    notes += [f"- {escaped(note)}\n" for note in found.notes]
    return f"**{escaped(found.title)}**\n\n{table(heads, rows)}\n{''.join(notes)}"


def _model(row: PrintedRow) -> str:
    name = escaped(f"{row.model}, {row.variant}" if row.variant else row.model)
    return f"{name} <sup>{', '.join(row.marks)}</sup>" if row.marks else name


def _number(number: PrintedNumber | None) -> str:
    if number is None:
        return UNKNOWN
    value = f"**{number.value}**" if number.is_bold else number.value
    if not number.low:
        return value
    # A dash between signed numbers would read as another sign.
    between = " to " if number.value[0] in "+-" else "–"
    return f"{value} ({number.low}{between}{number.high})"
