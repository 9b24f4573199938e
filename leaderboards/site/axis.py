"""The scale on which intervals are drawn: from a round tenth to another, laid out from 0 to 100."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from leaderboards.cells import IntervalAxis


@dataclass(frozen=True)
class Axis:
    """The scale of one column's bars; the ends are fractions in [0, 1].

    Example:
        >>> axis = Axis.around([(0.72, 0.84), (0.55, 0.69)])
        >>> axis.low_label, axis.high_label, axis.place(0.787)
        ('50', '90', '71.8')
    """

    low: float
    high: float

    @classmethod
    def around(cls, intervals: Iterable[tuple[float, float]]) -> Axis:
        """Choose the narrowest axis between round tenths that holds all intervals.

        Args:
            intervals: Both ends of each, fractions.
        """
        axis = IntervalAxis.around(intervals, width=2)
        return cls(axis.low, axis.high)

    def place(self, fraction: float) -> str:
        """Give a score's place from 0 to 100; what lies outside of the axis is drawn at its end.

        Args:
            fraction: In [0, 1].
        """
        share = (fraction - self.low) / (self.high - self.low)
        return f"{100 * min(1.0, max(0.0, share)):.1f}".removesuffix(".0")

    @property
    def low_label(self) -> str:
        """The left end in percent."""
        return f"{100 * self.low:.0f}"

    @property
    def high_label(self) -> str:
        """The right end in percent."""
        return f"{100 * self.high:.0f}"
