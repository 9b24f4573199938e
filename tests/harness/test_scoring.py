"""Scores out of verdicts: what is counted, what pass@k needs, which interval is given."""

from __future__ import annotations

import pytest

from harness.grading.pass_at_k import pass_hat_k, wilson
from harness.records import Benchmark, Status, Task, Verdict
from harness.scoring import scores, status_counts

TASKS = {name: Task(name, "", "f", "") for name in ("t/0", "t/1", "t/2")}
PLAIN = Benchmark("own", "1", "0" * 64, TASKS)
PLUS = Benchmark("own+", "1", "0" * 64, TASKS, is_plus=True, base_name="own")


def verdicts(task: str, *statuses: Status, base: Status | None = None) -> list[Verdict]:
    return [Verdict(task, index, status, "", base_status=base or status) for index, status in enumerate(statuses)]


def test_one_sample_a_task() -> None:
    found = scores(PLAIN, verdicts("t/0", Status.PASS) + verdicts("t/1", Status.FAIL) + verdicts("t/2", Status.TIMEOUT))
    assert [(score.k, score.value, score.passed, score.samples) for score in found] == [(1, 1 / 3, 1, 1)]
    assert (found[0].low, found[0].high, found[0].interval) == (*wilson(1, 3), "wilson-95")


def test_several_samples_are_never_pooled() -> None:
    many = [verdict for task in TASKS for verdict in verdicts(task, *[Status.PASS] * 4, *[Status.FAIL] * 6)]
    few = verdicts("t/0", Status.PASS, Status.FAIL) + verdicts("t/1", Status.PASS, Status.PASS)
    by_k = {score.k: score for score in scores(PLAIN, many)}
    assert sorted(by_k) == [1, 10]
    # All tasks alike: nothing to go by but the number of tasks, and certainly not 30 trials.
    assert (by_k[1].low, by_k[1].high) == pytest.approx(wilson(1.2, 3))
    assert by_k[10].value == 1.0
    assert scores(PLAIN, few)[0].interval == "logit-t-95"


def test_trouble_of_the_harness_is_left_out_and_counted() -> None:
    mixed = verdicts("t/0", Status.PASS, Status.INFRA_ERROR) + verdicts("t/1", Status.INFRA_ERROR)
    (found,) = scores(PLAIN, mixed)
    assert (found.value, found.tasks, found.of_tasks, found.samples) == (1.0, 1, 3, 1)
    assert status_counts(PLAIN, mixed) == {"pass": 1, "infra_error": 2, "skipped": 1}


def test_base_tests_have_their_own_column() -> None:
    found = scores(PLUS, verdicts("t/0", Status.FAIL, base=Status.PASS) + verdicts("t/1", Status.PASS))
    assert [(score.column, score.value) for score in found] == [("own", 1.0), ("own+", 0.5)]


def test_nothing_counted_is_no_score() -> None:
    assert scores(PLAIN, verdicts("t/0", Status.INFRA_ERROR)) == []


@pytest.mark.parametrize("case", [(1, 2, 1), (1, -1, 1), (3, 1, 0)])
def test_impossible_counts_have_no_pass_hat(case: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="there is no such case"):
        pass_hat_k(*case)
