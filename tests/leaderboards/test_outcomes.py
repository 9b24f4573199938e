"""Outcomes out of outcomes.json and out of the verdicts are the same; a file not made of the verdicts is not used."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import InputError
from harness.formats.outcomes_file import kept_outcomes, write_outcomes
from harness.formats.run_folder import OUTCOMES_NAME, RunFolder
from harness.records import Status, Verdict
from leaderboards.demo import demo_record
from leaderboards.outcomes import Outcomes, on_common_tasks, problem_of, read_outcomes
from tests.leaderboards.made_up_runs import keep

VERDICTS = [
    Verdict("HumanEval/0", 0, Status.PASS, "a", base_status=Status.PASS, plus_status=Status.PASS),
    Verdict("HumanEval/0", 1, Status.FAIL, "b", base_status=Status.PASS, plus_status=Status.FAIL),
    Verdict("HumanEval/1", 0, Status.INFRA_ERROR, "c"),
    Verdict("HumanEval/2", 0, Status.INFRA_ERROR, "c"),
    Verdict("HumanEval/2", 1, Status.TIMEOUT, "d", base_status=Status.FAIL, plus_status=Status.FAIL),
]


def kept(root: Path, verdicts: list[Verdict]) -> RunFolder:
    return keep(root, demo_record("m", "humaneval+", 100, 90), verdicts)


def as_lists(outcomes: dict[str, Outcomes]) -> dict[str, tuple[object, ...]]:
    return {name: (one.tasks, one.samples.tolist(), one.passed.tolist()) for name, one in outcomes.items()}


def test_the_counts_of_each_column(tmp_path: Path) -> None:
    folder = kept(tmp_path, VERDICTS)
    tasks = ("HumanEval/0", "HumanEval/2")
    expected = {"humaneval": (tasks, [2, 1], [2, 0]), "humaneval+": (tasks, [2, 1], [1, 0])}
    assert kept_outcomes(folder) is None
    assert as_lists(read_outcomes(folder)) == expected
    write_outcomes(folder, folder.load(), VERDICTS)
    assert kept_outcomes(folder) is not None
    assert as_lists(read_outcomes(folder)) == expected
    assert read_outcomes(folder)["humaneval"].rates.tolist() == [1.0, 0.0]
    assert not read_outcomes(folder)["humaneval"].is_binary


statuses = st.sampled_from([Status.PASS, Status.FAIL, Status.INFRA_ERROR, Status.NO_CODE])


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), statuses, statuses), max_size=20))
def test_both_ways_give_the_same(
    tmp_path_factory: pytest.TempPathFactory, made_up: list[tuple[int, int, Status, Status]]
) -> None:
    by_key = {(task, sample): (status, base) for task, sample, status, base in made_up}
    verdicts = [
        Verdict(f"HumanEval/{task}", sample, status, "", base_status=base)
        for (task, sample), (status, base) in by_key.items()
    ]
    folder = kept(tmp_path_factory.mktemp("runs"), verdicts)
    from_verdicts = as_lists(read_outcomes(folder))
    write_outcomes(folder, folder.load(), verdicts)
    assert kept_outcomes(folder) is not None
    assert as_lists(read_outcomes(folder)) == from_verdicts


def test_ten_samples_a_task_and_more_are_kept_too(tmp_path: Path) -> None:
    verdicts = [Verdict("HumanEval/0", index, Status.PASS, "", base_status=Status.PASS) for index in range(12)]
    folder = kept(tmp_path, verdicts)
    write_outcomes(folder, folder.load(), verdicts)
    assert kept_outcomes(folder) is not None
    assert as_lists(read_outcomes(folder))["humaneval+"] == (("HumanEval/0",), [12], [12])


def test_older_outcomes_are_not_used(tmp_path: Path) -> None:
    folder = kept(tmp_path, VERDICTS[:2])
    write_outcomes(folder, folder.load(), VERDICTS[:2])
    with folder.verdicts_path.open("ab") as file:
        file.write(b'{"task_id": "HumanEval/7", "sample_index": 0, "status": "fail", "solution": ""}\n')
    assert kept_outcomes(folder) is None
    assert read_outcomes(folder)["humaneval+"].tasks == ("HumanEval/0", "HumanEval/7")


@pytest.mark.parametrize(
    "change",
    [
        {"format_version": 2},
        {"tasks": ["HumanEval/0", "HumanEval/0"]},
        {"tasks": ["HumanEval/0", 5]},
        {"tasks": "HumanEval"},
        {"samples": [1]},
        {"samples": "1"},
        {"samples": "1x"},
        {"samples": "1١"},
        {"samples": "01"},
        {"tasks": [["HumanEval/0"], "HumanEval/2"]},
        {"samples": [1.0, 1]},
        {"samples": ["1", 1]},
        {"samples": [[1], 1]},
        {"samples": [1e30, 1]},
        {"samples": [10**30, 1]},
        {"samples": [0, 1]},
        {"passed": {"humaneval": [3, 0], "humaneval+": [0, 0]}},
        {"passed": {"humaneval": [-1, 0], "humaneval+": [0, 0]}},
        {"passed": []},
    ],
)
def test_damaged_outcomes_are_not_used(tmp_path: Path, change: dict[str, object]) -> None:
    folder = kept(tmp_path, VERDICTS)
    expected = as_lists(read_outcomes(folder))
    write_outcomes(folder, folder.load(), VERDICTS)
    path = folder.path / OUTCOMES_NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert kept_outcomes(folder) is None
    assert as_lists(read_outcomes(folder)) == expected


@pytest.mark.parametrize("content", ["", "[", "[]", "[" * 100_000, "\xff"])
def test_a_file_that_is_no_outcomes_is_not_used(tmp_path: Path, content: str) -> None:
    folder = kept(tmp_path, VERDICTS)
    (folder.path / OUTCOMES_NAME).write_bytes(content.encode("latin-1"))
    assert kept_outcomes(folder) is None


def test_damaged_verdicts_are_named(tmp_path: Path) -> None:
    folder = kept(tmp_path, VERDICTS)
    folder.verdicts_path.write_text('{"task_id": 1\n{}\n{}\n')
    with pytest.raises(InputError, match=r"verdicts\.jsonl line 1 is damaged"):
        read_outcomes(folder)


def test_common_tasks_stand_in_the_order_of_the_first() -> None:
    def outcomes(*tasks: str) -> Outcomes:
        numbers = np.arange(len(tasks)) + 1
        return Outcomes("own", tasks, numbers, numbers)

    tasks, samples, passed = on_common_tasks([outcomes("c", "a", "b"), outcomes("a", "b", "c", "d")])
    assert tasks == ("c", "a", "b")
    assert samples.tolist() == [[1, 2, 3], [3, 1, 2]]
    assert passed.tolist() == samples.tolist()
    tasks, samples, _ = on_common_tasks([outcomes("a"), outcomes("b")])
    assert (tasks, samples.shape) == ((), (2, 0))
    assert on_common_tasks([])[1].shape == (0, 0)


@pytest.mark.parametrize("name", ["HumanEval_53", "own_3_x", "HumanEval_x_3", "", "mbpp_"])
def test_other_ids_are_their_own_problem(name: str) -> None:
    assert problem_of(name) == name
