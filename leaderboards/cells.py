"""How one value of a board reads: a score with its interval, a model's name, counts by status, seconds, a bar.

Every function gives a rich `Text` or a string of fixed parts, so that the columns line up without colour.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rich.text import Text

from leaderboards.store import Cell

DASH = "–"
ELLIPSIS = "…"

STATUS_WORDS = {
    "fail": "fail",
    "timeout": "timeout",
    "out_of_memory": "memory",
    "crash": "crash",
    "syntax_error": "syntax",
    "no_code": "no code",
    "truncated": "truncated",
    "infra_error": "infra",
    "skipped": "skipped",
}


def score_text(cell: Cell | None, *, decimals: int, is_marked: bool = False) -> Text:
    """Give a score and its interval in percent, `78.7 71.8–84.3`; a mark says that a note belongs to it.

    Args:
        cell: None where the model has no score in the column.
        decimals: Of the interval; the score itself keeps one, by which one task more can be seen.
        is_marked: Whether a note below the table speaks of this score.
    """
    if cell is None:
        return Text(f"{DASH:>5}", style="dim")
    score = cell.score
    text = Text(f"{100 * score.value:5.1f}", style="bold")
    text.append("*" if is_marked else " ", style="yellow")
    text.append(f"{100 * score.low:.{decimals}f}{DASH}{100 * score.high:.{decimals}f}", style="dim not bold")
    return text


def shortened(text: str, width: int) -> str:
    """Cut the middle out of a text that is too wide: names of models differ at both ends.

    Example:
        >>> shortened("deepseek-coder-6.7b-instruct", 16)
        'deepseek…nstruct'
        >>> shortened("short", 16)
        'short'
    """
    if len(text) <= width:
        return text
    head = (width - 1 + 1) // 2
    return f"{text[:head]}{ELLIPSIS}{text[len(text) - (width - 1 - head) :]}"


def status_text(counts: Mapping[str, int], *, most: int = 3) -> str:
    """Name the most frequent statuses with their counts, and how many samples the others hold.

    Example:
        >>> status_text({"fail": 30, "timeout": 2, "crash": 1, "no_code": 1})
        'fail 30, timeout 2, crash 1, other 1'
    """
    shown = list(counts.items())[:most]
    rest = sum(counts.values()) - sum(count for _, count in shown)
    parts = [f"{STATUS_WORDS.get(status, status)} {count}" for status, count in shown]
    return ", ".join(parts + ([f"other {rest}"] if rest else []))


def seconds_text(seconds: float | None) -> str:
    """Give seconds to three digits, or a dash where nobody measured them.

    Example:
        >>> seconds_text(3.14159), seconds_text(1234.5), seconds_text(None)
        ('3.1', '1234', '–')
    """
    if seconds is None:
        return DASH
    return f"{seconds:.1f}" if seconds < 100 else f"{seconds:.0f}"


@dataclass(frozen=True)
class IntervalAxis:
    """The scale on which one column's intervals are drawn; the ends are fractions in [0, 1], round tenths.

    Example:
        >>> axis = IntervalAxis.around([(0.72, 0.84), (0.55, 0.69)], width=21)
        >>> axis.title
        '50%               90%'
        >>> axis.bar(0.72, 0.787, 0.84)
        '           ├──●──┤   '
    """

    low: float
    high: float
    width: int

    @classmethod
    def around(cls, intervals: Iterable[tuple[float, float]], *, width: int) -> IntervalAxis:
        """Choose the narrowest axis between round tenths that holds all intervals."""
        ends = [end for interval in intervals for end in interval] or [0.0, 1.0]
        # Tenths are rounded first: 0.3 is stored as 0.30000000000000004, and its ceiling would be 0.4.
        low, high = math.floor(round(min(ends) * 10, 6)) / 10, math.ceil(round(max(ends) * 10, 6)) / 10
        return cls(low, high, width) if high > low else cls(max(0.0, low - 0.1), min(1.0, high + 0.1), width)

    @property
    def title(self) -> str:
        """The axis's two ends, at the two ends of the bar's width."""
        low, high = f"{100 * self.low:.0f}%", f"{100 * self.high:.0f}%"
        return low + " " * (self.width - len(low) - len(high)) + high

    def bar(self, low: float, value: float, high: float) -> str:
        """Draw one interval with its score."""
        first, point, last = (self._place(end) for end in (low, value, high))
        cells = [" "] * self.width
        cells[first : last + 1] = "─" * (last + 1 - first)
        cells[first], cells[last], cells[point] = "├", "┤", "●"
        return "".join(cells)

    def _place(self, fraction: float) -> int:
        return round((fraction - self.low) / (self.high - self.low) * (self.width - 1))
