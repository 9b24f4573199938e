"""What a matrix holds, and how it looks: kept as text at three widths with and without colour."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest

from harness.errors import InputError
from leaderboards.matrix.demo import demo_matrix
from leaderboards.matrix.matrix import MatrixRow, TaskMatrix, task_matrix
from leaderboards.matrix.plain import to_plain_matrix
from leaderboards.matrix.view import Matrix
from leaderboards.outcomes import Outcomes
from leaderboards.statistics import suspect_tasks
from tests.leaderboards.drawing import drawn, is_as_kept


def row(model: str, passed: Sequence[int], samples: int = 1, first: int = 0, variant: str = "") -> MatrixRow:
    tasks = tuple(f"HumanEval/{number}" for number in range(first, first + len(passed)))
    return MatrixRow(
        model, variant, f"id-{model}", Outcomes("own", tasks, np.full(len(passed), samples), np.array(passed))
    )


def of(*rows: MatrixRow) -> TaskMatrix:
    return task_matrix("own", rows)


def text_of(matrix: TaskMatrix, width: int = 80, encoding: str = "utf-8") -> str:
    return drawn(Matrix(matrix), width, encoding=encoding)


def test_strong_models_and_solved_tasks_come_first() -> None:
    matrix = of(row("weak", [0, 1, 0, 0]), row("strong", [0, 1, 1, 1]), row("middle", [0, 1, 0, 1]))
    assert [one.model for one in matrix.rows] == ["strong", "middle", "weak"]
    assert matrix.task_ids == ("HumanEval/1", "HumanEval/3", "HumanEval/2", "HumanEval/0")
    assert matrix.rates.tolist() == [[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0]]
    assert matrix.solved_by_nobody == ("HumanEval/0",)
    assert matrix.solved_by_everybody == ("HumanEval/1",)
    assert {task: one.model for task, one in matrix.solved_by_one.items()} == {"HumanEval/2": "strong"}


def test_solved_means_in_one_sample_at_least() -> None:
    matrix = of(row("a", [1, 0], 10), row("b", [0, 0], 10))
    assert matrix.solved_by_nobody == ("HumanEval/1",)
    assert list(matrix.solved_by_one) == ["HumanEval/0"]


def test_tasks_that_one_run_lacks_are_left_out_and_counted() -> None:
    matrix = of(row("whole", [1] * 20), row("two lost", [1] * 18, first=2))
    assert matrix.rates.shape == (2, 18)
    assert matrix.notes == ("18 of 20 tasks are drawn: those that every model has.",)


def test_a_quick_look_does_not_take_the_others_tasks_away() -> None:
    matrix = of(row("whole", [1] * 20), row("quick", [1] * 5))
    assert matrix.rates.shape == (1, 20)
    assert matrix.notes == ("quick is not drawn: it has only 5 of 20 tasks.",)


def test_quick_looks_alone_are_drawn() -> None:
    assert of(row("one", [1] * 5), row("two", [1] * 5)).rates.shape == (2, 5)


def test_nothing_in_common_is_an_error() -> None:
    with pytest.raises(InputError, match="no task of own that 2 models have in common"):
        of(row("one", [1] * 5), row("two", [1] * 5, first=5))
    with pytest.raises(InputError, match="no model has own"):
        of()


def test_suspects_need_enough_models() -> None:
    few, many = demo_matrix(7), demo_matrix(8)
    assert not few.has_enough_for_suspects
    assert "7 models can not tell them from chance, it takes 8" in text_of(few)
    assert "Suspect: weaker models pass, stronger ones fail" in text_of(many)
    assert to_plain_matrix(few)["suspects"] is None


def test_suspects_are_the_tasks_with_negative_tau_and_are_marked() -> None:
    passed = np.tril(np.ones((10, 10), dtype=int))[::-1].copy()
    passed[:, 4] = [0, 0, 0, 0, 0, 0, 0, 1, 1, 1]  # the three weakest pass
    matrix = of(*(row(f"m{place}", line) for place, line in enumerate(passed.tolist())))
    expected = suspect_tasks(passed.astype(float))
    assert list(matrix.suspects) == ["HumanEval/4"]
    assert matrix.suspects["HumanEval/4"] == pytest.approx(expected[4])
    lines = text_of(matrix, encoding="ascii").splitlines()
    best = next(line for line in lines if line.startswith("m0"))
    under = next(line for line in lines if line.strip() == "^")
    # Ten tasks from column 9 on; the one that is marked is unsolved by the best model.
    assert matrix.task_ids[under.index("^") - len(best.rstrip(".#"))] == "HumanEval/4"
    assert best[under.index("^")] == "."


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_demo_looks_as_kept(width: int, colour: bool) -> None:
    text = drawn(Matrix(demo_matrix(12)), width, colour=colour)
    assert is_as_kept(f"matrix-{width}{'-colour' if colour else ''}.txt", text)


def test_several_samples_are_shaded_as_kept() -> None:
    assert is_as_kept("matrix-samples-80.txt", text_of(demo_matrix(4, samples=10)))
    assert is_as_kept("matrix-samples-ascii-80.txt", text_of(demo_matrix(4, samples=10), encoding="ascii"))


@pytest.mark.parametrize(("models", "tasks"), [(3, 164), (3, 378), (100, 164), (100, 378), (1, 1)])
@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_every_task_that_anybody_solves_is_drawn_once(models: int, tasks: int, width: int, encoding: str) -> None:
    matrix = demo_matrix(models, tasks=tasks)
    lines = text_of(matrix, width, encoding).splitlines()
    assert max(map(len, lines)) <= width
    best = matrix.rows[0].model if width > 40 else ""
    signs = "".join(line.partition(f"{100 * matrix.scores[0]:5.1f} ")[2] for line in lines if line.startswith(best[:5]))
    halves = sum({"█": 2, "▌": 1, "▐": 1, "#": 1}.get(sign, 0) for sign in signs)
    if models < 100:  # with more, others have the best one's score
        assert halves == int(matrix.rates[0].sum())


def test_a_hostile_name_steers_nothing() -> None:
    evil = row("evil\x1b[2J[red]\nsecond", [1, 0], variant="prompt chat")
    text = text_of(of(evil, row("good", [1, 1])), 200, "ascii")
    assert "\x1b" not in text
    assert "prompt chat" in text
    assert "[red]" in text


def test_the_json_holds_every_rate() -> None:
    plain = json.loads(json.dumps(to_plain_matrix(demo_matrix(9)), allow_nan=False))
    assert len(plain["models"]) == 9
    assert all(len(model["rates"]) == len(plain["tasks"]) == 164 for model in plain["models"])
    assert plain["models"][0]["score"] == pytest.approx(sum(plain["models"][0]["rates"]) / 164)
    assert {task["task_id"] for task in plain["tasks"] if not task["solvers"]} == set(plain["solved_by_nobody"])
