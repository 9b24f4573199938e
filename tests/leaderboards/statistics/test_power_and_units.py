"""Power by simulation and by statsmodels; seeds as the unit; noise by its definition; suspects by scipy's tau."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import NormalIndPower

from leaderboards.statistics import (
    minimum_detectable_effect,
    minimum_detectable_over_seeds,
    noise_split,
    paired_difference,
    seed_level_difference,
    seed_mean,
    suspect_tasks,
)


@pytest.mark.parametrize(
    ("tasks", "discordance", "points"), [(164, 0.08, 6.2), (164, 0.12, 7.6), (378, 0.12, 5.0), (542, 0.20, 5.4)]
)
def test_what_the_usual_benchmarks_resolve(tasks: int, discordance: float, points: float) -> None:
    assert 100 * minimum_detectable_effect(discordance, tasks) == pytest.approx(points, abs=0.05)


@pytest.mark.parametrize("alpha", [0.05, 0.05 / 3])
@pytest.mark.parametrize("seeds", [2, 3, 5])
def test_four_of_five_studies_find_what_few_seeds_can_show(seeds: int, alpha: float) -> None:
    values = np.linspace(-1.0, 1.0, seeds)
    values = list(values / values.std(ddof=1))
    moved = minimum_detectable_over_seeds(values, values, alpha=alpha)
    random = np.random.default_rng(7)
    first, second = random.normal(moved, 1.0, (4000, seeds)), random.normal(0.0, 1.0, (4000, seeds))
    found = stats.ttest_ind(first, second, axis=1, equal_var=False).pvalue < alpha
    assert found.mean() == pytest.approx(0.8, abs=0.03)


@settings(deadline=None)
@given(
    st.floats(0.01, 0.5), st.integers(20, 2000), st.sampled_from([0.01, 0.05, 0.1]), st.sampled_from([0.5, 0.8, 0.9])
)
def test_the_effect_by_statsmodels(variance: float, tasks: int, alpha: float, power: float) -> None:
    effect = minimum_detectable_effect(variance, tasks, alpha=alpha, power=power)
    # One sample of differences is its two-sample power with the second sample infinitely large (ratio 0).
    found = NormalIndPower().power(effect / variance**0.5, tasks, alpha / 2, ratio=0, alternative="larger")
    assert float(found) == pytest.approx(power, abs=1e-6)


def test_the_effect_is_found_that_often() -> None:
    """164 tasks, 12 % discordance: a true difference of that size is found in about four boards of five."""
    random = np.random.default_rng(8)
    effect = minimum_detectable_effect(0.12 - 0.076**2, 164)
    only_a, only_b = (0.12 + effect) / 2, (0.12 - effect) / 2
    found = 0
    for _ in range(400):
        table = random.multinomial(164, [only_a, only_b, 1 - only_a - only_b])
        apart = np.repeat([1.0, -1.0, 0.0], table)
        found += paired_difference(np.maximum(apart, 0), np.maximum(-apart, 0), is_binary=True).p_value < 0.05
    assert found / 400 == pytest.approx(0.8, abs=0.06)


@settings(deadline=None)
@given(st.lists(st.floats(0.2, 0.8), min_size=2, max_size=8), st.lists(st.floats(0.2, 0.8), min_size=2, max_size=8))
def test_seeds_by_scipy(a: list[float], b: list[float]) -> None:
    if min(np.ptp(a), np.ptp(b)) < 1e-6:  # scipy warns of its own rounding there
        return
    found = seed_level_difference(a, b)
    expected = stats.ttest_ind(a, b, equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-6)
    assert (found.low, found.high) == pytest.approx((max(-1, interval.low), min(1, interval.high)), abs=1e-9)
    assert found.tasks == found.clusters == min(len(a), len(b))


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=8))
def test_a_mean_over_seeds_by_scipy(values: list[float]) -> None:
    found = seed_mean(values)
    assert found.mean == pytest.approx(np.mean(values))
    if np.ptp(values) < 1e-12:
        return  # t has nothing to go by; see below
    reach = float(stats.t.ppf(0.975, len(values) - 1) * stats.sem(values))
    assert found.low == pytest.approx(max(0, found.mean - reach), abs=1e-9)
    assert found.high == pytest.approx(min(1, found.mean + reach), abs=1e-9)


def test_one_seed_makes_no_claim_about_a_method() -> None:
    assert seed_mean([0.7]) == (0.7, None, None, 1)
    with pytest.raises(ValueError, match="1 and 3 seeds"):
        seed_level_difference([0.7], [0.6, 0.5, 0.4])
    with pytest.raises(ValueError, match="no seed"):
        seed_mean([])


def test_the_noise_split_finds_both_parts() -> None:
    """Tasks' true rates scatter with a known variance; drawing 4 samples adds p(1 - p) / 4 on average."""
    random = np.random.default_rng(4)
    data, prediction = [], []
    for _ in range(300):
        rates = random.beta(2, 2, 164)
        split = noise_split(np.full(164, 4), random.binomial(4, rates))
        assert split is not None
        data.append(split.data**2)
        prediction.append(split.prediction**2)
        assert split.total**2 == pytest.approx(split.data**2 + split.prediction**2)
    # Beta(2, 2): variance 1/20, mean of p(1 - p) 1/5.
    assert np.mean(data) == pytest.approx(1 / 20 / 164, rel=0.05)
    assert np.mean(prediction) == pytest.approx(1 / 5 / 4 / 164, rel=0.05)


def test_one_sample_a_task_can_not_be_split() -> None:
    assert noise_split(np.array([1, 1]), np.array([1, 0])) is None
    assert noise_split(np.array([4]), np.array([1])) is None


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(2, 10), st.sampled_from([1, 4]))
def test_suspects_by_scipy(seed: int, models: int, tasks: int, samples: int) -> None:
    rates = np.random.default_rng(seed).integers(0, samples + 1, (models, tasks)) / samples
    for task, tau in enumerate(suspect_tasks(rates)):
        others = np.delete(rates, task, axis=1).sum(axis=1).round(9)
        expected = float(stats.kendalltau(rates[:, task], others).statistic)
        assert (np.isnan(tau) and np.isnan(expected)) or tau == pytest.approx(expected, abs=1e-9)


def test_an_upside_down_task_is_the_most_suspect() -> None:
    strength = np.linspace(0.1, 0.9, 30)
    rates = (np.random.default_rng(1).random((30, 80)) < strength[:, None]).astype(float)
    rates[:, 7] = 1 - (strength > 0.5)
    assert int(np.nanargmin(suspect_tasks(rates))) == 7


def test_seeds_that_do_not_scatter_make_no_certain_claim() -> None:
    """Two seeds each, the same score twice: of the six ways to deal four values out, two part them as far."""
    found = seed_level_difference([0.7, 0.7], [0.6, 0.6])
    assert found.p_value == pytest.approx(2 / 6)
    assert found.low < 0 < found.high
    assert seed_level_difference([0.7, 0.7], [0.6, 0.6, 0.6]).p_value == pytest.approx(1 / 10)
    assert seed_level_difference([0.7, 0.7], [0.7, 0.7]).p_value == 1.0
    mean = seed_mean([0.7, 0.7])
    assert mean.low is not None
    assert mean.high is not None
    assert mean.low < 0.5 < 0.8 < mean.high
