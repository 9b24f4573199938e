"""From a folder of runs to standings: which run stands for a model in a column, who is ranked, and what was left out.

Scores come from the records; the ranks and the differences to a baseline from what each run did on each task. What is
never ranked: a score over a part of the tasks, the built-in self-checks, and published numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from harness.errors import InputError, nearest
from leaderboards.baseline import find_row, with_differences
from leaderboards.columns import Column, column_order, find_columns, mean_columns, named
from leaderboards.facts import FIELDS, row_facts
from leaderboards.methods import by_recipe
from leaderboards.ranking import in_order, ranked
from leaderboards.reference_lines import Choice, reference_lines
from leaderboards.references import ReferenceRow, read_references
from leaderboards.rows import make_rows, with_means
from leaderboards.runs import StoredRun, read_runs
from leaderboards.standings import Cell, Row, Standings
from leaderboards.where import parse_where

__all__ = ["EXTRAS", "Cell", "Column", "Row", "Standings", "read_standings", "standings_from"]

EXTRAS = (
    "interval",
    "seeds",
    "n",
    "temperature",
    "infra",
    "not passed",
    "sandbox",
    "cpu s",
    "wall s",
    "tokens",
    "date",
)
"""What a board can show beside the scores, in the order the columns stand."""


def read_standings(
    runs_root: Path,
    *,
    k: int = 1,
    benchmarks: Iterable[str] = (),
    sort: str = "",
    columns: Iterable[str] = (),
    where: str = "",
    baseline: str = "",
    by: str = "",
    references: Choice = "near",
) -> Standings:
    """Read every run below a folder and rank the models.

    Args:
        runs_root: The folder that `fuseval score --runs` writes to; one that does not exist holds no runs.
        k: Which pass@k to show.
        benchmarks: Names of benchmarks or columns to keep; empty keeps all.
        sort: The column to rank within; empty takes the one that most models have.
        columns: Names of columns to show, of scores or beside them; empty shows all.
        where: A filter that rows have to pass, as `size<15 and recipe==if`.
        baseline: The row to compare every other with: a model, or a run.
        by: `recipe` to make one row of the models that a recipe trained with several seeds.
        references: Which published scores to show.

    Raises:
        InputError: A name is not on this board, the filter can not be read, or `runs_root` is a file.
    """
    runs, unreadable = read_runs(runs_root) if runs_root.exists() else ([], [])
    published = read_references(runs_root, on_unreadable=unreadable.append) if runs_root.is_dir() else []
    standings = standings_from(
        runs,
        k=k,
        benchmarks=benchmarks,
        sort=sort,
        columns=columns,
        where=where,
        baseline=baseline,
        by=by,
        references=references,
        published=published,
    )
    return replace(standings, unreadable=unreadable + standings.unreadable)


def standings_from(
    runs: Iterable[StoredRun],
    *,
    k: int = 1,
    benchmarks: Iterable[str] = (),
    sort: str = "",
    columns: Iterable[str] = (),
    where: str = "",
    baseline: str = "",
    by: str = "",
    references: Choice = "near",
    published: Iterable[ReferenceRow] = (),
) -> Standings:
    """Rank the given runs; see `read_standings` for the arguments, of which `published` are those it reads."""
    runs = list(runs)
    found = find_columns((run.record for run in runs), k, frozenset(benchmarks))
    means = mean_columns(found.values())
    rows = with_means(make_rows(runs, found, k), means, k)
    means = [mean for mean in means if any(mean in row.cells for row in rows)]
    known = sorted([*found.values(), *means], key=column_order)
    stood_in_for = _stood_in_for(runs, rows, found.values(), k)
    remarks: list[str] = []
    # Without any row a name can not be looked up, and an empty board tells the person more than an error.
    if where and rows:
        rows, remark = _filtered(rows, known, where)
        remarks.append(remark)
    if by and rows:
        if by != "recipe":
            raise InputError(f"rows can not be grouped by {by!r}", hint="--by recipe")
        models, left_out = by_recipe(row for row in rows if not row.is_self_check)
        rows, remarks = models + [row for row in rows if row.is_self_check], remarks + left_out
    shown, extras = _chosen(known, columns)
    sort_column = _sort_column(shown or known, rows, sort, known)
    unreadable: list[str] = []
    models, ranking = ranked([row for row in rows if not row.is_self_check], sort_column, k, unreadable.append)
    basis = find_row(models, baseline) if baseline and models else None
    if basis is not None:
        place = models.index(basis)
        models = with_differences(models, basis, shown, k, unreadable.append)
        basis = models[place]
    lines, left_out = reference_lines(
        published, models, shown, sort_column, references if k == 1 and basis is None and not by else "none"
    )
    return Standings(
        k=k,
        sort=sort_column,
        columns=shown,
        rows=models,
        self_checks=in_order([row for row in rows if row.is_self_check], sort_column),
        older_runs=stood_in_for,
        unreadable=list(dict.fromkeys(unreadable)),
        other_columns=[column for column in known if column not in shown],
        ranking=ranking,
        baseline=basis,
        references=lines,
        remarks=remarks + left_out,
        extras=extras,
        where=where,
        by=by,
    )


def _stood_in_for(runs: Sequence[StoredRun], rows: Iterable[Row], columns: Iterable[Column], k: int) -> int:
    """Count the runs with a score on this board that another run stands in for."""
    keys = {(column.name, column.dataset_sha256) for column in columns}
    shown = {id(run) for row in rows for cell in row.cells.values() for run in cell.runs}
    return sum(
        any(score.k == k and (score.column, run.record.dataset_sha256) in keys for score in run.record.scores)
        for run in runs
        if id(run) not in shown
    )


def _filtered(rows: Sequence[Row], columns: Sequence[Column], where: str) -> tuple[list[Row], str]:
    """Keep the rows that pass a filter, and say how many did."""
    facts = [row_facts(row, columns) for row in rows]
    passes = parse_where(where, {name for one in facts for name in one} | set(FIELDS))
    kept = [row for row, one in zip(rows, facts, strict=True) if passes(one)]
    before, after = (sum(not row.is_self_check for row in some) for some in (rows, kept))
    return kept, f"{after} of {before} rows pass {where}; ranks are among them"


def _chosen(known: Sequence[Column], names: Iterable[str]) -> tuple[list[Column], tuple[str, ...]]:
    """Give the columns of scores to show, and the names of those beside them.

    Where no score is named, all are shown, but for the languages behind a mean.
    """
    scores: list[Column] = []
    extras: list[str] = []
    labels = {name for column in known for name in (column.label, column.name)}
    for name in filter(None, (name.strip() for name in names)):
        beside = name.replace("-", " ")
        if name in labels:
            scores += [column for column in named(known, name) if column not in scores]
        elif beside in EXTRAS:
            extras.append(beside)
        elif known:
            valid = [*labels, *(extra.replace(" ", "-") for extra in EXTRAS)]
            raise InputError(f"no column {name!r} on this board", hint=nearest(name, valid))
    averaged = {part for column in known for part in column.parts}
    return scores or [column for column in known if column not in averaged], tuple(extras)


def _sort_column(shown: Sequence[Column], rows: Iterable[Row], name: str, known: Sequence[Column]) -> Column | None:
    columns = named(known, name) if name else shown
    if not columns:
        return None
    models = [row for row in rows if not row.is_self_check]
    filled = {column: sum(column in row.cells for row in models) for column in columns}
    return min(columns, key=lambda column: (-filled[column], column.is_base, column_order(column)))
