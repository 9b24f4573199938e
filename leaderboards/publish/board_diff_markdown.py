"""The difference of two boards as Markdown, short enough for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from leaderboards.publish.board_diff import BoardDiff, BoardScore, ScoreChange
from leaderboards.publish.markdown import Head, escaped, table

_SCORE_HEADS: list[Head] = [
    *(("model", "l"), ("column", "l")),
    *(("before", "r"), ("now", "r"), ("change", "r")),
    ("data", "l"),
]


def diff_markdown(diff: BoardDiff) -> str:
    """Write a difference as Markdown for a comment on a pull request.

    Args:
        diff: What `difference` gives.

    Example:
        >>> print(diff_markdown(BoardDiff(1, "humaneval+")))
        No model, score or rank changed.
        <BLANKLINE>
    """
    if diff.is_empty:
        return "No model, score or rank changed.\n"
    return "\n".join(_diff_blocks(diff))


def _diff_blocks(diff: BoardDiff) -> Iterator[str]:
    counts = {"new": len(diff.new), "gone": len(diff.gone)}
    counts |= {"scores changed": len(diff.scores), "ranks changed": len(diff.ranks)}
    yield f"**The board, pass@{diff.k}:** " + ", ".join(f"{count} {what}" for what, count in counts.items()) + ".\n"
    if diff.scores:
        yield table(_SCORE_HEADS, [_score_cells(change) for change in diff.scores])
        yield "Percent with intervals. The changes are untested: a board holds no outcomes of tasks.\n"
    if diff.ranks:
        heads: list[Head] = [("model", "l"), ("rank before", "r"), (f"rank now, in {escaped(diff.sort or '')}", "r")]
        yield table(
            heads, [[escaped(change.row.name), _rank(change.before), _rank(change.now)] for change in diff.ranks]
        )
    for title, names in (
        ("New", [row.name for row in diff.new]),
        ("Gone", [row.name for row in diff.gone]),
        ("New scores", [f"{row.name} in {column}" for row, column in diff.filled]),
        ("Scores gone", [f"{row.name} in {column}" for row, column in diff.emptied]),
    ):
        if names:
            yield f"{title}: {'; '.join(escaped(name) for name in names)}.\n"
    if diff.sort is None:
        yield "The two boards are ranked by different columns or data, so ranks are not compared.\n"


def _score_cells(change: ScoreChange) -> list[str]:
    before, now = change.before, change.now
    moved = f"{100 * (now.value - before.value):+.1f}" if change.is_comparable else "not comparable"
    if change.data_before != change.data_now:
        data = f"other: {change.data_before[:8]} → {change.data_now[:8]}"
    elif before.tasks != now.tasks:
        data = f"other tasks: {before.tasks} → {now.tasks}"
    else:
        data = "same" if before.samples == now.samples else f"same, n = {before.samples} → {now.samples}"
    return [escaped(change.row.name), escaped(change.column), _percent(before), _percent(now), moved, data]


def _percent(score: BoardScore) -> str:
    return f"{100 * score.value:.1f} ({100 * score.low:.1f}–{100 * score.high:.1f})"


def _rank(rank: tuple[int, int] | None) -> str:
    if rank is None:
        return "–"
    return str(rank[0]) if rank[0] == rank[1] else f"{rank[0]}–{rank[1]}"
