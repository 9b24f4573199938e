"""Tables of published scores: EvalPlus's leaderboard, and a paper's table as a list of rows.

    {model: {"link", "open-data", "pass@1": {column: percent or null}, "prompted", "size"}}     EvalPlus's results.json
    [{"method", "link", "size", "open", "humaneval", "humaneval+", "mbpp", "mbpp+"}]            a paper's table

Percentages become fractions. Neither says over how many MBPP tasks a score is, and that changed in April 2024, from 399
to 378. A score is k of N tasks, so often only one of the two can give what is printed. Both MBPP columns of a row come
out of one evaluation, so they are told together; where both counts are possible, the row says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from harness.errors import InputError
from harness.formats.imports.imported import ForeignFile, ImportedTable, json_of
from harness.formats.record_json import first_problem
from harness.formats.reference_file import ReferenceRow, ReferenceTable
from harness.grading.grim import possible_task_counts

TOOL = "table of published scores"

COLUMNS = ("humaneval", "humaneval+", "mbpp", "mbpp+")
HUMANEVAL_TASKS = 164
MBPP_TASKS = (378, 399)
"""MBPP+ v0.2.0 and v0.1.0; EvalPlus's `mbpp` column is over the same tasks as its `mbpp+`."""

Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class _BoardRow(BaseModel):
    """One model of EvalPlus's leaderboard."""

    model_config = ConfigDict(populate_by_name=True)

    scores: dict[str, Percent | None] = Field(alias="pass@1")
    link: str | None = None
    open_data: str | None = Field(None, alias="open-data")
    prompted: bool | None = None
    size: float | None = None


class _PaperRow(BaseModel):
    """One line of a paper's table."""

    model_config = ConfigDict(populate_by_name=True)

    method: str
    link: str | None = None
    size: str | float | None = None
    open: str | None = None
    humaneval: Percent | None = None
    humaneval_plus: Percent | None = Field(None, alias="humaneval+")
    mbpp: Percent | None = None
    mbpp_plus: Percent | None = Field(None, alias="mbpp+")


def is_board(plain: object) -> bool:
    """Tell whether decoded JSON is EvalPlus's leaderboard.

    Args:
        plain: The decoded file.

    Example:
        >>> is_board({"m": {"pass@1": {"humaneval": 81.7}, "size": 8.0}})
        True
    """
    if not isinstance(plain, dict) or not plain:
        return False
    return all(isinstance(row, dict) and isinstance(row.get("pass@1"), dict) for row in plain.values())


def is_paper_table(plain: object) -> bool:
    """Tell whether decoded JSON is a paper's table.

    Args:
        plain: The decoded file.

    Example:
        >>> is_paper_table([{"method": "m", "humaneval": 85.4}])
        True
    """
    if not isinstance(plain, list) or not plain:
        return False
    return all(isinstance(row, dict) and "method" in row and {*COLUMNS} & row.keys() for row in plain)


def read(file: ForeignFile) -> ImportedTable:
    """Read one table.

    Args:
        file: The file; its name gives the source, and the date if it has one.

    Raises:
        InputError: It is neither kind of table, or a value is no percentage.
    """
    plain = json_of(file)
    name = re.sub(r"\.json(\.gz)?$", "", file.path.name)
    try:
        if is_board(plain):
            source = "EvalPlus leaderboard"
            found = list(_board_rows(TypeAdapter(dict[str, _BoardRow]).validate_python(plain)))
        elif is_paper_table(plain):
            source = name
            found = list(_paper_rows(TypeAdapter(list[_PaperRow]).validate_python(plain)))
        else:
            raise InputError(f"{file.path} is no table of published scores that fuseval knows")
    except ValidationError as error:
        raise InputError(f"{file.path} is no table of published scores: {first_problem(error.errors())}") from None
    date = re.search(r"(?<!\d)20\d\d-\d\d(-\d\d)?(?!\d)", name)
    # The table is printed with as many digits as its longest value has; JSON drops a zero at the end.
    decimals = max((_decimals(value) for _, scores, _ in found for value in scores.values()), default=1)
    told = {"source": source, "date": date[0] if date else None, "decimals": decimals}
    rows = [_row(model, scores, {**told, **facts}) for model, scores, facts in found]
    return ImportedTable(name, ReferenceTable(TOOL, str(file.path), file.sha256, rows))


_Found = tuple[str, dict[str, float], dict[str, Any]]


def _board_rows(board: Mapping[str, _BoardRow]) -> Iterator[_Found]:
    for model, row in board.items():
        scores = {column: value for column, value in row.scores.items() if value is not None}
        facts = {"link": row.link, "size_b": row.size, "is_prompted": row.prompted, "open_data": row.open_data}
        yield model, scores, facts


def _paper_rows(table: list[_PaperRow]) -> Iterator[_Found]:
    for row in table:
        values = (row.humaneval, row.humaneval_plus, row.mbpp, row.mbpp_plus)
        scores = {column: value for column, value in zip(COLUMNS, values, strict=True) if value is not None}
        size = re.fullmatch(r"(\d+(?:\.\d+)?)\s*[bB]?", str(row.size or ""))
        known = row.open if row.open != "-" else None
        facts = {"link": row.link, "size_b": float(size[1]) if size else None, "open_data": known}
        # The same method is there in several sizes.
        yield f"{row.method}-{row.size}" if size else row.method, scores, facts


def _row(model: str, scores: Mapping[str, float], facts: Mapping[str, Any]) -> ReferenceRow:
    decimals = facts["decimals"]
    tasks = {column: HUMANEVAL_TASKS for column in COLUMNS[:2] if column in scores}
    mbpp = {column: scores[column] for column in COLUMNS[2:] if column in scores}
    together = possible_task_counts(mbpp.values(), MBPP_TASKS, decimals)
    possible: dict[str, list[int]] = {}
    for column, value in mbpp.items():
        # Where no count gives both, one of the two is wrong: each is told by itself.
        counts = together or possible_task_counts([value], MBPP_TASKS, decimals)
        if len(counts) == 1:
            tasks[column] = counts[0]
        else:
            possible[column] = counts
    return ReferenceRow(
        model=model,
        values={column: round(value / 100, decimals + 2) for column, value in scores.items()},
        tasks=tasks,
        possible_tasks=possible,
        **facts,
    )


def _decimals(value: float) -> int:
    return len(f"{value:.10f}".rstrip("0").partition(".")[2])
