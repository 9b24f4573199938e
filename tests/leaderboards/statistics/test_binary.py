"""McNemar's tests by counting and by statsmodels, their true size; Newcombe's intervals by papers and statsmodels."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep

from harness.grading.pass_at_k import wilson
from leaderboards.statistics import mcnemar_exact, mcnemar_mid_p, newcombe_paired, newcombe_unpaired

counts = st.integers(0, 60)


@pytest.mark.parametrize(("wins", "exact", "mid"), [((1, 0), 1.0, 0.5), ((3, 0), 0.25, 0.125)])
def test_the_worked_examples(wins: tuple[int, int], exact: float, mid: float) -> None:
    assert mcnemar_exact(*wins) == exact
    assert mcnemar_mid_p(*wins) == mid


def test_nine_to_two() -> None:
    assert mcnemar_exact(9, 2) == pytest.approx(0.0654, abs=5e-5)
    assert mcnemar_mid_p(9, 2) == pytest.approx(0.0386, abs=5e-5)


@pytest.mark.parametrize("tosses", range(11))
def test_counting_all_tosses(tosses: int) -> None:
    heads = [sum(toss) for toss in itertools.product((0, 1), repeat=tosses)]
    for seen in range(tosses + 1):
        apart = abs(2 * seen - tosses)
        further = Fraction(sum(abs(2 * head - tosses) > apart for head in heads), len(heads))
        as_far = Fraction(sum(abs(2 * head - tosses) == apart for head in heads), len(heads))
        assert mcnemar_exact(seen, tosses - seen) == float(further + as_far)
        assert mcnemar_mid_p(seen, tosses - seen) == (float(further + as_far / 2) if apart else 1.0)


@settings(deadline=None)
@given(counts, counts)
def test_statsmodels_says_the_same(only_a: int, only_b: int) -> None:
    exact = float(mcnemar([[5, only_a], [only_b, 7]], exact=True).pvalue) if only_a + only_b else 1.0
    middle = float(stats.binom.pmf(only_b, only_a + only_b, 0.5))
    assert mcnemar_exact(only_a, only_b) == pytest.approx(exact, rel=1e-9)
    expected = exact - middle if only_a != only_b else 1.0
    assert mcnemar_mid_p(only_a, only_b) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("tasks", "discordance"), [(164, 0.03), (164, 0.06), (164, 0.12), (378, 0.03), (378, 0.2)])
def test_a_true_null_is_rejected_in_at_most_five_percent(tasks: int, discordance: float) -> None:
    """Exactly: over every number of discordant tasks, and every way in which they fall when both models are alike."""
    sizes = {mcnemar_mid_p: 0.0, mcnemar_exact: 0.0}
    for tosses in range(tasks + 1):
        chance = float(stats.binom.pmf(tosses, tasks, discordance))
        if chance < 1e-13:
            continue
        falls = stats.binom.pmf(range(tosses + 1), tosses, 0.5)
        for test in sizes:
            rejected = (float(falls[wins]) for wins in range(tosses + 1) if test(wins, tosses - wins) < 0.05)
            sizes[test] += chance * sum(rejected)
    assert 0.0 < sizes[mcnemar_exact] < sizes[mcnemar_mid_p] <= 0.05


def test_many_tasks_do_not_overflow() -> None:
    assert 0 < mcnemar_mid_p(5_200, 4_800) < mcnemar_exact(5_200, 4_800) < 1e-4


def test_no_fewer_than_no_task() -> None:
    with pytest.raises(ValueError, match="no such case"):
        mcnemar_mid_p(-1, 2)
    with pytest.raises(ValueError, match="no such case"):
        newcombe_paired(0, 0, 0, 0)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # Fagerland, Lydersen, Laake 2014 (doi 10.1002/sim.6148), table II: airway hyper-responsiveness.
        ((1, 1, 7, 12), (-0.507, -0.026)),
    ],
)
def test_newcombe_s_paired_interval_in_the_literature(
    table: tuple[int, int, int, int], expected: tuple[float, float]
) -> None:
    assert newcombe_paired(*table) == pytest.approx(expected, abs=5e-4)


@settings(deadline=None)
@given(counts, counts, counts, counts.map(lambda count: count + 1))
def test_newcombe_s_paired_interval_is_sane(both: int, only_a: int, only_b: int, neither: int) -> None:
    low, high = newcombe_paired(both, only_a, only_b, neither)
    tasks = both + only_a + only_b + neither
    assert -1 <= low <= (only_a - only_b) / tasks + 1e-12
    assert (only_a - only_b) / tasks - 1e-12 <= high <= 1
    mirrored = newcombe_paired(both, only_b, only_a, neither)
    assert mirrored == pytest.approx((-high, -low), abs=1e-12)


@pytest.mark.parametrize(("share", "discordance"), [(0.7, 0.05), (0.7, 0.12), (0.95, 0.04), (0.5, 0.3)])
def test_newcombe_s_paired_interval_holds_the_truth_as_often_as_it_says(share: float, discordance: float) -> None:
    """Exactly, over all tables of 60 tasks that are not next to impossible."""
    tasks, only = 60, discordance / 2
    chances = [share - only, only, only, 1 - share - only]
    logs = [math.log(chance) for chance in chances]
    covered = total = 0.0
    for only_a, only_b in itertools.product(range(26), repeat=2):
        for both in range(tasks - only_a - only_b + 1):
            table = (both, only_a, only_b, tasks - only_a - only_b - both)
            log = math.lgamma(tasks + 1) + sum(
                count * logs[place] - math.lgamma(count + 1) for place, count in enumerate(table)
            )
            if log < -18:
                continue
            chance = math.exp(log)
            low, high = newcombe_paired(*table)
            total += chance
            covered += chance * (low <= 0 <= high)
    assert total > 0.999
    assert 0.93 < covered / total <= 1


@settings(deadline=None)
@given(st.integers(1, 200), st.integers(1, 200), st.floats(0, 1), st.floats(0, 1))
def test_newcombe_s_unpaired_interval_by_statsmodels(
    tasks_a: int, tasks_b: int, share_a: float, share_b: float
) -> None:
    passed_a, passed_b = round(share_a * tasks_a), round(share_b * tasks_b)
    expected = confint_proportions_2indep(passed_a, tasks_a, passed_b, tasks_b, method="newcomb", compare="diff")
    assert newcombe_unpaired(passed_a, tasks_a, passed_b, tasks_b) == pytest.approx(expected, abs=1e-9)
    assert wilson(passed_a, tasks_a)[0] <= passed_a / tasks_a
