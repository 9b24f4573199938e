"""Published tables: percent to fractions, and over how many tasks each can be."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InputError
from harness.formats.imports import recognise
from harness.formats.imports.imported import ImportedTable
from harness.formats.imports.keep import keep_table
from harness.formats.reference_file import ReferenceRow, read_table
from harness.grading.grim import possible_counts
from tests.harness.formats.imports.foreign_files import write


def table(path: Path) -> ImportedTable:
    (found,) = recognise.read(path).imported
    assert isinstance(found, ImportedTable)
    return found


def board_row(**scores: float | None) -> dict[str, Any]:
    return {
        "link": "https://example.org/m", "open-data": "NONE", "prompted": True, "size": 7,
        "pass@1": {name.replace("_plus", "+"): value for name, value in scores.items()},
    }  # fmt: skip


def test_a_board_s_row_keeps_what_it_says(tmp_path: Path) -> None:
    board = {"m": board_row(humaneval=81.7, humaneval_plus=77.4, mbpp=82.5, mbpp_plus=69.7), "n": board_row(mbpp=None)}
    found = table(write(tmp_path / "board-2024-12.json", board))
    assert found.table.rows[0] == ReferenceRow(
        model="m",
        values={"humaneval": 0.817, "humaneval+": 0.774, "mbpp": 0.825, "mbpp+": 0.697},
        # 82.5 is possible over 378 and 399, 69.7 over 399 only; both are of one evaluation.
        tasks={"humaneval": 164, "humaneval+": 164, "mbpp": 399, "mbpp+": 399},
        source="EvalPlus leaderboard",
        link="https://example.org/m",
        size_b=7,
        is_prompted=True,
        open_data="NONE",
        date="2024-12",
    )
    assert found.table.rows[1].values == {}


@pytest.mark.parametrize(
    ("scores", "tasks", "possible"),
    [
        ({"mbpp": 80.7, "mbpp_plus": 69.6}, {"mbpp": 378, "mbpp+": 378}, {}),
        ({"mbpp": 75.2, "mbpp_plus": 62.2}, {"mbpp": 399, "mbpp+": 399}, {}),
        ({"mbpp_plus": 52.6}, {}, {"mbpp+": [378, 399]}),
        # No count gives both: each by itself.
        ({"mbpp": 63.5, "mbpp_plus": 69.7}, {"mbpp": 378, "mbpp+": 399}, {}),
        ({"mbpp": 80.7, "mbpp_plus": 0.1}, {}, {"mbpp": [378, 399], "mbpp+": []}),
    ],
)
def test_each_value_is_over_what_can_give_it(
    scores: dict[str, float], tasks: dict[str, int], possible: dict[str, list[int]], tmp_path: Path
) -> None:
    (row,) = table(write(tmp_path / "b.json", {"m": board_row(**scores, humaneval=50.1)})).table.rows
    assert {column: count for column, count in row.tasks.items() if "mbpp" in column} == tasks
    assert row.possible_tasks == possible


def test_the_real_leaderboard(fuseval_data: Path, tmp_path: Path) -> None:
    path = fuseval_data / "reference/evalplus-leaderboard-2024-12.json"
    found = table(path)
    rows = found.table.rows
    assert len(rows) == 125
    published = json.loads(path.read_text())
    for row in rows:
        scores = {column: value for column, value in published[row.model]["pass@1"].items() if value is not None}
        assert {column: round(100 * value, 1) for column, value in row.values.items()} == scores
    for column in ("mbpp", "mbpp+"):
        told = Counter(row.tasks.get(column) for row in rows if column in row.values)
        assert told == {378: 68, 399: 8, None: 13}
    impossible = [
        row.model for row in rows for name in ("humaneval", "humaneval+")
        if not possible_counts(100 * row.values[name], 164)
    ]  # fmt: skip
    assert sorted(impossible) == ["Code-290k-6.7B-Instruct", "Zephyr β-7B"]
    place, is_new = keep_table(found, tmp_path)
    assert is_new
    assert place == tmp_path / "references/evalplus-leaderboard-2024-12.json"
    assert read_table(place) == found.table
    assert keep_table(found, tmp_path) == (place, False)


def test_the_paper_s_table_is_over_the_old_tasks(fuseval_data: Path) -> None:
    rows = table(fuseval_data / "reference/instruction-fusion-paper-table.json").table.rows
    told = Counter(row.tasks.get("mbpp+") for row in rows)
    assert told == {399: 16, None: 4}
    by_name = {row.model: row for row in rows}
    assert len(by_name) == 20
    assert by_name["IF-CL-MC-13B"].values["humaneval"] == 0.793
    assert by_name["IF-CL-MC-13B"].size_b == 13
    assert (by_name["gpt-4-1106-preview"].size_b, by_name["gpt-4-1106-preview"].open_data) == (None, None)


def test_a_newer_file_of_the_same_name_replaces_the_table(tmp_path: Path) -> None:
    older = table(write(tmp_path / "b.json", {"m": board_row(humaneval=50.0)}))
    newer = table(write(tmp_path / "b.json", {"m": board_row(humaneval=50.6)}))
    keep_table(older, tmp_path)
    place, is_new = keep_table(newer, tmp_path)
    assert is_new
    assert read_table(place).rows[0].values == {"humaneval": 0.506}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"m": board_row(humaneval=101)}, "less than or equal to 100"),
        ({"m": board_row(humaneval=-1)}, "greater than or equal to 0"),
        ([{"method": "m", "humaneval": "high"}], "valid number"),
    ],
)
def test_what_is_no_percentage_is_refused(content: object, message: str, tmp_path: Path) -> None:
    path = write(tmp_path / "b.json", content)
    with pytest.raises(InputError, match=message):
        recognise.read(path)
