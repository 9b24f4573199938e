"""The general notes below a printed table: data, intervals, tests and what they resolve, dates, sandbox.

Paths on the machine that made the table stay out of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from leaderboards.notes import data_lines, older_line, ranking_line, reading_line, sandbox_line
from leaderboards.standings import LEVEL, Standings


def table_notes(standings: Standings) -> Iterator[str]:
    """Give the notes that hold for the whole table, a sentence or two each.

    Args:
        standings: The board.

    Example:
        >>> from leaderboards.demo import demo_standings
        >>> next(table_notes(demo_standings()))
        'humaneval, humaneval+: 164 tasks of humaneval+ v0.1.10, data 68756d616e65'
    """
    lines = [
        *data_lines(standings.columns),
        reading_line(standings),
        ranking_line(standings),
        _bold_line(standings),
        _when_line(standings),
        sandbox_line(standings),
        *(f"{remark}." for remark in standings.remarks),
        older_line(standings.older_runs),
        f"Could not be read: {len(standings.unreadable)} of the runs." if standings.unreadable else "",
    ]
    yield from filter(None, lines)


def _bold_line(standings: Standings) -> str:
    """Say what bold means, and what its absence does not."""
    if standings.baseline is not None:
        found = [difference for row in standings.rows for difference in row.differences.values()]
        tests = " and ".join(sorted({difference.paired.test for difference in found})) or "no test"
        name = " ".join(filter(None, [standings.baseline.model, standings.baseline.variant]))
        over = "" if standings.by else "over the tasks that both have, "
        return (
            f"Differences to {name} in points, {over}each with its 95% interval. "
            f"Bold: {tests} survives Holm over the rows of a column at {100 * LEVEL:.0f}%; "
            "otherwise no difference was shown."
        )
    if standings.ranking is None or not standings.ranking.pairs:
        return ""
    return "Bold: a leader that the test tells apart from every other model; without bold there is none."


def _when_line(standings: Standings) -> str:
    records = [record for row in standings.rows for record in row.records]
    if not records:
        return ""
    dates = sorted({record.finished_utc[:10] for record in records})
    versions = sorted({record.software["fuseval"] for record in records if "fuseval" in record.software})
    when = f"Runs finished {dates[0]}" + (f" to {dates[-1]}" if len(dates) > 1 else "")
    return f"{when}, with fuseval {', '.join(versions)}." if versions else f"{when}."
