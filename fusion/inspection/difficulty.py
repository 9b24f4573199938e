"""How hard the rows are, by every measure that is there, and how far these measures agree.

A judge's word, the share of several answers that passed tests, and the length are three opinions: their rank
correlations say whether they mean the same thing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fusion.dataset import Row
from fusion.dataset.rate import Rate
from fusion.inspection.distribution import Distribution

_FEWEST = 10
"""Rows from which a correlation is told."""


@dataclass(frozen=True)
class Correlation:
    """Spearman's rank correlation of two measures."""

    first: str
    second: str
    n: int
    value: float
    low: float
    high: float
    """Ends of the 95 % interval (Fisher's, with Bonett and Wright's variance)."""


@dataclass(frozen=True)
class Difficulty:
    """What is known of the rows' difficulty."""

    passing: Rate | None
    """Of the rows with tests that could be run; absent where nothing was verified."""
    untested: int
    measures: tuple[Distribution, ...]
    correlations: tuple[Correlation, ...]


def difficulty_of(rows: Sequence[Row]) -> Difficulty:
    """Sum up what the rows say.

    Args:
        rows: The rows.
    """
    states = [row.verified for row in rows if row.verified is not None]
    tested = [state for state in states if state != "untested"]
    judged = [row.judged_difficulty for row in rows if row.judged_difficulty is not None]
    rates = [row.pass_rate for row in rows if row.pass_rate is not None]
    measures = (
        Distribution.of("judged, 1 to 10", judged, edges=[place - 0.5 for place in range(1, 12)]),
        Distribution.of("pass rate", rates, edges=[-0.05 + 0.1 * place for place in range(12)]),
    )
    return Difficulty(
        Rate.of(tested.count("pass"), len(tested)) if states else None,
        states.count("untested"),
        tuple(measure for measure in measures if measure is not None),
        _correlations(rows),
    )


def _correlations(rows: Sequence[Row]) -> tuple[Correlation, ...]:
    columns: dict[str, list[float | None]] = {
        "judged": [row.judged_difficulty for row in rows],
        "pass rate": [row.pass_rate for row in rows],
        "instruction words": [float(len(row.instruction.split())) for row in rows],
    }
    names = list(columns)
    found = []
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            both = [
                (one, other)
                for one, other in zip(columns[first], columns[second], strict=True)
                if one is not None and other is not None
            ]
            if made := _spearman(first, second, both):
                found.append(made)
    return tuple(found)


def _spearman(first: str, second: str, pairs: Sequence[tuple[float, float]]) -> Correlation | None:
    if len(pairs) < _FEWEST:
        return None
    table = np.asarray(pairs, dtype=float)
    if not (np.ptp(table, axis=0) > 0).all():
        return None  # one of them never changes
    from scipy.stats import spearmanr

    value = float(spearmanr(table[:, 0], table[:, 1])[0])
    error = math.sqrt((1 + value**2 / 2) / (len(pairs) - 3))
    inner = math.atanh(max(-0.999999, min(0.999999, value)))
    return Correlation(
        first, second, len(pairs), value, math.tanh(inner - 1.96 * error), math.tanh(inner + 1.96 * error)
    )
