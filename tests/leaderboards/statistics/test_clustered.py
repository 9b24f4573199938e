"""Means and differences over problems that are asked in several languages, by statsmodels' cluster-robust errors."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from harness.grading.pass_at_k import wilson
from harness.grading.task_interval import logit_t
from leaderboards.statistics import clustered_interval, paired_difference


def made_up(
    seed: int, problems: int, languages: int
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.float64]]:
    """Rates of tasks, their problems, and weights by which languages of different length count the same."""
    random = np.random.default_rng(seed)
    lengths = random.integers(max(2, problems // 2), problems + 1, languages)
    groups = np.concatenate([random.permutation(problems)[:length] for length in lengths])
    weights = np.concatenate([np.full(length, 1 / length / languages) for length in lengths])
    ease = random.beta(0.7, 0.7, problems)
    return random.binomial(4, ease[groups]) / 4, groups, weights


def robust_error(values: NDArray[np.float64], groups: NDArray[np.intp], weights: NDArray[np.float64]) -> float:
    model = sm.WLS(values, np.ones(values.size), weights=weights)
    return float(model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True).bse[0])


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000), st.integers(3, 40), st.integers(2, 6))
def test_the_interval_of_a_mean(seed: int, problems: int, languages: int) -> None:
    rates, groups, weights = made_up(seed, problems, languages)
    count, mean = len(set(groups)), float(rates @ weights)
    found = clustered_interval(rates, [str(group) for group in groups], weights)
    error = robust_error(rates, groups, weights)
    if 0 < mean < 1 and error > 1e-9 and count > 1:
        assert found == pytest.approx(logit_t(mean, error, count - 1), abs=1e-6)
    assert 0 <= found[0] <= mean + 1e-9
    assert mean - 1e-9 <= found[1] <= 1


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000), st.integers(3, 40), st.integers(2, 6))
def test_a_weighted_difference(seed: int, problems: int, languages: int) -> None:
    a, groups, weights = made_up(seed, problems, languages)
    b = np.random.default_rng(seed + 1).permutation(a)
    names = [str(group) for group in groups]
    found = paired_difference(a, b, clusters=names, weights=weights, is_binary=False)
    assert found.difference == pytest.approx(float((a - b) @ weights))
    error = robust_error(a - b, groups, weights)
    if error > 1e-9 and found.low > -1 and found.high < 1:
        reach = float(stats.t.ppf(0.975, found.clusters - 1)) * error
        assert found.high - found.low == pytest.approx(2 * reach, rel=1e-6)


def test_problems_that_do_not_scatter_get_a_wide_interval() -> None:
    names = [str(problem) for problem in range(20)] * 2
    assert clustered_interval(np.ones(40), names, np.full(40, 1 / 40)) == wilson(20, 20)
