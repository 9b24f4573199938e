"""Which run stands for a model, what shares a column, and what is ranked."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import InputError
from leaderboards.demo import demo_record
from leaderboards.store import read_standings, standings_from
from tests.leaderboards.made_up_runs import keep


def test_the_newest_run_of_the_same_question_counts() -> None:
    older = demo_record("m", "humaneval+", 100, 90, day=1)
    newer = replace(demo_record("m", "humaneval+", 110, 95, day=2), samples_sha256="1" * 64)
    for order in ([older, newer], [newer, older]):
        standings = standings_from(order)
        assert [row.cells[standings.columns[1]].record.run_id for row in standings.rows] == [newer.run_id]
        assert standings.older_runs == 1


def test_a_quick_look_does_not_push_a_whole_score_away() -> None:
    whole = demo_record("m", "humaneval+", 100, 90, day=1)
    quick = demo_record("m", "humaneval+", 5, 5, tasks=5, day=2)
    standings = standings_from([whole, quick])
    assert [row.records[0].run_id for row in standings.rows] == [whole.run_id]
    assert standings.older_runs == 1


def test_a_score_over_a_part_has_no_rank_and_stands_below() -> None:
    quick = demo_record("quick", "humaneval+", 5, 5, tasks=5)
    whole = demo_record("whole", "humaneval+", 20, 10)
    rows = standings_from([quick, whole]).rows
    assert [(row.model, row.rank and str(row.rank)) for row in rows] == [("whole", "1"), ("quick", None)]


def test_other_data_is_another_column() -> None:
    ours = demo_record("a", "humaneval+", 100, 90)
    theirs = demo_record("b", "humaneval+", 150, 140, dataset_sha256="f" * 64)
    standings = standings_from([ours, theirs])
    assert [column.label for column in standings.columns] == [
        "humaneval 68756d",
        "humaneval ffffff",
        "humaneval+ 68756d",
        "humaneval+ ffffff",
    ]
    assert [(row.model, row.rank and str(row.rank)) for row in standings.rows] == [("a", "1"), ("b", None)]


def test_equal_scores_share_their_ranks() -> None:
    passed = {"a": 90, "b": 95, "c": 90, "d": 80}
    rows = standings_from([demo_record(name, "humaneval+", 100, plus) for name, plus in passed.items()]).rows
    assert [(row.model, str(row.rank)) for row in rows] == [("b", "1"), ("a", "2-3"), ("c", "2-3"), ("d", "4")]


def test_self_checks_stand_apart_and_push_nobody_down() -> None:
    standings = standings_from(
        [demo_record("reference", "humaneval+", 164, 164, is_self_check=True), demo_record("m", "humaneval+", 100, 90)]
    )
    assert [(row.model, str(row.rank)) for row in standings.rows] == [("m", "1")]
    assert [(row.model, row.rank) for row in standings.self_checks] == [("reference", None)]


def test_another_extraction_is_another_row_that_says_so() -> None:
    plain = demo_record("m", "humaneval+", 100, 90)
    chat = replace(plain, run_id="other", extraction="chat")
    only = demo_record("n", "humaneval+", 90, 80)
    rows = standings_from([plain, chat, only]).rows
    assert [(row.model, row.variant) for row in rows] == [("m", "extract as-is"), ("m", "extract chat"), ("n", "")]


def test_the_sort_column_is_the_fullest_and_rather_a_plus_one() -> None:
    records = [
        demo_record("a", "humaneval+", 100, 90),
        demo_record("a", "mbpp+", 300, 250),
        demo_record("b", "mbpp+", 310, 260),
    ]
    assert standings_from(records).sort == standings_from(records, sort="mbpp+").sort
    by_base = standings_from(records, sort="humaneval")
    assert by_base.sort is not None
    assert by_base.sort.name == "humaneval"
    assert [(row.model, row.rank and str(row.rank)) for row in by_base.rows] == [("a", "1"), ("b", None)]


@pytest.mark.parametrize("given", [{"sort": "humanevl+"}, {"benchmarks": ["humanevl+"]}])
def test_a_name_that_is_not_there_is_named(given: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"'humanevl\+'") as raised:
        standings_from([demo_record("a", "humaneval+", 100, 90)], **given)  # type: ignore[arg-type]
    assert raised.value.hint == "did you mean 'humaneval+'?"


def test_a_benchmark_keeps_its_own_columns() -> None:
    records = [demo_record("a", "humaneval+", 100, 90), demo_record("a", "mbpp+", 300, 250)]
    assert [column.name for column in standings_from(records, benchmarks=["mbpp+"]).columns] == ["mbpp", "mbpp+"]
    assert [column.name for column in standings_from(records, benchmarks=["mbpp"]).columns] == ["mbpp"]


def test_another_k_has_its_own_board() -> None:
    record = demo_record("a", "humaneval+", 100, 90)
    ten = replace(record, scores=[*record.scores, replace(record.scores[1], k=10, value=0.9)])
    assert [column.name for column in standings_from([ten], k=10).columns] == ["humaneval+"]
    assert standings_from([record], k=10).columns == []


def test_seconds_and_counts_are_summed_over_a_row_s_runs() -> None:
    row = standings_from([demo_record("a", "humaneval+", 100, 90), demo_record("a", "mbpp+", 300, 250)]).rows[0]
    assert row.not_passed == {"fail": 73 + 127, "timeout": 2}
    assert row.wall_seconds == pytest.approx((164 + 378) / 8)
    assert row.seconds("cpu") == pytest.approx((164 + 378) / 3)
    assert row.seconds("generate") is None


def test_a_folder_of_runs_is_read_and_what_is_damaged_is_named(tmp_path: Path) -> None:
    keep(tmp_path, demo_record("a", "humaneval+", 100, 90))
    damaged = keep(tmp_path, demo_record("b", "humaneval+", 100, 90))
    damaged.record_path.write_text("{")
    standings = read_standings(tmp_path)
    assert [row.model for row in standings.rows] == ["a"]
    assert len(standings.unreadable) == 1
    assert str(damaged.record_path) in standings.unreadable[0]


def test_no_folder_is_an_empty_board(tmp_path: Path) -> None:
    standings = read_standings(tmp_path / "nowhere", benchmarks=["humaneval"])
    assert (standings.columns, standings.rows, standings.sort) == ([], [], None)
