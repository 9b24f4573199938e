"""Two models on the same tasks: t by scipy, clusters by statsmodels, sign flips by enumeration and by scipy."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from leaderboards.statistics import paired_difference, sign_flip_p, unpaired_difference


def made_up(seed: int, tasks: int, samples: int, edge: float = 0.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    random = np.random.default_rng(seed)
    ease = random.beta(0.7, 0.7, tasks)
    a = random.binomial(samples, np.clip(ease + edge, 0, 1)) / samples
    return a, random.binomial(samples, ease) / samples


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 80), st.integers(2, 20))
def test_the_paired_t_by_scipy(seed: int, tasks: int, samples: int) -> None:
    a, b = made_up(seed, tasks, samples)
    found = paired_difference(a, b, is_binary=False)
    assert found.test == "paired t"
    assert found.difference == pytest.approx(a.mean() - b.mean())
    assert found.wins + found.losses + found.ties == tasks == found.tasks == found.clusters
    if np.ptp(a - b) > 1e-9:  # less is rounding
        expected = stats.ttest_rel(a, b)
        interval = expected.confidence_interval(0.95)
        assert found.p_value == pytest.approx(expected.pvalue, rel=1e-7, abs=1e-12)
        assert (found.low, found.high) == pytest.approx((max(-1, interval.low), min(1, interval.high)), abs=1e-9)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 30), st.integers(2, 5), st.booleans())
def test_the_clustered_t_by_statsmodels(seed: int, problems: int, languages: int, is_binary: bool) -> None:
    a, b = made_up(seed, problems * languages, 1 if is_binary else 5)
    names = [f"HumanEval/{task % problems}" for task in range(a.size)]
    found = paired_difference(a, b, clusters=names, is_binary=is_binary)
    assert (found.test, found.clusters, found.tasks) == ("clustered paired t", problems, a.size)
    groups = np.arange(a.size) % problems
    if np.ptp(np.bincount(groups, weights=a - b)) > 1e-9:
        fitted = sm.OLS(a - b, np.ones(a.size)).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
        error = float(fitted.bse[0])
        assert found.p_value == pytest.approx(float(fitted.pvalues[0]), rel=1e-6, abs=1e-9)
        reach = float(stats.t.ppf(0.975, problems - 1)) * error
        mean = float((a - b).mean())
        assert (found.low, found.high) == pytest.approx((max(-1, mean - reach), min(1, mean + reach)), abs=1e-9)


def test_clusters_of_one_are_no_clusters() -> None:
    a, b = made_up(1, 40, 1)
    alone = [f"HumanEval/{task}" for task in range(40)]
    assert paired_difference(a, b, clusters=alone, is_binary=True) == paired_difference(a, b, is_binary=True)


def test_copies_of_a_task_say_nothing_new() -> None:
    """The same problem eight times over is no more evidence than once; without clusters it would seem so."""
    a, b = made_up(4, 60, 1)
    names = [f"HumanEval/{task}" for task in range(60)] * 8
    once = paired_difference(a, b, is_binary=False)
    copied = paired_difference(np.tile(a, 8), np.tile(b, 8), clusters=names, is_binary=True)
    assert copied.p_value == pytest.approx(once.p_value)
    assert paired_difference(np.tile(a, 8), np.tile(b, 8), is_binary=False).p_value < once.p_value


@settings(deadline=None)
@given(st.lists(st.integers(-4, 4), min_size=1, max_size=9))
def test_all_sign_flips_by_enumeration(values: list[int]) -> None:
    flips = [
        sum(sign * value for sign, value in zip(signs, values, strict=True))
        for signs in itertools.product((1, -1), repeat=len(values))
    ]
    expected = sum(abs(flip) >= abs(sum(values)) for flip in flips) / len(flips)
    assert sign_flip_p([value / 10 for value in values]) == pytest.approx(expected)


def test_sign_flips_by_scipy() -> None:
    values = np.random.default_rng(3).normal(0.2, 1, 12)
    expected = stats.permutation_test((values,), np.mean, permutation_type="samples", n_resamples=math.inf)
    assert sign_flip_p(values) == pytest.approx(expected.pvalue)


def test_random_sign_flips_are_the_same_each_time_and_near_the_t_test() -> None:
    a, b = made_up(7, 164, 10, edge=0.01)
    found = paired_difference(a, b, is_binary=False, seed=5)
    assert found.permutation_p is not None
    assert found == paired_difference(a, b, is_binary=False, seed=5)
    assert found.permutation_p != paired_difference(a, b, is_binary=False, seed=6).permutation_p
    assert found.permutation_p == pytest.approx(found.p_value, abs=0.02)


def test_twins_are_not_apart() -> None:
    a, _ = made_up(2, 50, 4)
    found = paired_difference(a, a, is_binary=False)
    assert (found.difference, found.p_value, found.permutation_p, found.ties) == (0.0, 1.0, 1.0, 50)
    found = paired_difference([1.0, 0.0], [1.0, 0.0], is_binary=True)
    assert (found.difference, found.p_value, found.permutation_p) == (0.0, 1.0, None)
    assert found.low < 0 < found.high


def test_everywhere_the_same_difference_is_counted_by_its_signs() -> None:
    found = paired_difference([0.5] * 5, [0.25] * 5, is_binary=False)
    assert found.low < 0 < 0.25 < found.high
    assert found.p_value == found.permutation_p == 2 / 2**5


def test_one_problem_alone_says_nothing() -> None:
    found = paired_difference([1.0, 1.0], [0.0, 0.0], clusters=["p", "p"], is_binary=True)
    assert (found.low, found.high, found.p_value, found.clusters) == (-1.0, 1.0, 1.0, 1)


def test_what_can_not_be_paired() -> None:
    with pytest.raises(ValueError, match="can not be paired"):
        paired_difference([1.0], [1.0, 0.0], is_binary=True)
    with pytest.raises(ValueError, match="can not be paired"):
        paired_difference([], [], is_binary=True)
    with pytest.raises(ValueError, match="0 or 1"):
        paired_difference([0.5], [1.0], is_binary=True)
    with pytest.raises(ValueError, match="1 clusters for 2 tasks"):
        paired_difference([1.0, 0.0], [1.0, 0.0], clusters=["p"], is_binary=True)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 80), st.integers(3, 80))
def test_welch_by_scipy(seed: int, tasks_a: int, tasks_b: int) -> None:
    a, b = made_up(seed, tasks_a, 7)[0], made_up(seed + 1, tasks_b, 9)[1]
    found = unpaired_difference(a, b)
    if found.test == "Welch t" and min(np.ptp(a), np.ptp(b)) > 1e-9:  # scipy warns of its own rounding there
        expected = stats.ttest_ind(a, b, equal_var=False)
        interval = expected.confidence_interval(0.95)
        assert found.p_value == pytest.approx(expected.pvalue, rel=1e-7)
        assert (found.low, found.high) == pytest.approx((max(-1, interval.low), min(1, interval.high)), abs=1e-9)


def test_the_z_test_by_statsmodels() -> None:
    proportions_ztest = pytest.importorskip("statsmodels.stats.proportion").proportions_ztest
    for passed_a, passed_b in ((10, 30), (60, 41), (0, 3), (82, 90)):
        found = unpaired_difference([1] * passed_a + [0] * (90 - passed_a), [1] * passed_b + [0] * (100 - passed_b))
        assert found.test == "two-sample z (Newcombe)"
        assert found.p_value == pytest.approx(proportions_ztest([passed_a, passed_b], [90, 100])[1])
        assert (found.tasks, found.wins, found.losses, found.ties) == (90, 0, 0, 0)


def test_unpaired_is_weaker() -> None:
    a, b = made_up(11, 164, 1, edge=0.05)
    assert unpaired_difference(a, b).p_value > paired_difference(a, b, is_binary=True).p_value


@pytest.mark.parametrize("rate", [1.0, 0.25, 0.0])
def test_a_difference_that_does_not_scatter_is_not_certain(rate: float) -> None:
    found = paired_difference([rate] * 10, [0.0] * 10, is_binary=False)
    assert found.low < found.difference <= found.high
    assert found.low <= max(0.0, rate - 0.2)
    assert found.high - found.low > 0.25
