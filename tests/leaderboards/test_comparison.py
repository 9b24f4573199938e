"""What is compared with what, by which test, and which runs are refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import cochrans_q
from statsmodels.stats.multitest import multipletests

from harness.errors import InputError
from harness.records import ModelInfo
from leaderboards.comparison.comparison import compare, find_task, letters
from leaderboards.comparison.demo import demo_findings
from leaderboards.comparison.findings import TOGETHER
from tests.leaderboards.made_up_contenders import contender, outcomes

ALL = [1] * 164
HALF = [1, 0] * 82


def test_two_runs_with_one_sample_a_task() -> None:
    a, b = [1] * 9 + [0] * 2 + [1] * 10, [0] * 9 + [1] * 2 + [1] * 10
    column = compare([contender("A", outcomes("own", a)), contender("B", outcomes("own", b))]).columns[0]
    result = column.pairs[0].result
    assert (result.test, result.wins, result.losses, result.ties) == ("mid-p McNemar", 9, 2, 10)
    assert round(result.p_value, 3) == round(column.pairs[0].adjusted_p, 3) == 0.039
    assert column.scores == pytest.approx((19 / 21, 12 / 21))
    assert column.only(0, 1) == tuple(f"HumanEval/{number}" for number in range(9))
    assert column.only(1, 0) == ("HumanEval/9", "HumanEval/10")


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=20))
def test_turned_round_it_says_the_same(passed: list[tuple[int, int]]) -> None:
    a = contender("A", outcomes("own", [first for first, _ in passed], 3))
    b = contender("B", outcomes("own", [second for _, second in passed], 3))
    there, back = compare([a, b]).columns[0], compare([b, a]).columns[0]
    one, other = there.pairs[0].result, back.pairs[0].result
    assert one.difference == pytest.approx(-other.difference)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    assert (one.wins, one.losses, one.p_value) == pytest.approx((other.losses, other.wins, other.p_value))
    assert there.only(0, 1) == back.only(1, 0)


def test_the_column_with_more_tests_decides() -> None:
    both = {**outcomes("humaneval", ALL), **outcomes("humaneval+", HALF)}
    found = compare([contender("A", both), contender("B", both)])
    assert [column.column for column in found.columns] == ["humaneval+", "humaneval"]


def test_runs_on_base_and_on_plus_meet_in_the_base_column() -> None:
    both = {**outcomes("mbpp", ALL), **outcomes("mbpp+", HALF)}
    plus, base = contender("A", both), contender("B", outcomes("mbpp", HALF))
    base = replace(base, records=(replace(base.records[0], dataset_sha256=plus.records[0].dataset_sha256),))
    assert [column.column for column in compare([plus, base]).columns] == ["mbpp"]


def test_several_samples_a_task_take_the_t_test_with_its_check() -> None:
    a, b = outcomes("own", [10, 7, 3, 9, 0, 5], 10), outcomes("own", [8, 2, 3, 4, 0, 1], 10)
    result = compare([contender("A", a), contender("B", b)]).columns[0].pairs[0].result
    assert result.test == "paired t"
    assert result.permutation_p == pytest.approx(0.125)  # 4 of 6 differ, all one way: 2 of 2^4


def test_one_problem_in_several_languages_is_one_cluster() -> None:
    tasks = [f"HumanEval_{number}_name" for number in range(40)]
    languages = [outcomes(f"multipl-e:{name}", ([1, 1, 0] * 14)[:40], tasks=tasks) for name in ("js", "rs")]
    weaker = [outcomes(f"multipl-e:{name}", ([1, 0, 0] * 14)[:40], tasks=tasks) for name in ("js", "rs")]
    found = compare([contender("A", *languages), contender("B", *weaker)])
    assert [column.column for column in found.columns] == [TOGETHER, "multipl-e:js", "multipl-e:rs"]
    together, one = found.columns[0].pairs[0].result, found.columns[1].pairs[0].result
    assert (together.test, together.tasks, together.clusters) == ("clustered paired t", 80, 40)
    # Twice the same answers are no more evidence than once.
    assert together.high - together.low == pytest.approx(one.high - one.low, rel=0.1)


def test_more_than_two_are_adjusted_as_statsmodels_does() -> None:
    random = np.random.default_rng(1)
    passed = (random.random((4, 60)) < [[0.4], [0.5], [0.6], [0.8]]).astype(int)
    runs = [contender(letter, outcomes("own", row)) for letter, row in zip(letters(), passed.tolist(), strict=False)]
    column = compare(runs).columns[0]
    adjusted = multipletests([pair.result.p_value for pair in column.pairs], method="holm")[1]
    assert [pair.adjusted_p for pair in column.pairs] == pytest.approx(list(adjusted))
    expected = cochrans_q(passed.T)
    assert column.cochran == pytest.approx((expected.statistic, expected.pvalue))
    assert column.pair(1, 3).result.difference == pytest.approx(passed[1].mean() - passed[3].mean())


def test_cochran_s_q_is_left_out_where_it_does_not_hold() -> None:
    runs = [contender(letter, outcomes("own", [3, 1, 0, 2], 3)) for letter in "ABC"]
    assert compare(runs).columns[0].cochran is None


def test_only_common_tasks_are_compared_and_it_is_said() -> None:
    quick = outcomes("own", [1, 0, 1], tasks=["HumanEval/2", "HumanEval/10", "HumanEval/1"])
    found = compare([contender("A", outcomes("own", ALL)), contender("B", quick)])
    assert found.columns[0].task_ids == ("HumanEval/1", "HumanEval/2", "HumanEval/10")
    assert found.columns[0].tasks == (3, 3)
    assert "3 tasks are in all runs (A has 164, B has 3)." in found.notes


def test_no_common_task_is_an_error() -> None:
    other = outcomes("own", [1], tasks=["HumanEval/900"])
    with pytest.raises(InputError, match="no task of own in common") as caught:
        compare([contender("A", outcomes("own", ALL)), contender("B", other)])
    assert "HumanEval/900" in caught.value.hint


@pytest.mark.parametrize(
    ("changes", "samples", "words"),
    [
        ({"dataset_sha256": "f" * 64}, 1, "dataset: own v0.1.10 own000000000 (A), own v0.1.10 ffffffffffff (B)"),
        ({"prompt_style": "chat"}, 1, "prompt style: unknown (A), chat (B)"),
        ({}, 10, "n: 1 (A), 10 (B)"),
    ],
)
def test_unlike_runs_are_refused_with_both_values(changes: dict[str, object], samples: int, words: str) -> None:
    runs = [contender("A", outcomes("own", HALF)), contender("B", outcomes("own", HALF, samples), **changes)]
    with pytest.raises(InputError) as caught:
        compare(runs)
    assert words in str(caught.value)
    assert "A is model-a" in str(caught.value)
    assert "--unpaired" in caught.value.hint
    found = compare(runs, is_paired=False)
    assert found.unlike == (words,)
    assert found.columns[0].pairs[0].result.test in ("two-sample z (Newcombe)", "Welch t")
    assert found.columns[0].only(0, 1) == ()


def test_a_self_check_has_no_prompt_and_no_n() -> None:
    model = contender("A", outcomes("own", HALF, 10), prompt_style="chat")
    check = contender("B", outcomes("own", ALL), model=ModelInfo("reference", is_self_check=True))
    assert compare([model, check]).columns[0].pairs[0].result.wins == 0


def test_unpaired_is_for_two() -> None:
    with pytest.raises(InputError, match="compares two runs, not 3"):
        compare([contender(letter, outcomes("own", ALL)) for letter in "ABC"], is_paired=False)


def test_what_else_differs_is_said() -> None:
    a = contender("A", outcomes("own", HALF), extraction="last-block", counts={"infra_error": 2})
    b = contender("B", outcomes("own", HALF), origin="EvalPlus result file x.json", sandbox="unknown")
    assert compare([a, b]).notes == (
        "A: 2 samples are left out, lost to infra errors.",
        "B was graded elsewhere (EvalPlus result file x.json).",
        "They differ in extraction: last-block (A), as-is (B).",
    )


def test_the_same_run_among_several_is_said() -> None:
    a, b = contender("A", outcomes("own", HALF)), contender("B", outcomes("own", ALL))
    assert "A and C are the same run." in compare([a, b, replace(a, letter="C")]).notes


@pytest.mark.parametrize(("tasks", "expected"), [(164, 5 / 164), (4, None)])
def test_what_can_be_seen_is_never_less_than_five_tasks(tasks: int, expected: float | None) -> None:
    """Five tasks won and none lost is the least that mid-p McNemar calls significant."""
    runs = [contender(letter, outcomes("own", [1] * tasks)) for letter in "AB"]
    assert compare(runs).columns[0].pairs[0].detectable == expected


def test_a_task_is_found_by_its_number() -> None:
    column, task = find_task(demo_findings(), "32")
    assert (column.column, task) == ("humaneval+", "HumanEval/32")
    with pytest.raises(InputError, match="no task 'HumanEval/320' is compared"):
        find_task(demo_findings(), "HumanEval/320")


def test_a_task_of_two_benchmarks_has_to_be_told_apart() -> None:
    parts = [outcomes(f"multipl-e:{name}", [1, 0], tasks=["HumanEval_0_a", "HumanEval_1_b"]) for name in ("js", "rs")]
    found = compare([contender("A", *parts), contender("B", *parts)])
    with pytest.raises(InputError, match="multipl-e:js or HumanEval_0_a of multipl-e:rs") as caught:
        find_task(found, "HumanEval_0_a")
    assert caught.value.hint == "add --bench multipl-e:js"
