"""The sentence that answers first: who leads, by how much, and whether the tests bear it out."""

from __future__ import annotations

from leaderboards.standings import Row, Standings

_ALIKE = 1e-9


def headline(standings: Standings) -> str:
    """Say who leads in the sorted column; empty where fewer than two rows are ranked, and beside a baseline.

    Args:
        standings: The board.

    Example:
        >>> from leaderboards.demo import demo_standings
        >>> print(headline(demo_standings()).partition(":")[0])
        No single leader in humaneval+
    """
    ranking = standings.ranking
    ranked = [row for row in standings.rows if row.rank is not None]
    if standings.baseline or ranking is None or ranking.lead_p is None or len(ranked) < 2:
        return ""
    first, second = ranked[:2]
    label = ranking.column.label
    gap = first.cells[ranking.column].score.value - second.cells[ranking.column].score.value
    p_value = f"Holm-adjusted p {_p(ranking.lead_p)}"
    if not ranking.level_with_first:
        others = "" if len(ranked) == 2 else f", and told apart from all {len(ranked) - 1} others"
        return f"{_name(first)} leads in {label}: {100 * gap:.1f} points ahead of {_name(second)} ({p_value}){others}."
    apart = (
        f"{_name(first)} and {_name(second)} have the same score"
        if gap < _ALIKE
        else f"{_name(first)} is {100 * gap:.1f} points ahead of {_name(second)} ({p_value})"
    )
    level = ranking.level_with_first
    return f"No single leader in {label}: {apart}; {level} of {len(ranked) - 1} others may be as good as the first."


def _name(row: Row) -> str:
    return " ".join(filter(None, [row.model, row.variant]))


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}" if value < 0.1 else f"= {value:.2f}"
