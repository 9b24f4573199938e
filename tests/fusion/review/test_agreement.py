"""Kappa against its formula and a published table, means against scipy, and what can not be told."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from scipy import stats

from fusion.review.agreement import ReviewSummary, summary_of
from fusion.review.reviews import Origin, Review, latest
from fusion.review.view import ReviewsView


def said(rater: str, ratings: list[int], origin: Origin = "row") -> list[Review]:
    return [Review(rater, f"i{n}", origin, "coherence", rating, "") for n, rating in enumerate(ratings)]


def both(first: list[int], other: list[int]) -> ReviewSummary:
    return summary_of(said("Ada", first) + said("Bob", other))


def test_kappa_of_a_textbook_table() -> None:
    """20 both yes, 5 and 10 apart, 15 both no: 0.4 (Cohen's kappa on Wikipedia, first example)."""
    first = [1] * 25 + [2] * 25
    other = [1] * 20 + [2] * 5 + [1] * 10 + [2] * 15
    (pair,) = both(first, other).agreement
    assert pair.kappa is not None
    assert pair.kappa.value == pytest.approx(0.4)
    assert pair.kappa.low is not None
    assert pair.kappa.high is not None
    assert pair.kappa.low < 0.4 < pair.kappa.high
    assert pair.same == pytest.approx(0.7)
    assert pair.n == 50


@pytest.mark.parametrize("other", [[1, 2, 3, 4, 5] * 2, [2, 3, 4, 5, 1] * 2])
def test_without_a_variance_there_is_no_interval(other: list[int]) -> None:
    (pair,) = both([1, 2, 3, 4, 5] * 2, other).agreement
    assert pair.kappa is not None
    assert (pair.kappa.low, pair.kappa.high) == (None, None)
    assert pair.kappa.words in ("1.00", "-0.25")


def by_hand(first: list[int], other: list[int], weight: str) -> float:
    table = np.zeros((5, 5))
    for one, two in zip(first, other, strict=True):
        table[one - 1, two - 1] += 1
    table /= table.sum()
    chance = np.outer(table.sum(axis=1), table.sum(axis=0))
    away = np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
    cost = (away > 0).astype(float) if weight == "none" else away.astype(float)
    return float(1 - (cost * table).sum() / (cost * chance).sum())


RATINGS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=5, max_size=40)


@given(RATINGS)
@settings(max_examples=60, deadline=None)
def test_kappa_is_its_formula(pairs: list[tuple[int, int]]) -> None:
    first, other = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    (pair,) = both(first, other).agreement
    if len(set(first)) < 2 or len(set(other)) < 2:
        assert pair.kappa is None
        assert pair.weighted is None
        return
    assert pair.kappa is not None
    assert pair.weighted is not None
    assert pair.kappa.value == pytest.approx(by_hand(first, other, "none"))
    assert pair.weighted.value == pytest.approx(by_hand(first, other, "linear"))


def test_means_by_origin_are_those_of_scipy() -> None:
    rows, seeds = [5, 4, 4, 3, 5, 2], [3, 2, 4, 2]
    found = summary_of(said("Ada", rows) + said("Ada", seeds, "seed"))
    of_rows, of_seeds = found.means
    low, high = stats.t.interval(0.95, 5, np.mean(rows), stats.sem(rows))
    assert (of_rows.origin, of_rows.n, of_rows.mean) == ("row", 6, pytest.approx(np.mean(rows)))
    assert (of_rows.low, of_rows.high) == (pytest.approx(low), pytest.approx(high))
    assert of_seeds.mean == pytest.approx(2.75)
    (less,) = found.differences
    welch = stats.ttest_ind(rows, seeds, equal_var=False).confidence_interval()
    assert (less.low, less.high) == (pytest.approx(welch.low), pytest.approx(welch.high))


def test_several_raters_of_one_instruction_are_one_value() -> None:
    found = both([1, 1, 1], [5, 5, 5])
    assert (found.means[0].n, found.means[0].mean) == (3, 3)


def test_one_rater_has_nobody_to_agree_with() -> None:
    found = summary_of(said("Ada", [1, 2, 3]))
    assert found.agreement == ()
    assert "second rater" in drawn(found)


def test_the_last_word_holds() -> None:
    assert [review.rating for review in latest(said("Ada", [1]) + said("Ada", [4]))] == [4]


def drawn(found: ReviewSummary, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(ReviewsView(found))
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_the_view_fits_and_makes_names_printable() -> None:
    text = drawn(summary_of(said("Ada\x1b[2J", [1, 2, 3, 4, 5, 5]) + said("Bob", [1, 2, 3, 4, 4, 5])))
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 80
    assert "kappa" in text
