"""How one value of a board reads: a score with its interval, a difference, a model's name, statuses, seconds, a bar.

One decimal is printed only where the interval is narrower than five points, never two: more would claim what nobody
knows. Colour only repeats what the text says already, and a difference has one only where its test survives Holm.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leaderboards.grid import Parts
from leaderboards.methods import ONE_SEED
from leaderboards.standings import BaselineDifference, Cell, ReferenceScore

DASH = "–"
ELLIPSIS = "…"
BETTER, WORSE = "▲", "▼"
NARROW = 0.05
"""Width of an interval below which a decimal means something."""

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


def percent(fraction: float, *, is_narrow: bool, has_sign: bool = False) -> str:
    """Give a fraction in percent, with one decimal where its interval is narrow.

    Args:
        fraction: In [0, 1], or a difference in [-1, 1].
        is_narrow: Whether its interval is.
        has_sign: Whether to write a plus.

    Example:
        >>> percent(0.7378, is_narrow=False), percent(0.7378, is_narrow=True), percent(-0.0001, is_narrow=False)
        ('74', '73.8', '0')
    """
    digits = int(is_narrow)
    # Adding 0 makes of -0.0 a 0.0.
    return f"{round(100 * fraction, digits) + 0:{'+' if has_sign else ''}.{digits}f}"


def is_narrow(low: float, high: float) -> bool:
    """Whether an interval is narrow enough for a decimal.

    Args:
        low: Its lower end, a fraction.
        high: Its upper end.

    Example:
        >>> is_narrow(0.67, 0.80), is_narrow(0.951, 0.992)
        (False, True)
    """
    return high - low < NARROW


def score_parts(cell: Cell | None, *, is_padded: bool, is_marked: bool = False, is_exact: bool = False) -> Parts:
    """Give a score and its interval in percent, `74 67–80`; a mark says that a note belongs to it.

    Args:
        cell: None where the model has no score in the column.
        is_padded: Whether other scores of the column have a decimal, so that this one leaves room for it.
        is_marked: Whether a note below the table speaks of this score.
        is_exact: Whether it is no estimate, as that of a self-check: no interval, no decimal but where it fails.
    """
    if cell is None:
        return ((f"{DASH:>3}", "dim"),)
    score = cell.score
    narrow = is_narrow(score.low, score.high) and not is_exact
    value = f"{percent(score.value, is_narrow=narrow):>{5 if narrow else 3}}"
    mark = ("*" if is_marked else " ", "yellow")
    padding = "  " if is_padded and not narrow else ""
    if score.interval == ONE_SEED:
        return ((value + padding, "bold"), mark, ("one seed", "dim"))
    return ((value + padding, "bold"), mark, (_range(score.low, score.high, narrow), "dim"))


def reference_parts(score: ReferenceScore | None, *, is_padded: bool) -> Parts:
    """Give a published score, all in grey.

    Args:
        score: None where nothing was published.
        is_padded: Whether other scores of the column have a decimal.
    """
    if score is None:
        return ((f"{DASH:>3}", "dim"),)
    narrow = is_narrow(score.low, score.high)
    value = f"{percent(score.value, is_narrow=narrow):>{5 if narrow else 3}}"
    padding = "  " if is_padded and not narrow else ""
    return ((f"{value}{padding} {_range(score.low, score.high, narrow)}", "dim"),)


def _range(low: float, high: float, narrow: bool) -> str:
    return f"{percent(low, is_narrow=narrow)}{DASH}{percent(high, is_narrow=narrow)}"


def difference_parts(difference: BaselineDifference | None) -> Parts:
    """Give a difference to the baseline in points, `+5▲ [+1, +9]`; the mark and a colour only where it is significant.

    Args:
        difference: None where the two can not be compared.
    """
    if difference is None:
        return ((f"{DASH:>3}", "dim"),)
    paired = difference.paired
    narrow = is_narrow(paired.low, paired.high)
    value = f"{percent(paired.difference, is_narrow=narrow, has_sign=True):>{5 if narrow else 3}}"
    ends = (percent(end, is_narrow=narrow, has_sign=True) for end in (paired.low, paired.high))
    mark, style = " ", "bold"
    if difference.is_significant:
        mark, style = (BETTER, "bold green") if paired.difference > 0 else (WORSE, "bold red")
    return ((value + mark, style), (f"[{', '.join(ends)}]", "dim"))


def shortened(text: str, width: int) -> str:
    """Cut the middle out of a text that is too wide: names of models differ at both ends.

    Args:
        text: The text.
        width: The most characters it may have.

    Example:
        >>> shortened("deepseek-coder-6.7b-instruct", 16)
        'deepseek…nstruct'
        >>> shortened("short", 16)
        'short'
    """
    if len(text) <= width:
        return text
    head = width // 2
    return f"{text[:head]}{ELLIPSIS}{text[len(text) - (width - 1 - head) :]}"


def status_text(counts: Mapping[str, int], *, most: int = 3) -> str:
    """Name the most frequent statuses with their counts, and how many samples the others hold.

    Args:
        counts: Samples by status, the most frequent first.
        most: How many statuses to name.

    Example:
        >>> status_text({"fail": 30, "timeout": 2, "crash": 1, "no_code": 1})
        'fail 30, timeout 2, crash 1, no code 1'
        >>> status_text({"fail": 30, "timeout": 2, "crash": 1}, most=1)
        'fail 30, other 3'
    """
    # Naming one status more takes no more room than calling it another.
    shown = list(counts.items())[: most + (len(counts) == most + 1)]
    rest = sum(counts.values()) - sum(count for _, count in shown)
    parts = [f"{STATUS_WORDS.get(status, status)} {count}" for status, count in shown]
    return ", ".join(parts + ([f"other {rest}"] if rest else []))


def seconds_text(seconds: float | None) -> str:
    """Give seconds to three digits, or a dash where nobody measured them.

    Args:
        seconds: None where unknown.

    Example:
        >>> seconds_text(3.14159), seconds_text(1234.5), seconds_text(None)
        ('3.1', '1234', '–')
    """
    if seconds is None:
        return DASH
    return f"{seconds:.1f}" if seconds < 100 else f"{seconds:.0f}"


@dataclass(frozen=True)
class IntervalAxis:
    """The scale on which one column's intervals are drawn; the ends are fractions, round tenths.

    Example:
        >>> axis = IntervalAxis.around([(0.72, 0.84), (0.55, 0.69)], width=21)
        >>> axis.title
        '50%               90%'
        >>> axis.bar(0.72, 0.787, 0.84)
        '           ├──●──┤   '
        >>> differences = IntervalAxis.around_zero([(-0.08, 0.02)], width=21)
        >>> differences.title, differences.bar(-0.08, -0.03, 0.02)
        ('-10               +10', '  ├────●──┼─┤        ')
    """

    low: float
    high: float
    width: int

    @classmethod
    def around(cls, intervals: Iterable[tuple[float, float]], *, width: int) -> IntervalAxis:
        """Choose the narrowest axis between round tenths that holds all intervals.

        Args:
            intervals: Lower and upper ends.
            width: Characters of a bar.
        """
        ends = [end for interval in intervals for end in interval] or [0.0, 1.0]
        # Tenths are rounded first: 0.3 is stored as 0.30000000000000004, and its ceiling would be 0.4.
        low, high = math.floor(round(min(ends) * 10, 6)) / 10, math.ceil(round(max(ends) * 10, 6)) / 10
        return cls(low, high, width) if high > low else cls(max(0.0, low - 0.1), min(1.0, high + 0.1), width)

    @classmethod
    def around_zero(cls, intervals: Iterable[tuple[float, float]], *, width: int) -> IntervalAxis:
        """Choose the narrowest axis of differences: it holds all intervals, with 0 in its middle.

        Args:
            intervals: Lower and upper ends.
            width: Characters of a bar.
        """
        furthest = max((abs(end) for interval in intervals for end in interval), default=0.1)
        reach = max(0.1, math.ceil(round(furthest * 10, 6)) / 10)
        return cls(-reach, reach, width)

    @property
    def title(self) -> str:
        """The axis's two ends, at the two ends of the bar's width; percent, or points of a difference."""
        if self.low < 0:
            low, high = f"{100 * self.low:+.0f}", f"{100 * self.high:+.0f}"
        else:
            low, high = f"{100 * self.low:.0f}%", f"{100 * self.high:.0f}%"
        return low + " " * (self.width - len(low) - len(high)) + high

    def bar(self, low: float, value: float, high: float) -> str:
        """Draw one interval with its score; where the axis has a 0 inside, with that.

        Args:
            low: Lower end, a fraction.
            value: The score.
            high: Upper end.
        """
        first, point, last = (self._place(end) for end in (low, value, high))
        cells = [" "] * self.width
        if self.low < 0 < self.high:
            cells[self._place(0.0)] = "│"
        zero = cells.index("│") if "│" in cells else -1
        cells[first : last + 1] = "─" * (last + 1 - first)
        if first < zero < last:
            cells[zero] = "┼"
        cells[first], cells[last], cells[point] = "├", "┤", "●"
        return "".join(cells)

    def _place(self, fraction: float) -> int:
        return round((fraction - self.low) / (self.high - self.low) * (self.width - 1))
