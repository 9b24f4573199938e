"""pass@k by counting, by the published formula and by EvalPlus; Wilson's interval by its definition and by scipy."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.grading.pass_at_k import mean_pass_at_k, pass_at_k, wilson


@pytest.mark.parametrize("n", range(1, 8))
def test_counting_all_draws(n: int) -> None:
    for c, k in itertools.product(range(n + 1), range(1, n + 1)):
        draws = list(itertools.combinations(range(n), k))
        share = Fraction(sum(min(draw) < c for draw in draws), len(draws))
        assert pass_at_k(n, c, k) == float(share)


@settings(deadline=None)
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_the_published_product(case: tuple[int, int, int]) -> None:
    n, c, k = case
    product = 1.0 if n - c >= k else 0.0
    for number in range(n - c + 1, n + 1) if product else ():
        product *= 1 - k / number
    assert pass_at_k(n, c, k) == pytest.approx(1 - product, abs=1e-9)


def test_evalplus_says_the_same() -> None:
    estimate = pytest.importorskip("evalplus.eval").estimate_pass_at_k
    cases = [
        (n, c, k) for n in (1, 2, 10, 200) for c in (0, 1, n // 2, n) for k in (1, 2, 10, 100) if k <= n and c <= n
    ]
    for n, c, k in cases:
        assert pass_at_k(n, c, k) == pytest.approx(float(estimate([n], [c], k)[0]), abs=1e-12)


def test_large_counts_stay_exact() -> None:
    assert pass_at_k(10**6, 1, 1) == 1e-6
    assert pass_at_k(5000, 1, 2500) == 0.5
    assert pass_at_k(10**4, 9_999, 9_999) == 1.0


def test_fewer_samples_than_drawn() -> None:
    assert pass_at_k(4, 4, 5) is None
    assert mean_pass_at_k([(10, 1), (4, 4)], 5) is None
    assert mean_pass_at_k([], 1) is None


@pytest.mark.parametrize("case", [(1, 2, 1), (1, -1, 1), (-1, 0, 1), (3, 1, 0)])
def test_impossible_counts(case: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="there is no such case"):
        pass_at_k(*case)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(3, 20), st.integers(0, 3)), min_size=1))
def test_the_mean_is_that_of_the_tasks(counts: list[tuple[int, int]]) -> None:
    mean = mean_pass_at_k(counts, 2)
    assert mean == pytest.approx(sum(pass_at_k(n, c, 2) or 0 for n, c in counts) / len(counts))


@settings(deadline=None)
@given(st.integers(1, 2000), st.floats(0, 1), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_by_its_definition(n: int, share: float, confidence: float) -> None:
    passed = share * n
    low, high = wilson(passed, n, confidence)
    assert 0 <= low <= passed / n <= high <= 1
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    for end in (low, high):
        # An end is where the share seen is just z standard errors away from a true value of `end`.
        distance = abs(passed / n - end)
        assert distance == pytest.approx(z * math.sqrt(end * (1 - end) / n), abs=1e-7)


@pytest.mark.parametrize("n", [1, 10, 164, 378])
def test_wilson_at_the_ends(n: int) -> None:
    assert wilson(0, n)[0] == 0.0
    assert wilson(n, n)[1] == 1.0


def test_wilson_by_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for n in (1, 5, 164, 1000):
        for passed in {0, 1, n // 3, n}:
            interval = stats.binomtest(passed, n).proportion_ci(0.95, method="wilson")
            assert wilson(passed, n) == pytest.approx((interval.low, interval.high), abs=1e-12)


@pytest.mark.parametrize("case", [(1, 0), (3, 2), (-0.1, 2)])
def test_wilson_of_nothing(case: tuple[float, int]) -> None:
    with pytest.raises(ValueError, match="there is no such case"):
        wilson(*case)
