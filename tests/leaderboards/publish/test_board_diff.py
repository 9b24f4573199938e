"""What changed between two boards, and that a change of the data is not taken for one of the model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.errors import InputError
from harness.records import RunRecord
from leaderboards.demo import demo_record, demo_run, demo_standings
from leaderboards.publish.board_diff import BoardDiff, board_of, difference, read_board
from leaderboards.publish.board_diff_markdown import diff_markdown
from leaderboards.publish.json_board import board_json
from leaderboards.store import standings_from
from tests.leaderboards.drawing import is_as_kept
from tests.leaderboards.publish.boards import HOSTILE, board_of_names


def diff_of(before: list[RunRecord], now: list[RunRecord], **options: str) -> BoardDiff:
    """The difference of two boards, the earlier of which went through its file."""
    old, new = (standings_from([demo_run(record) for record in records], **options) for records in (before, now))  # type: ignore[arg-type]
    return difference(read_board(board_json(old), "old.json"), board_of(new))


A = demo_record("a", "humaneval+", 130, 121)
B = demo_record("b", "humaneval+", 110, 90)


def test_the_same_board_did_not_change() -> None:
    assert diff_of([A, B], [A, B]).is_empty
    board = demo_standings()
    assert difference(read_board(board_json(board), "x"), board_of(board)).is_empty


def test_rows_come_and_go() -> None:
    diff = diff_of([A, B], [A, demo_record("c", "humaneval+", 110, 90)])
    assert [row.model for row in diff.new] == ["c"]
    assert [row.model for row in diff.gone] == ["b"]


def test_a_score_moves_on_the_same_data() -> None:
    diff = diff_of([A, B], [A, demo_record("b", "humaneval+", 110, 93, day=2)])
    assert [(change.row.model, change.column, change.is_comparable) for change in diff.scores] == [
        ("b", "humaneval+", True)
    ]
    assert "+1.8" in diff_markdown(diff)
    assert "same" in diff_markdown(diff)


def test_a_score_over_other_data_is_not_compared() -> None:
    other = replace(demo_record("b", "humaneval+", 120, 100), dataset_sha256="f" * 64)
    diff = diff_of([A, B], [A, other])
    assert {(change.column, change.is_comparable) for change in diff.scores} == {
        ("humaneval", False),
        ("humaneval+", False),
    }
    text = diff_markdown(diff)
    assert text.count("not comparable") == 2
    assert "other: 68756d61 → ffffffff" in text


def test_fewer_tasks_are_not_compared_either() -> None:
    diff = diff_of([B], [demo_record("b", "humaneval+", 9, 8, tasks=10)])
    assert not any(change.is_comparable for change in diff.scores)
    assert "other tasks: 164 → 10" in diff_markdown(diff)


def test_columns_that_fill_and_empty_are_named() -> None:
    mbpp = demo_record("a", "mbpp+", 300, 250)
    assert [name for _, name in diff_of([A], [A, mbpp], sort="humaneval+").filled] == ["mbpp", "mbpp+"]
    assert [name for _, name in diff_of([A, mbpp], [A], sort="humaneval+").emptied] == ["mbpp", "mbpp+"]


def test_ranks_are_compared_within_one_column() -> None:
    far, near = demo_record("c", "humaneval+", 60, 40), demo_record("c", "humaneval+", 131, 122)
    diff = diff_of([A, far], [A, near])
    assert [(change.row.model, change.before, change.now) for change in diff.ranks] == [
        ("c", (2, 2), (1, 2)),
        ("a", (1, 1), (1, 2)),
    ]
    old, new = (
        standings_from([demo_run(A), demo_run(record)], sort=sort)
        for record, sort in ((far, "humaneval"), (near, "humaneval+"))
    )
    diff = difference(board_of(old), board_of(new))
    assert diff.ranks == []
    assert "ranked by different columns or data" in diff_markdown(diff)


def test_a_row_is_known_again_when_its_way_of_being_asked_is_first_named() -> None:
    chat = replace(A, run_id="chat", extraction="chat")
    diff = diff_of([A], [A, chat])
    # Both rows are called otherwise than the old one, and nothing tells which of them it was.
    assert [row.variant for row in diff.new] == ["extract as-is", "extract chat"]
    assert len(diff.gone) == 1
    assert diff_of([A, chat], [A]).new == diff_of([A], [A, chat]).gone
    renamed = diff_of([A, chat, B], [A, B])
    assert [row.variant for row in renamed.gone] == ["extract as-is", "extract chat"]


def test_languages_behind_a_mean_are_compared_too() -> None:
    def languages(passed: int) -> list[RunRecord]:
        records = []
        for language in ("js", "rs"):
            name = f"multipl-e:{language}"
            record = demo_record("m", "humaneval+", 99, passed, dataset_sha256=language.encode().hex().ljust(64, "0"))
            scores = [replace(record.scores[1], column=name)]
            records.append(replace(record, run_id=language, benchmark=name, scores=scores))
        return records

    diff = diff_of(languages(80), languages(85))
    assert [change.column for change in diff.scores] == ["multipl-e", "multipl-e:js", "multipl-e:rs"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_can_not_break_the_comment(name: str) -> None:
    text = diff_markdown(difference(board_of(board_of_names(["plain"])), board_of(board_of_names([name]))))
    assert "<script" not in text
    assert "@somebody" not in text
    assert len(text.splitlines()) == 5


def test_the_comment_looks_as_kept() -> None:
    before = [A, B, demo_record("gone", "humaneval+", 100, 80), demo_record("a", "mbpp+", 300, 250)]
    now = [
        demo_record("a", "humaneval+", 133, 126, day=2),
        replace(B, dataset_sha256="f" * 64),
        demo_record("new", "humaneval+", 131, 124),
    ]
    assert is_as_kept("publish/board-diff.md", diff_markdown(diff_of(before, now, sort="humaneval+")))


def test_another_k_is_refused() -> None:
    board = board_of(standings_from([demo_run(A)]))
    with pytest.raises(InputError, match=r"shows pass@1, this one pass@10") as raised:
        difference(board, replace(board, k=10))
    assert raised.value.hint == "--k 1"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"k": 1}', '{"k": "x", "columns": [], "rows": []}'])
def test_what_is_no_board_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"old\.json") as raised:
        read_board(text, "old.json")
    assert "fuseval publish --format json" in raised.value.hint
