"""How far raters agree, and what they say of rows and of seeds.

Agreement is Cohen's kappa of each two raters over what both rated, as statsmodels computes it with its interval; the
scale is ordered, so the linearly weighted one stands beside it. Kappa is unknown where one of the two always says the
same: then agreement by chance and real agreement can not be told apart.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from fusion.review.reviews import CRITERIA, HIGHEST, LOWEST, Criterion, Origin, Review

_FEWEST = 2
_NO_WIDTH = 1e-6


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa of two raters."""

    value: float
    low: float | None
    high: float | None
    """Ends of the 95 % interval; absent where the variance comes out as none, as for raters who always agree."""

    @property
    def words(self) -> str:
        """The value with its interval."""
        interval = "" if self.low is None else f" [{self.low:.2f}, {self.high:.2f}]"
        return f"{self.value:.2f}{interval}"


@dataclass(frozen=True)
class PairAgreement:
    """How far two raters agree on one criterion."""

    raters: tuple[str, str]
    criterion: Criterion
    n: int
    """Instructions that both rated."""
    same: float
    """Share of them with the same rating."""
    kappa: Kappa | None
    weighted: Kappa | None
    """Of the distance between ratings; both are absent where one rater always says the same."""


@dataclass(frozen=True)
class MeanRating:
    """What raters say of one criterion, of rows or of seeds."""

    criterion: Criterion
    origin: Origin
    n: int
    """Instructions; several raters of one are taken together first."""
    mean: float
    low: float | None
    high: float | None
    """Ends of the 95 % interval (Student's t); absent for a single instruction."""


@dataclass(frozen=True)
class RowsLessSeeds:
    """By how much rows are rated above seeds."""

    criterion: Criterion
    difference: float
    low: float
    high: float
    """Ends of the 95 % interval (Welch's)."""


@dataclass(frozen=True)
class ReviewSummary:
    """What all raters said."""

    raters: dict[str, int]
    """Instructions that each rated."""
    agreement: tuple[PairAgreement, ...]
    means: tuple[MeanRating, ...]
    differences: tuple[RowsLessSeeds, ...]


def summary_of(reviews: Sequence[Review]) -> ReviewSummary:
    """Sum ratings up.

    Args:
        reviews: Those that hold (`fusion.review.reviews.latest`).

    Example:
        >>> said = [("Ada", 5), ("Ada", 1), ("Ada", 4), ("Bob", 5), ("Bob", 1), ("Bob", 4)]
        >>> found = summary_of([Review(rater, str(place % 3), "row", "coherence", rating, "")
        ...     for place, (rater, rating) in enumerate(said)])
        >>> found.agreement[0].kappa.value, found.means[0].n
        (1.0, 3)
    """
    by_rater: dict[str, dict[tuple[Criterion, Origin, str], int]] = defaultdict(dict)
    for review in reviews:
        by_rater[review.rater][review.criterion, review.origin, review.item] = review.rating
    raters = {rater: len({key[1:] for key in given}) for rater, given in sorted(by_rater.items())}
    means = {
        (criterion, origin): _item_means(reviews, criterion, origin)
        for criterion in CRITERIA
        for origin in _origins(reviews)
    }
    return ReviewSummary(
        raters,
        tuple(
            made
            for first, second in itertools.combinations(raters, 2)
            for criterion in CRITERIA
            if (made := _agreement(first, second, criterion, by_rater[first], by_rater[second]))
        ),
        tuple(_mean(criterion, origin, values) for (criterion, origin), values in means.items() if values),
        tuple(
            less
            for criterion in CRITERIA
            if (less := _difference(criterion, means.get((criterion, "row"), []), means.get((criterion, "seed"), [])))
        ),
    )


def _origins(reviews: Iterable[Review]) -> tuple[Origin, ...]:
    seen = {review.origin for review in reviews}
    origins: tuple[Origin, ...] = ("row", "seed")
    return tuple(origin for origin in origins if origin in seen)


def _agreement(
    first: str,
    second: str,
    criterion: Criterion,
    one: dict[tuple[Criterion, Origin, str], int],
    other: dict[tuple[Criterion, Origin, str], int],
) -> PairAgreement | None:
    both = [(rating, other[key]) for key, rating in one.items() if key[0] == criterion and key in other]
    if len(both) < _FEWEST:
        return None
    table = np.zeros((HIGHEST - LOWEST + 1,) * 2)
    for rating, its in both:
        table[rating - LOWEST, its - LOWEST] += 1
    same = float(np.trace(table)) / len(both)
    return PairAgreement((first, second), criterion, len(both), same, _kappa(table, None), _kappa(table, "linear"))


def _kappa(table: np.ndarray[tuple[int, ...], np.dtype[np.float64]], weights: str | None) -> Kappa | None:
    if (table.sum(axis=1) > 0).sum() < 2 or (table.sum(axis=0) > 0).sum() < 2:
        return None
    from statsmodels.stats.inter_rater import cohens_kappa

    with np.errstate(invalid="ignore", divide="ignore"):  # a variance of none may come out as a little less than that
        found = cohens_kappa(table, wt=weights)
    value, low, high = (float(part) for part in (found.kappa, found.kappa_low, found.kappa_upp))
    if not high - low > _NO_WIDTH:
        return Kappa(value, None, None)
    return Kappa(value, max(-1.0, low), min(1.0, high))


def _item_means(reviews: Iterable[Review], criterion: Criterion, origin: Origin) -> list[float]:
    given: dict[str, list[int]] = defaultdict(list)
    for review in reviews:
        if review.criterion == criterion and review.origin == origin:
            given[review.item].append(review.rating)
    return [statistics.mean(ratings) for ratings in given.values()]


def _mean(criterion: Criterion, origin: Origin, values: Sequence[float]) -> MeanRating:
    mean = statistics.mean(values)
    if len(values) < _FEWEST:
        return MeanRating(criterion, origin, len(values), mean, None, None)
    from scipy.stats import t

    reach = float(t.ppf(0.975, len(values) - 1)) * statistics.stdev(values) / math.sqrt(len(values))
    return MeanRating(criterion, origin, len(values), mean, mean - reach, mean + reach)


def _difference(criterion: Criterion, rows: Sequence[float], seeds: Sequence[float]) -> RowsLessSeeds | None:
    if len(rows) < _FEWEST or len(seeds) < _FEWEST:
        return None
    difference = statistics.mean(rows) - statistics.mean(seeds)
    parts = statistics.variance(rows) / len(rows), statistics.variance(seeds) / len(seeds)
    if not sum(parts):
        return RowsLessSeeds(criterion, difference, difference, difference)
    from scipy.stats import t

    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (len(rows) - 1) + parts[1] ** 2 / (len(seeds) - 1))
    reach = float(t.ppf(0.975, freedom)) * math.sqrt(sum(parts))
    return RowsLessSeeds(criterion, difference, difference - reach, difference + reach)
