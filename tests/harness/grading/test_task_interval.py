"""Intervals over tasks: how often they hold the truth, and what is done where tasks do not scatter."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from harness.grading.pass_at_k import wilson
from harness.grading.task_interval import LOGIT_T, WILSON, task_interval

estimates = st.lists(st.integers(0, 10).map(lambda passed: passed / 10), min_size=1, max_size=60)


@settings(deadline=None)
@given(st.lists(st.integers(0, 1).map(float), min_size=1, max_size=200))
def test_one_sample_a_task_gets_wilson_s(passed: list[float]) -> None:
    assert task_interval(passed, is_binary=True) == (*wilson(sum(passed), len(passed)), WILSON)


@settings(deadline=None)
@given(estimates)
def test_the_interval_holds_the_mean_and_stays_in_bounds(values: list[float]) -> None:
    low, high, _ = task_interval(values, is_binary=False)
    mean = math.fsum(values) / len(values)
    assert 0 <= low <= mean + 1e-12
    assert mean - 1e-12 <= high <= 1
    assert low < high


@settings(deadline=None)
@given(estimates)
def test_t_on_the_logit_scale_by_scipy(values: list[float]) -> None:
    low, high, kind = task_interval(values, is_binary=False)
    mean = float(np.mean(values))
    if kind == LOGIT_T:
        error = float(stats.sem(values)) / (mean * (1 - mean))
        logits = stats.t.interval(0.95, len(values) - 1, loc=math.log(mean / (1 - mean)), scale=error)
        assert (low, high) == pytest.approx(tuple(1 / (1 + np.exp(-np.array(logits)))), abs=1e-9)


@pytest.mark.parametrize("values", [[1.0] * 20, [0.0] * 20, [0.5] * 20, [0.5]])
def test_tasks_that_do_not_scatter_get_a_wide_interval(values: list[float]) -> None:
    low, high, kind = task_interval(values, is_binary=False)
    assert kind == WILSON
    assert high - low > 0.15


@pytest.mark.parametrize("ease", [(0.3, 0.3), (0.285, 0.015)])
def test_it_holds_the_truth_as_often_as_it_says_where_pooling_does_not(ease: tuple[float, float]) -> None:
    """164 tasks, either easy or hard, 10 samples each."""
    random, boards = np.random.default_rng(2), 800
    truth, held, pooled = ease[0] / sum(ease), 0, 0
    for _ in range(boards):
        passed = random.binomial(10, random.beta(*ease, 164))
        low, high, _ = task_interval((passed / 10).tolist(), is_binary=False)
        held += low <= truth <= high
        low, high = wilson(int(passed.sum()), 1640)
        pooled += low <= truth <= high
    assert held / boards == pytest.approx(0.95, abs=0.02)
    assert pooled / boards < 0.8


def test_no_task_has_no_interval() -> None:
    with pytest.raises(ValueError, match="no such case"):
        task_interval([], is_binary=False)
