"""Several models: Cochran's Q and the adjustments by statsmodels; all pairs against one pair at a time; ranks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from statsmodels.stats.contingency_tables import cochrans_q
from statsmodels.stats.multitest import multipletests

from harness.grading.pass_at_k import pass_at_k
from leaderboards.statistics import (
    all_pairs,
    benjamini_hochberg,
    cochran_q,
    holm,
    holm_pairs,
    paired_difference,
    rank_ranges,
)
from leaderboards.statistics.pairs import pass_rates

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 8), st.integers(1, 60))
def test_cochran_s_q_by_statsmodels(seed: int, models: int, tasks: int) -> None:
    passed = np.random.default_rng(seed).integers(0, 2, (models, tasks))
    statistic, p_value = cochran_q(passed)
    by_task = passed.sum(axis=0)
    if ((by_task == 0) | (by_task == models)).all():
        assert (statistic, p_value) == (0.0, 1.0)
    else:
        expected = cochrans_q(passed.T)
        assert statistic == pytest.approx(expected.statistic)
        assert p_value == pytest.approx(expected.pvalue, abs=1e-12)


def test_q_needs_two_models() -> None:
    with pytest.raises(ValueError, match="at least two"):
        cochran_q(np.array([[1, 0]]))


@settings(deadline=None)
@given(p_values)
def test_adjustments_by_statsmodels(values: list[float]) -> None:
    assert holm(values) == pytest.approx(multipletests(values, method="holm")[1])
    assert benjamini_hochberg(values) == pytest.approx(multipletests(values, method="fdr_bh")[1])


def test_nothing_to_adjust() -> None:
    assert holm([]) == benjamini_hochberg([]) == []


def made_up(seed: int, models: int, tasks: int, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    random = np.random.default_rng(seed)
    samples = np.repeat(random.integers(1, most + 1, (models, 1)), tasks, axis=1)
    ease = np.clip(random.beta(0.7, 0.7, tasks) + random.normal(0, 0.1, (models, 1)), 0, 1)
    return samples, random.binomial(samples, ease)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(2, 7), st.integers(2, 60), st.sampled_from([1, 2, 5]), st.booleans())
def test_all_pairs_are_as_one_pair_at_a_time(seed: int, models: int, tasks: int, most: int, is_clustered: bool) -> None:
    samples, passed = made_up(seed, models, tasks, most)
    clusters = [f"problem/{task // 2}" for task in range(tasks)] if is_clustered else None
    found = all_pairs(samples, passed, clusters=clusters)
    rates = passed / samples
    for a in range(models):
        for b in range(models):
            if a == b:
                assert found.p_values[a, b] == 1
                continue
            is_binary = bool(samples[a, 0] == samples[b, 0] == 1)
            one = paired_difference(rates[a], rates[b], clusters=clusters, is_binary=is_binary)
            assert found.differences[a, b] == pytest.approx(one.difference, abs=1e-12)
            assert found.p_values[a, b] == pytest.approx(one.p_value, rel=1e-6, abs=1e-12)
            assert one.test in found.tests
            if not is_clustered:
                assert found.variance[a, b] == pytest.approx((rates[a] - rates[b]).var(ddof=1), abs=1e-12)


def test_pass_at_k_is_compared_by_its_estimates() -> None:
    random = np.random.default_rng(3)
    samples = np.full((3, 50), 12)
    passed = random.binomial(12, random.beta(0.7, 0.7, 50), (3, 50))
    found = all_pairs(samples, passed, k=10)
    one = paired_difference(*pass_rates(samples[:2], passed[:2], 10), is_binary=False)
    assert found.p_values[0, 1] == pytest.approx(one.p_value)
    assert found.tests == {"paired t"}
    single = np.ones((2, 50), dtype=np.int64)
    assert all_pairs(single, passed[:2] // 12).tests == {"mid-p McNemar"}


def test_weights_that_are_alike_change_nothing() -> None:
    samples, passed = made_up(5, 6, 40, 3)
    clusters = [f"problem/{task % 20}" for task in range(40)]
    plain = all_pairs(samples, passed, clusters=clusters)
    weighted = all_pairs(samples, passed, clusters=clusters, weights=np.full(40, 1 / 40))
    assert np.allclose(plain.p_values, weighted.p_values)
    assert np.allclose(plain.variance, weighted.variance)


def test_a_task_without_weight_is_no_task() -> None:
    samples, passed = made_up(6, 4, 30, 4)
    weights = np.array([0.0] * 10 + [1 / 20] * 20)
    weighted = all_pairs(samples, passed, weights=weights)
    assert np.allclose(weighted.differences, all_pairs(samples[:, 10:], passed[:, 10:]).differences)


def test_a_thousand_models_on_five_hundred_tasks() -> None:
    samples, passed = made_up(1, 1000, 542, 1)
    found = all_pairs(samples, passed)
    some = np.random.default_rng(2).integers(0, 1000, (50, 2))
    for a, b in some:
        one = paired_difference(passed[a], passed[b], is_binary=True)
        assert found.p_values[a, b] == pytest.approx(one.p_value, rel=1e-8)


@settings(deadline=None)
@given(st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_pass_rates_by_counting(case: tuple[int, int, int]) -> None:
    n, c, k = case
    assert float(pass_rates(np.array([n]), np.array([c]), k)[0]) == pytest.approx(pass_at_k(n, c, k), abs=1e-12)


def test_holm_over_pairs_counts_each_once() -> None:
    values = np.array([[1, 0.01, 0.2, 0.04], [0, 1, 0.5, 0.001], [0, 0, 1, 0.03], [0, 0, 0, 1.0]])
    values = np.triu(values) + np.triu(values, 1).T
    adjusted = holm_pairs(values)
    assert (adjusted == adjusted.T).all()
    assert adjusted[np.triu_indices(4, 1)] == pytest.approx(holm([0.01, 0.2, 0.04, 0.5, 0.001, 0.03]))


scores = st.lists(st.integers(0, 6).map(lambda tasks: tasks / 164), min_size=1, max_size=8)


@settings(deadline=None)
@given(scores, st.integers(0, 10_000))
def test_ranges_hold_what_was_found_and_keep_the_order(values: list[float], seed: int) -> None:
    """Whatever the tests say: no range is narrower than they allow, equals share, better scores never rank after."""
    random = np.random.default_rng(seed)
    p = np.triu(random.choice([0.001, 0.5], (len(values), len(values))), 1)
    p = p + p.T + np.eye(len(values))
    ranges = rank_ranges(values, p)
    for one, (value, rank) in enumerate(zip(values, ranges, strict=True)):
        better = sum(other > value and p[one, place] < 0.05 for place, other in enumerate(values))
        worse = sum(other < value and p[one, place] < 0.05 for place, other in enumerate(values))
        assert 1 <= rank.first <= 1 + better
        assert len(values) - worse <= rank.last <= len(values)
        for other, other_rank in zip(values, ranges, strict=True):
            if other == value:
                assert rank == other_rank
            if other > value:
                assert other_rank.first <= rank.first
                assert other_rank.last <= rank.last


@settings(deadline=None)
@given(scores)
def test_where_every_pair_is_significant_ranks_are_those_of_the_scores(values: list[float]) -> None:
    ranges = rank_ranges(values, np.zeros((len(values), len(values))))
    for value, rank in zip(values, ranges, strict=True):
        assert rank.first == 1 + sum(other > value for other in values)
        assert rank.last == sum(other >= value for other in values)


def test_where_nothing_is_significant_all_share_all_ranks() -> None:
    assert {str(rank) for rank in rank_ranges([0.9, 0.5, 0.1], np.ones((3, 3)))} == {"1-3"}


def test_the_same_fraction_summed_otherwise_is_a_tie() -> None:
    assert [str(rank) for rank in rank_ranges([0.1 + 0.2, 0.3], np.zeros((2, 2)))] == ["1-2", "1-2"]


def test_an_untested_pair_is_not_distinguished() -> None:
    assert [str(rank) for rank in rank_ranges([0.9, 0.1], np.full((2, 2), np.nan))] == ["1-2", "1-2"]


def test_models_that_are_alike_are_hardly_ever_ranked_apart() -> None:
    """Eight models of the same strength on each of 164 tasks: any rank narrower than 1-8 is a false claim."""
    random, boards, false = np.random.default_rng(9), 400, 0
    for _ in range(boards):
        passed = (random.random((8, 164)) < random.beta(0.7, 0.7, 164)).astype(np.int64)
        found = all_pairs(np.ones_like(passed), passed)
        false += {str(rank) for rank in rank_ranges(passed.mean(axis=1), holm_pairs(found.p_values))} != {"1-8"}
    assert false / boards <= 0.05 + 2 * (0.05 * 0.95 / boards) ** 0.5
