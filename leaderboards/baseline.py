"""Every row against one: paired differences to a baseline, adjusted over the rows of a column.

Each pair is compared on the tasks that both have. Rows of other data are in other columns, so they never meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from harness.commands.find_run import SHORTEST_PREFIX
from harness.errors import InputError, nearest
from harness.formats.run_folder import slug
from leaderboards.columns import Column
from leaderboards.outcomes import on_common_tasks
from leaderboards.rows import clusters_of, weights_of
from leaderboards.runs import said
from leaderboards.standings import BaselineDifference, Cell, Row
from leaderboards.statistics import PairedDifference, holm, paired_difference, seed_level_difference
from leaderboards.statistics.pairs import pass_rates


def find_row(rows: Sequence[Row], name: str) -> Row:
    """Find the row that is meant as the baseline.

    Args:
        rows: Those of the board.
        name: A model's name, or a run's id, the start of one, or its folder.

    Raises:
        InputError: None or several are meant; the message names them.
    """
    wanted = name.rstrip("/").rpartition("/")[2] if "/" in name else name
    by_model = [row for row in rows if name in (row.model, slug(row.model))]
    by_run = [row for row in rows if any(_is_run(record.run_id, wanted) for record in row.records)]
    found = by_model or by_run
    if not found:
        raise InputError(f"no row {name!r} on this board", hint=nearest(name, [row.model for row in rows]))
    if len(found) > 1:
        known = "; ".join(f"{row.variant or row.model} ({row.records[0].run_id})" for row in found[:6])
        raise InputError(
            f"{name!r} may mean {len(found)} rows: {known}", hint=f"--baseline {found[0].records[0].run_id}"
        )
    return found[0]


def _is_run(run_id: str, wanted: str) -> bool:
    return run_id == wanted or (len(wanted) >= SHORTEST_PREFIX and run_id.startswith(wanted))


def with_differences(
    rows: Sequence[Row], baseline: Row, columns: Iterable[Column], k: int, on_unreadable: Callable[[str], None]
) -> list[Row]:
    """Compare every row with the baseline in every column that both have.

    Args:
        rows: Those of the board, the baseline among them.
        baseline: The row to compare with.
        columns: Those that are compared.
        k: Which pass@k.
        on_unreadable: Told why a row's outcomes can not be read, one sentence a run.
    """
    found: dict[int, dict[Column, BaselineDifference]] = {place: {} for place in range(len(rows))}
    for column in columns:
        reference = baseline.cells.get(column)
        if reference is None:
            continue
        compared: dict[int, PairedDifference] = {}
        for place, row in enumerate(rows):
            cell = row.cells.get(column)
            if cell is None or row is baseline:
                continue
            try:
                difference = _difference(cell, reference, column, k)
            except InputError as error:
                on_unreadable(said(error))
                continue
            if difference is not None:
                compared[place] = difference
        adjusted = holm([difference.p_value for difference in compared.values()])
        for (place, difference), p_value in zip(compared.items(), adjusted, strict=True):
            found[place][column] = BaselineDifference(difference, p_value)
    return [replace(row, differences=found[place]) for place, row in enumerate(rows)]


def _difference(cell: Cell, baseline: Cell, column: Column, k: int) -> PairedDifference | None:
    """Compare two cells of one column; None where one of them has nothing to be tested by."""
    if cell.seed_values or baseline.seed_values:
        if min(len(cell.seed_values), len(baseline.seed_values)) < 2:
            return None
        return seed_level_difference(cell.seed_values, baseline.seed_values)
    ours, theirs = cell.outcomes, baseline.outcomes
    if ours is None or theirs is None:
        return None
    tasks, samples, passed = on_common_tasks([ours, theirs])
    if not tasks or int(samples.min()) < k:
        return None
    rates = pass_rates(samples, passed, k)
    is_binary = k == 1 and int(samples.max()) == 1
    if not column.parts:
        return paired_difference(rates[0], rates[1], is_binary=is_binary)
    return paired_difference(
        rates[0], rates[1], is_binary=is_binary, clusters=clusters_of(tasks), weights=weights_of(tasks)
    )
