"""Which run stands for a model, what shares a column, who is ranked and by what."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from harness.errors import InputError
from harness.grading.pass_at_k import wilson
from harness.records import RunRecord, Score
from leaderboards.demo import demo_record, demo_run, demo_runs
from leaderboards.outcomes import Outcomes
from leaderboards.references import ReferenceRow
from leaderboards.runs import StoredRun
from leaderboards.standings import Standings
from leaderboards.statistics import mcnemar_mid_p, minimum_detectable_effect
from leaderboards.store import read_standings, standings_from
from tests.leaderboards.made_up_runs import keep_demo


def standings_of(*records: RunRecord, **view: object) -> Standings:
    return standings_from(demo_runs(records), **view)  # type: ignore[arg-type]


def ranks(standings: Standings) -> dict[str, str | None]:
    return {row.model: row.rank and str(row.rank) for row in standings.rows}


def test_the_newest_run_of_the_same_question_counts() -> None:
    older = demo_record("m", "humaneval+", 100, 90, day=1)
    newer = replace(demo_record("m", "humaneval+", 110, 95, day=2), samples_sha256="1" * 64)
    for order in ([older, newer], [newer, older]):
        standings = standings_of(*order)
        assert [row.cells[standings.columns[1]].record.run_id for row in standings.rows] == [newer.run_id]
        assert standings.older_runs == 1


def test_a_quick_look_does_not_push_a_whole_score_away() -> None:
    whole = demo_record("m", "humaneval+", 100, 90, day=1)
    quick = demo_record("m", "humaneval+", 5, 5, tasks=5, day=2)
    standings = standings_of(whole, quick)
    assert [row.records[0].run_id for row in standings.rows] == [whole.run_id]
    assert standings.older_runs == 1


def test_a_score_over_a_part_has_no_rank_and_stands_below() -> None:
    quick = demo_record("quick", "humaneval+", 5, 5, tasks=5)
    whole = demo_record("whole", "humaneval+", 20, 10)
    assert list(ranks(standings_of(quick, whole)).items()) == [("whole", "1"), ("quick", None)]


def test_other_data_is_another_column() -> None:
    ours = demo_record("a", "humaneval+", 100, 90)
    theirs = demo_record("b", "humaneval+", 150, 140, dataset_sha256="f" * 64)
    standings = standings_of(ours, theirs)
    assert [column.label for column in standings.columns] == [
        "humaneval 68756d",
        "humaneval ffffff",
        "humaneval+ 68756d",
        "humaneval+ ffffff",
    ]
    assert ranks(standings) == {"a": "1", "b": None}


def test_equal_scores_are_never_ranked_apart() -> None:
    passed = {"a": 90, "b": 95, "c": 90, "d": 20}
    found = ranks(standings_of(*[demo_record(name, "humaneval+", 100, plus) for name, plus in passed.items()]))
    assert list(found) == ["b", "a", "c", "d"]
    assert found["a"] == found["c"]
    assert found["d"] == "4"


def with_passed(model: str, passed: str) -> StoredRun:
    """A run on a made-up benchmark, a digit a task."""
    counts = np.array([int(digit) for digit in passed])
    tasks, total = len(passed), int(counts.sum())
    record = replace(
        demo_record(model, "humaneval+", 1, 1),
        benchmark="own",
        task_count=tasks,
        scores=[Score("own", 1, total / tasks, *wilson(total, tasks), tasks, tasks, 1, total)],
    )
    outcomes = Outcomes("own", tuple(f"t/{task}" for task in range(tasks)), np.ones(tasks, dtype=np.int64), counts)
    return StoredRun(record, given={"own": outcomes})


def test_ranks_are_what_the_adjusted_paired_tests_leave() -> None:
    """Three pairs. The first and the last: 8-0, mid-p 0.0039, by Holm three times as much. The others are not apart."""
    runs = [with_passed("a", "1" * 8 + "00"), with_passed("b", "1" * 4 + "0" * 6), with_passed("c", "0" * 10)]
    assert mcnemar_mid_p(8, 0) == 1 / 256
    assert 2 * mcnemar_mid_p(4, 0) > 0.05
    standings = standings_from(runs)
    assert ranks(standings) == {"a": "1-2", "b": "1-3", "c": "2-3"}
    ranking = standings.ranking
    assert ranking is not None
    assert (ranking.tests, ranking.models, ranking.pairs, ranking.tasks) == (("mid-p McNemar",), 3, 3, 10)
    variance = float(np.var([1.0] * 4 + [0.0] * 6, ddof=1))
    assert ranking.resolves == pytest.approx(minimum_detectable_effect(variance, 10))
    assert ranking.resolves_adjusted == pytest.approx(minimum_detectable_effect(variance, 10, alpha=0.05 / 3))


def test_twins_say_nothing_of_what_the_board_resolves() -> None:
    standings = standings_from([with_passed("a", "1100"), with_passed("b", "1100")])
    assert ranks(standings) == {"a": "1-2", "b": "1-2"}
    assert standings.ranking is not None
    assert standings.ranking.resolves is None


def test_rows_with_other_numbers_of_samples_are_compared_by_their_means() -> None:
    one = demo_run(demo_record("one", "humaneval+", 120, 110))
    ten = demo_record("ten", "humaneval+", 60, 50)
    given = {
        name: replace(part, samples=part.samples * 10, passed=part.passed * 9)
        for name, part in demo_run(ten).given.items()
    }
    scores = [
        replace(score, samples=10, passed=int(given[score.column].passed.sum()), value=0.9 * score.value)
        for score in ten.scores
    ]
    standings = standings_from([one, StoredRun(replace(ten, scores=scores), given=given)])
    assert standings.ranking is not None
    assert standings.ranking.tests == ("paired t",)
    assert ranks(standings) == {"one": "1", "ten": "2"}


def test_self_checks_stand_apart_and_push_nobody_down() -> None:
    standings = standings_of(
        demo_record("reference", "humaneval+", 164, 164, is_self_check=True), demo_record("m", "humaneval+", 100, 90)
    )
    assert ranks(standings) == {"m": "1"}
    assert [(row.model, row.rank) for row in standings.self_checks] == [("reference", None)]
    assert standings.ranking is not None
    assert standings.ranking.pairs == 0


def test_another_extraction_is_another_row_that_says_so() -> None:
    plain = demo_record("m", "humaneval+", 100, 90)
    chat = replace(plain, run_id="other", extraction="chat")
    only = demo_record("n", "humaneval+", 90, 80)
    rows = standings_of(plain, chat, only).rows
    assert [(row.model, row.variant) for row in rows] == [("m", "extract as-is"), ("m", "extract chat"), ("n", "")]


def test_another_seed_is_another_checkpoint() -> None:
    one = replace(demo_record("m", "humaneval+", 100, 90), metadata={"seed": 1.0})
    two = replace(demo_record("m", "humaneval+", 100, 90, day=2), metadata={"seed": 2.0})
    assert [row.variant for row in standings_of(one, two).rows] == ["seed 1", "seed 2"]


def test_the_sort_column_is_the_fullest_and_rather_a_plus_one() -> None:
    records = [
        demo_record("a", "humaneval+", 100, 90),
        demo_record("a", "mbpp+", 300, 250),
        demo_record("b", "mbpp+", 310, 260),
    ]
    assert standings_of(*records).sort == standings_of(*records, sort="mbpp+").sort
    by_base = standings_of(*records, sort="humaneval")
    assert by_base.sort is not None
    assert by_base.sort.name == "humaneval"
    assert ranks(by_base) == {"a": "1", "b": None}


@pytest.mark.parametrize("given", [{"sort": "humanevl+"}, {"benchmarks": ["humanevl+"]}, {"columns": ["humanevl+"]}])
def test_a_name_that_is_not_there_is_named(given: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"'humanevl\+'") as raised:
        standings_of(demo_record("a", "humaneval+", 100, 90), **given)
    assert raised.value.hint == "did you mean 'humaneval+'?"


def test_a_benchmark_keeps_its_own_columns() -> None:
    records = [demo_record("a", "humaneval+", 100, 90), demo_record("a", "mbpp+", 300, 250)]
    assert [column.name for column in standings_of(*records, benchmarks=["mbpp+"]).columns] == ["mbpp", "mbpp+"]
    assert [column.name for column in standings_of(*records, benchmarks=["mbpp"]).columns] == ["mbpp"]


def test_columns_are_shown_as_they_were_asked_for() -> None:
    records = [demo_record("a", "humaneval+", 100, 90), demo_record("a", "mbpp+", 300, 250)]
    standings = standings_of(*records, columns=["mbpp+", " wall-s", "humaneval", "not passed"])
    assert [column.name for column in standings.columns] == ["mbpp+", "humaneval"]
    assert standings.extras == ("wall s", "not passed")
    assert [column.name for column in standings.other_columns] == ["humaneval+", "mbpp"]
    only_beside = standings_of(*records, columns=["n"])
    assert [column.name for column in only_beside.columns] == ["humaneval", "humaneval+", "mbpp", "mbpp+"]


def test_another_k_has_its_own_board() -> None:
    record = demo_record("a", "humaneval+", 100, 90)
    ten = replace(record, scores=[*record.scores, replace(record.scores[1], k=10, value=0.9)])
    assert [column.name for column in standings_of(ten, k=10).columns] == ["humaneval+"]
    assert standings_of(record, k=10).columns == []


def test_seconds_and_counts_are_summed_over_a_row_s_runs() -> None:
    row = standings_of(demo_record("a", "humaneval+", 100, 90), demo_record("a", "mbpp+", 300, 250)).rows[0]
    assert row.not_passed == {"fail": 73 + 127, "timeout": 2}
    assert row.wall_seconds == pytest.approx((164 + 378) / 8)
    assert row.seconds("cpu") == pytest.approx((164 + 378) / 3)
    assert row.seconds("generate") is None
    assert row.tokens is None


def test_no_folder_is_an_empty_board(tmp_path: Path) -> None:
    standings = read_standings(tmp_path / "nowhere", benchmarks=["humaneval"])
    assert (standings.columns, standings.rows, standings.sort) == ([], [], None)


def test_runs_on_disk_make_the_same_standings(tmp_path: Path) -> None:
    records = [demo_record("a", "humaneval+", 120, 110), demo_record("b", "humaneval+", 60, 50)]
    for record in records:
        keep_demo(tmp_path, record)
    on_disk = read_standings(tmp_path)
    assert ranks(on_disk) == ranks(standings_of(*records)) == {"a": "1", "b": "2"}
    assert on_disk.ranking == standings_of(*records).ranking
    assert on_disk.unreadable == []


def published(model: str, value: float, tasks: int = 164) -> ReferenceRow:
    return ReferenceRow(model, {"humaneval+": value}, {"humaneval+": tasks} if tasks else {}, "a paper")


def test_published_scores_are_shown_near_the_models_and_never_ranked() -> None:
    record = demo_record("m", "humaneval+", 100, 90)
    many = [published(f"p{number:02d}", number / 164) for number in range(20, 160, 2)]
    standings = standings_of(record, published=many)
    assert [line.model for line in standings.references] == ["p158", "p92", "p90", "p88"]
    assert standings.remarks == ["4 of 70 published lines shown, those nearest to the models; all: --references all"]
    assert ranks(standings) == {"m": "1"}
    assert standings.ranking == standings_of(record).ranking
    assert len(standings_of(record, published=many, references="all").references) == 70
    assert standings_of(record, published=many, references="none").references == []
    line = standings.references[1]
    score = line.scores[next(iter(line.scores))]
    assert (score.low, score.high) == pytest.approx(wilson(92, 164))


def test_a_published_score_over_other_tasks_is_left_out_and_said() -> None:
    record = demo_record("m", "mbpp+", 300, 250)
    rows = [
        ReferenceRow("old", {"mbpp+": 0.617}, {"mbpp+": 399}, "a paper"),
        ReferenceRow("silent", {"mbpp+": 0.61}, {}, "a paper"),
        ReferenceRow("today", {"mbpp+": 0.65}, {"mbpp+": 378}, "a paper"),
    ]
    standings = standings_of(record, published=rows)
    assert [line.model for line in standings.references] == ["today"]
    assert standings.remarks == [
        "1 published score in mbpp+ left out: over 399 tasks, not 378",
        "1 published score in mbpp+ left out: over an unknown number of tasks, not 378",
    ]
