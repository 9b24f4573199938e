"""What stands beside the scores of a row: the bar of its interval, what it cost, what went wrong, what a test said."""

from __future__ import annotations

from functools import cached_property

from leaderboards.cells import DASH, IntervalAxis, seconds_text, status_text
from leaderboards.columns import Column
from leaderboards.methods import ONE_SEED
from leaderboards.notes import STRONG_LEVEL
from leaderboards.standings import BaselineDifference, ReferenceLine, Row, Standings

COMPARED = ("won–lost", "Holm p")
"""Columns that only a board with a baseline has; they are about the sorted column."""
_WIDTH = 25


class Bars:
    """The intervals of the sorted column, or of the differences in it, drawn on one axis.

    Args:
        standings: The board.
    """

    def __init__(self, standings: Standings) -> None:
        self._standings = standings

    @property
    def title(self) -> str:
        """The two ends of the axis, as wide as a bar."""
        return self._axis.title

    @cached_property
    def _axis(self) -> IntervalAxis:
        standings, sort = self._standings, self._standings.sort
        if sort is None:
            return IntervalAxis.around([], width=_WIDTH)
        lines: list[Row | ReferenceLine] = [*standings.rows, *standings.references]
        found = [self._ends(line, sort) for line in lines]
        outer = [(ends[0], ends[2]) for ends in found if ends]
        make = IntervalAxis.around_zero if standings.baseline else IntervalAxis.around
        return make(outer, width=_WIDTH)

    def bar(self, line: Row | ReferenceLine) -> str:
        """Draw one row's interval, without the spaces behind it; empty where it has none.

        Args:
            line: A row of the board, or a published one.
        """
        sort = self._standings.sort
        if sort is None:
            return ""
        ends = self._ends(line, sort)
        return self._axis.bar(*ends).rstrip() if ends else ""

    def _ends(self, line: Row | ReferenceLine, sort: Column) -> tuple[float, float, float] | None:
        if isinstance(line, ReferenceLine):
            published = line.scores[sort]
            return published.low, published.value, published.high
        if self._standings.baseline:
            difference = line.differences.get(sort)
            paired = difference.paired if difference else None
            return (paired.low, paired.difference, paired.high) if paired else None
        cell = line.cells.get(sort)
        if cell is None or line.is_self_check or cell.score.interval == ONE_SEED:
            return None
        return cell.score.low, cell.score.value, cell.score.high


def beside_score(line: Row | ReferenceLine, name: str, standings: Standings, statuses: int) -> str:
    """Give the text of one column beside the scores; empty where there is nothing to say.

    Args:
        line: A row of the board, or a published one.
        name: The column's.
        standings: The board.
        statuses: How many statuses to name.
    """
    if isinstance(line, ReferenceLine):
        return ""
    if name in COMPARED:
        difference = line.differences.get(standings.sort) if standings.sort else None
        return _compared(difference, name) if difference else ""
    records = line.records
    if name == "seeds":
        return str(max(len(cell.seed_values) for cell in line.cells.values()) or "")
    if name == "n":
        return "/".join(str(samples) for samples in line.samples)
    if name == "temperature":
        return "/".join(DASH if value is None else f"{value:g}" for value in line.temperatures)
    if name == "infra":
        return str(line.infra_errors) if line.infra_errors else ""
    if name == "not passed":
        return status_text(line.not_passed, most=statuses)
    if name == "sandbox":
        return ", ".join(sorted({record.sandbox for record in records} - {STRONG_LEVEL}))
    if name == "tokens":
        return DASH if line.tokens is None else f"{line.tokens:,}"
    if name == "date":
        return max(record.finished_utc for record in records)[:10]
    if name == "cpu s":
        return seconds_text(line.seconds("cpu"))
    return seconds_text(line.wall_seconds)


def _compared(difference: BaselineDifference, name: str) -> str:
    paired = difference.paired
    if name == "Holm p":
        return "<.001" if difference.adjusted_p < 0.001 else f"{difference.adjusted_p:.3f}"
    return f"{paired.wins}–{paired.losses}" if paired.wins + paired.losses + paired.ties else ""
