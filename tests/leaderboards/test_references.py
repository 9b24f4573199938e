"""Published scores as they are kept beside the runs, and which counts a percentage can stand for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import InputError
from harness.formats.reference_file import ReferenceRow, ReferenceTable, read_table, reference_path, write_table
from harness.grading.grim import possible_counts
from leaderboards.references import read_references

ROW = ReferenceRow(
    "m", {"humaneval": 0.817, "mbpp+": 0.526}, {"humaneval": 164}, "a paper", possible_tasks={"mbpp+": [378, 399]}
)


def keep(root: Path, name: str, *rows: ReferenceRow) -> Path:
    path = reference_path(root, name)
    write_table(path, ReferenceTable("table", f"{name}.json", "0" * 64, rows))
    return path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    keep(tmp_path, "b", ROW)
    keep(tmp_path, "a", ReferenceRow("n", {}, {}, "another"))
    assert [row.model for row in read_references(tmp_path)] == ["n", "m"]
    assert read_references(tmp_path)[1] == ROW
    assert not list((tmp_path / "references").glob("*.tmp"))


def test_no_folder_holds_none(tmp_path: Path) -> None:
    assert read_references(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is damaged"),
        ("[]", "is"),
        ('{"format_version": 99}', "was written by a newer fuseval"),
        ('{"origin": "", "file": "", "sha256": "", "rows": [{"model": "m"}]}', "rows.0.values"),
    ],
)
def test_a_damaged_table_is_named_and_hides_no_other(text: str, message: str, tmp_path: Path) -> None:
    keep(tmp_path, "good", ROW)
    damaged = reference_path(tmp_path, "bad")
    damaged.write_text(text)
    told: list[str] = []
    assert read_references(tmp_path, on_unreadable=told.append) == [ROW]
    assert len(told) == 1
    assert str(damaged) in told[0]
    assert message in told[0]
    with pytest.raises(InputError) as caught:
        read_references(tmp_path)
    assert caught.value.hint


def test_the_file_holds_fractions_and_no_unknowns(tmp_path: Path) -> None:
    plain = json.loads(keep(tmp_path, "t", ROW).read_text())
    assert plain["rows"][0]["values"] == {"humaneval": 0.817, "mbpp+": 0.526}
    assert "link" not in plain["rows"][0]
    assert plain["format_version"] == 1
    assert read_table(reference_path(tmp_path, "t")).rows[0] == ROW


@given(st.integers(1, 600), st.data(), st.integers(0, 3))
def test_every_real_score_is_possible(tasks: int, data: st.DataObject, decimals: int) -> None:
    passed = data.draw(st.integers(0, tasks))
    assert passed in possible_counts(float(f"{100 * passed / tasks:.{decimals}f}"), tasks, decimals)


@given(st.integers(1, 600), st.integers(0, 1000))
def test_a_count_is_possible_just_where_it_rounds_to_the_value(tasks: int, tenths: int) -> None:
    counts = possible_counts(tenths / 10, tasks)
    # At a half either neighbour is right: 100 k / N is compared without rounding.
    exact = [passed for passed in range(tasks + 1) if abs(2000 * passed - 2 * tenths * tasks) <= tasks]
    assert list(counts) == exact
