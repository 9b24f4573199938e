"""What a printed table says, before anybody sets it: texts of the cells, and the notes that belong below.

A printed table has no colour, no bar and nobody to ask, so whatever qualifies a number is in the table or in a note:
its interval, n, the temperature, the data's hash, the test and its correction, what the board can resolve, what was
lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from string import ascii_lowercase

from leaderboards.beside_scores import COMPARED, beside_score
from leaderboards.cells import DASH, is_narrow, percent
from leaderboards.methods import ONE_SEED
from leaderboards.notes import row_notes
from leaderboards.publish.table_notes import table_notes
from leaderboards.standings import BaselineDifference, Cell, ReferenceLine, Row, Standings

UNKNOWN = DASH
SELF_CHECKS = "self-checks, not ranked"
PUBLISHED = "published elsewhere, not ranked"


@dataclass(frozen=True)
class PrintedNumber:
    """A score or a difference in percent (or points), with the ends of its interval where it has one."""

    value: str
    low: str = ""
    high: str = ""
    is_bold: bool = False
    """The leader, or a difference, that the tests uphold after the adjustment for several comparisons."""


@dataclass(frozen=True)
class PrintedRow:
    """One row; `marks` are the letters of the notes that speak of it."""

    group: str
    """Empty for models, else the title of the rows that stand apart."""
    rank: str
    model: str
    variant: str
    numbers: tuple[PrintedNumber | None, ...]
    extras: tuple[str, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True)
class PrintedTable:
    """The whole table."""

    title: str
    first: str
    """What a row is: a model, or a recipe."""
    numbers: tuple[str, ...]
    """Titles of the columns with intervals."""
    extras: tuple[str, ...]
    """Titles of the columns after them."""
    rows: tuple[PrintedRow, ...]
    marked_notes: tuple[tuple[str, str], ...]
    """Letter and sentence."""
    notes: tuple[str, ...]


def printed_table(standings: Standings) -> PrintedTable:
    """Turn standings into what a table of them says.

    Args:
        standings: The board. With a baseline, every other row shows its differences, as the board in the terminal does.

    Example:
        >>> from leaderboards.demo import demo_standings
        >>> table = printed_table(demo_standings())
        >>> table.rows[0].model, table.rows[0].numbers[1].value
        ('fused-13b', '74')
    """
    standings = _with_filled_columns(standings)
    letters: dict[str, str] = {}
    extras = _shown_extras(standings)
    rows = [_row(standings, row, "", extras, letters) for row in standings.rows]
    if standings.baseline is None:  # beside differences, scores as such would be misread
        rows += [_reference(standings, line, extras, letters) for line in standings.references]
    if not rows:
        # Beside models they say nothing to a reader: that they came out right is why there are scores at all.
        rows += [_row(standings, row, SELF_CHECKS, extras, letters) for row in standings.self_checks]
    return PrintedTable(
        title=_title(standings),
        first=standings.by or "model",
        numbers=tuple(column.label for column in standings.columns),
        extras=extras,
        rows=tuple(rows),
        marked_notes=tuple((letter, note) for note, letter in letters.items()),
        notes=tuple(table_notes(standings)),
    )


def _with_filled_columns(standings: Standings) -> Standings:
    """Leave out the columns that no model fills, but only self-checks or published scores."""
    filled = {column for row in standings.rows for column in row.cells}
    if not filled:
        return standings
    return replace(standings, columns=[column for column in standings.columns if column in filled])


def _title(standings: Standings) -> str:
    parts = [f"pass@{standings.k}"]
    if standings.by:
        parts[0] += f" by {standings.by}, mean over training seeds"
    if standings.baseline:
        parts.append(f"differences to {standings.baseline.model}")
    if standings.sort and standings.rows:
        parts.append(f"ranked by {standings.sort.label}")
    return ", ".join(parts)


def _row(standings: Standings, row: Row, group: str, extras: tuple[str, ...], letters: dict[str, str]) -> PrintedRow:
    # The number of seeds is what n is to a model, and which models they are nobody could guess.
    seeds = [f"mean over {len(row.members)} models: {', '.join(row.members)}"] if row.members else []
    is_compared = standings.baseline is not None and row is not standings.baseline
    leads = _leads(standings, row)
    return PrintedRow(
        group=group,
        rank="" if group else str(row.rank or UNKNOWN).replace("-", "–"),
        model=row.model,
        variant=row.variant,
        numbers=tuple(
            _difference(row.differences.get(column))
            if is_compared
            else _score(row.cells.get(column), is_leader=leads and column == standings.sort)
            for column in standings.columns
        ),
        extras=tuple(beside_score(row, name, standings, 3) for name in extras),
        marks=_marks(seeds + row_notes(row), letters),
    )


def _reference(
    standings: Standings, line: ReferenceLine, extras: tuple[str, ...], letters: dict[str, str]
) -> PrintedRow:
    found = [line.scores.get(column) for column in standings.columns]
    numbers = (_with_interval(score.value, score.low, score.high) if score else None for score in found)
    marks = _marks([f"published by {line.source}: not measured here, in no test"], letters)
    return PrintedRow(PUBLISHED, "", line.model, "", tuple(numbers), ("",) * len(extras), marks)


def _leads(standings: Standings, row: Row) -> bool:
    """Say whether the tests put a row before every other: a board of one has nobody to lead."""
    is_tested = standings.ranking is not None and standings.ranking.pairs > 0
    return is_tested and row.rank is not None and row.rank.last == 1


def _score(cell: Cell | None, *, is_leader: bool) -> PrintedNumber | None:
    if cell is None:
        return None
    score = cell.score
    if score.interval == ONE_SEED:
        return PrintedNumber(percent(score.value, is_narrow=False), is_bold=is_leader)
    return _with_interval(score.value, score.low, score.high, is_bold=is_leader)


def _difference(found: BaselineDifference | None) -> PrintedNumber | None:
    if found is None:
        return None
    paired = found.paired
    return _with_interval(paired.difference, paired.low, paired.high, is_bold=found.is_significant, has_sign=True)


def _with_interval(
    value: float, low: float, high: float, *, is_bold: bool = False, has_sign: bool = False
) -> PrintedNumber:
    narrow = is_narrow(low, high)
    text, low_end, high_end = (percent(part, is_narrow=narrow, has_sign=has_sign) for part in (value, low, high))
    return PrintedNumber(text, low_end, high_end, is_bold)


def _marks(notes: list[str], letters: dict[str, str]) -> tuple[str, ...]:
    return tuple(letters.setdefault(note, _letter(len(letters))) for note in notes)


def _letter(place: int) -> str:
    """Give a, b, …, z, aa, ab, … by place."""
    before, last = divmod(place, len(ascii_lowercase))
    return (_letter(before - 1) if before else "") + ascii_lowercase[last]


def _shown_extras(standings: Standings) -> tuple[str, ...]:
    """Give those that were asked for, else n, and temperature and infra errors where there is something to say.

    The bar of the terminal has no place on paper: the intervals stand beside the numbers.
    """
    if standings.extras:
        return tuple(name for name in standings.extras if name != "interval")
    rows = standings.rows + standings.self_checks
    has = {
        **dict.fromkeys(COMPARED, standings.baseline is not None),
        "n": True,
        "temperature": any(value is not None for row in rows for value in row.temperatures),
        "infra": any(row.infra_errors for row in rows),
    }
    return tuple(name for name, is_shown in has.items() if is_shown)
