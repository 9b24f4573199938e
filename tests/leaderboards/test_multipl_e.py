"""MultiPL-E on the board: a column a language, a mean over the models that have all, problems as units of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from harness.grading.pass_at_k import wilson
from harness.records import Score
from leaderboards.demo import demo_record
from leaderboards.outcomes import Outcomes
from leaderboards.runs import StoredRun
from leaderboards.statistics import paired_difference
from leaderboards.store import Standings, standings_from


def language_run(model: str, language: str, passed: list[int], samples: int = 1) -> StoredRun:
    name, tasks = f"multipl-e:{language}", len(passed)
    value = sum(passed) / samples / tasks
    score = Score(name, 1, value, *wilson(value * tasks, tasks), tasks, tasks, samples, sum(passed))
    record = replace(
        demo_record(model, "humaneval+", 1, 1),
        run_id=f"{model}-{language}",
        benchmark=name,
        benchmark_version="v3.2",
        dataset_sha256=language.encode().hex().ljust(64, "0"),
        task_count=tasks,
        scores=[score],
        tokens=1000,
    )
    names = tuple(f"HumanEval_{task}_name" for task in range(tasks))
    counts = Outcomes(name, names, np.full(tasks, samples), np.array(passed))
    return StoredRun(record, given={name: counts})


MODELS: Mapping[str, Mapping[str, list[int]]] = {
    "strong": {"js": [1] * 18 + [0] * 2, "rs": [1] * 9 + [0]},
    "weak": {"js": [1] * 10 + [0] * 10, "rs": [1] * 5 + [0] * 5},
}


def board(**view: object) -> Standings:
    runs = [language_run(model, *part) for model, languages in MODELS.items() for part in languages.items()]
    return standings_from([*runs, language_run("only-js", "js", [1] * 15 + [0] * 5)], **view)  # type: ignore[arg-type]


def test_every_language_counts_the_same_however_many_tasks_it_has() -> None:
    standings = board()
    (mean,) = standings.columns
    assert (mean.label, mean.task_count, [part.name for part in mean.parts]) == (
        "multipl-e",
        30,
        ["multipl-e:js", "multipl-e:rs"],
    )
    by_model = {row.model: row.cells[mean].score.value for row in standings.rows if mean in row.cells}
    assert by_model == {"strong": pytest.approx((0.9 + 0.9) / 2), "weak": pytest.approx(0.5)}


def test_a_model_that_lacks_a_language_has_no_mean_and_says_so() -> None:
    row = next(row for row in board().rows if row.model == "only-js")
    assert [column.name for column in row.cells] == ["multipl-e:js"]
    assert row.rank is None
    assert row.remarks == ("1 of the board's 2 languages of multipl-e: no mean",)


def test_the_languages_are_columns_of_their_own_where_asked_for() -> None:
    standings = board(columns=["multipl-e:js", "multipl-e"])
    assert [column.name for column in standings.columns] == ["multipl-e:js", "multipl-e"]
    assert standings.sort is not None
    assert standings.sort.name == "multipl-e:js"
    assert [column.name for column in board(benchmarks=["multipl-e:js"]).columns] == ["multipl-e:js"]
    assert [column.name for column in board(benchmarks=["multipl-e"]).columns] == ["multipl-e"]


def test_without_a_model_that_has_all_there_is_no_mean() -> None:
    runs = [language_run("a", "js", [1, 0]), language_run("b", "rs", [1, 0])]
    standings = standings_from(runs)
    assert [column.name for column in standings.columns] == ["multipl-e:js", "multipl-e:rs"]


def test_one_problem_in_several_languages_is_one_unit_of_the_test() -> None:
    standings = board(baseline="weak")
    ranking, mean = standings.ranking, standings.columns[0]
    assert ranking is not None
    assert (ranking.tests, ranking.tasks, ranking.clusters) == (("clustered paired t",), 30, 20)
    difference = standings.rows[0].differences[mean].paired
    assert (difference.test, difference.tasks, difference.clusters) == ("clustered paired t", 30, 20)
    strong, weak = (np.concatenate([np.array(part) for part in MODELS[name].values()]) for name in ("strong", "weak"))
    problems = [str(task) for count in (20, 10) for task in range(count)]
    weights = np.array([1 / 40] * 20 + [1 / 20] * 10)
    expected = paired_difference(strong, weak, clusters=problems, weights=weights, is_binary=True)
    assert difference.p_value == pytest.approx(expected.p_value)
    assert difference.difference == pytest.approx(0.4)
    # Taking the thirty programs for independent tasks would have seen more than there is.
    naive = paired_difference(strong, weak, weights=weights, is_binary=True)
    assert naive.p_value < expected.p_value


def test_the_mean_s_interval_is_over_problems() -> None:
    standings = board()
    score = standings.rows[0].cells[standings.columns[0]].score
    assert score.interval == "clustered-t-95"
    assert score.low < 0.9 < score.high
    assert score.high - score.low > wilson(27, 30)[1] - wilson(27, 30)[0]


def test_costs_are_summed_over_the_languages() -> None:
    assert board().rows[0].tokens == 2000
    assert len(board().rows[0].records) == 2
