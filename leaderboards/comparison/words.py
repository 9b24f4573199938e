"""How one fact of a comparison reads: points, p-values, and the verdict in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from leaderboards.comparison.findings import ColumnComparison, Findings, Pair
from leaderboards.standings import LEVEL


def points(fraction: float) -> str:
    """Give a difference in percentage points, with its sign.

    Args:
        fraction: In [-1, 1].

    Example:
        >>> points(0.0666), points(-0.2), points(0.0001)
        ('+6.7', '-20.0', '0.0')
    """
    text = f"{100 * fraction:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text


def p_text(p_value: float) -> str:
    """Give a p-value as people read it.

    Args:
        p_value: In [0, 1].

    Example:
        >>> p_text(0.00004), p_text(0.0163), p_text(0.0496), p_text(0.52), p_text(1.0)
        ('<0.001', '0.016', '0.0496', '0.52', '1.00')
    """
    if p_value < 0.001:
        return "<0.001"
    if round(p_value, 3) == LEVEL:
        # Rounded, nobody could see on which side of the level it is.
        return f"{p_value:.4f}"
    return f"{p_value:.3f}" if p_value < 0.1 else f"{p_value:.2f}"


def p_words(p_value: float) -> str:
    """Give a p-value as it stands in a sentence.

    Args:
        p_value: In [0, 1].

    Example:
        >>> p_words(0.00004), p_words(0.0163)
        ('p < 0.001', 'p = 0.016')
    """
    text = p_text(p_value)
    return f"p < {text[1:]}" if text.startswith("<") else f"p = {text}"


def pair_verdict(findings: Findings, column: ColumnComparison) -> str:
    """Say what came of a comparison of two, in a sentence or two.

    Args:
        findings: Of two contenders.
        column: The column of it that is meant.
    """
    pair, result = column.pairs[0], column.pairs[0].result
    first, second = (one.letter for one in findings.contenders)
    if findings.contenders[0].run_ids == findings.contenders[1].run_ids:
        return f"{first} and {second} are the same run: there is nothing to compare."
    tested = f"{result.test}, {p_words(result.p_value)}"
    if result.permutation_p is not None:
        tested += f"; sign-flip check, {p_words(result.permutation_p)}"
    if pair.is_distinguishable:
        is_first = result.difference > 0
        better = first if is_first else second
        low, high = (result.low, result.high) if is_first else (-result.high, -result.low)
        words = (
            f"{better} is better on {column.column}: by {100 * abs(result.difference):.1f} points, "
            f"95 % interval {points(low)} to {points(high)} ({tested})."
        )
        if result.permutation_p is not None and result.permutation_p >= LEVEL:
            words += " The sign-flip check does not confirm it: take it as open."
        return words
    return f"Not distinguishable on {column.column}: {_gap(findings, pair)} ({tested}). {needed(column.pairs)}"


def _gap(findings: Findings, pair: Pair) -> str:
    difference = pair.result.difference
    if not round(difference, 9):
        return "both score the same"
    ahead = findings.contenders[pair.first if difference > 0 else pair.second].letter
    return f"{ahead} is {100 * abs(difference):.1f} points ahead"


def needed(pairs: Sequence[Pair]) -> str:
    """Say which gap these tasks can show at all.

    Args:
        pairs: Of one column; of several the middle one is said.
    """
    known = [pair.detectable for pair in pairs if pair.detectable is not None]
    if not known:
        return "These tasks can not say which gap would be needed."
    start = "For a typical pair a" if len(pairs) > 1 else "A"
    gap = f"{100 * median(known):.1f} points"
    return f"{start} gap of at least {gap} would be needed to be found four times in five."


def group_verdict(findings: Findings, column: ColumnComparison) -> str:
    """Say which of more than two are better than which.

    Args:
        findings: Of more than two contenders.
        column: The column of it that is meant.
    """
    beaten: dict[int, list[int]] = {}
    for pair in column.pairs:
        if pair.is_distinguishable:
            is_first = pair.result.difference > 0
            winner, loser = (pair.first, pair.second) if is_first else (pair.second, pair.first)
            beaten.setdefault(winner, []).append(loser)
    if not beaten:
        return f"No two are distinguishable on {column.column}. {needed(column.pairs)}"
    letter = [one.letter for one in findings.contenders]
    by_score = sorted(beaten, key=lambda place: -column.scores[place])
    parts = [
        f"{letter[winner]} than {', '.join(letter[loser] for loser in sorted(beaten[winner]))}" for winner in by_score
    ]
    return f"Better on {column.column}: {'; '.join(parts)}."


def cochran_line(column: ColumnComparison) -> str:
    """Say whether more than two differ at all; empty where Cochran's Q does not apply and nothing has to be said.

    Args:
        column: Of more than two contenders.
    """
    if column.cochran is None:
        return "Cochran's Q needs one sample a task and tasks of their own: left out."
    statistic, p_value = column.cochran
    return f"All alike? Cochran's Q = {statistic:.1f}, {p_words(p_value)}."


def holm_line(column: ColumnComparison) -> str:
    """Give the legend of a matrix of differences: what is marked, over how many pairs, and what could be seen.

    Args:
        column: Of more than two contenders.
    """
    tests = sorted({pair.result.test for pair in column.pairs})
    return (
        f"Row minus column, points. * survives Holm over {len(column.pairs)} pairs at 5 % ({', '.join(tests)}); "
        f"colour says the same. {needed(column.pairs)}"
    )


def data_line(findings: Findings, column: ColumnComparison) -> str:
    """Say what a column was compared over: the tasks, the data's hash, the samples a task.

    Args:
        findings: The comparison.
        column: A column of one benchmark.
    """
    assert column.place is not None
    records = [one.records[column.place] for one in findings.contenders]
    if not findings.is_paired:
        return f"{column.column}: {column.tasks[0]} and {column.tasks[1]} tasks."
    counts = sorted({int(count) for count in column.samples.ravel()})
    samples = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    version = records[0].benchmark_version
    version = "" if records[0].dataset_sha256.startswith(version) else f" {version}"
    return (
        f"{column.column}: {column.tasks[0]} tasks of {records[0].benchmark}{version}, "
        f"data {records[0].dataset_sha256[:12]}, n = {samples}."
    )
