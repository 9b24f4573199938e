"""Standings as JSON for other programs: full names and hashes, fractions in [0, 1], nothing left out for width.

Columns are keyed by their label, which two sets of data never share. Fields are only ever added.
"""

from __future__ import annotations

from harness.errors import InputError
from harness.formats.record_json import to_plain
from leaderboards.columns import Column
from leaderboards.facts import model_size
from leaderboards.notes import row_notes
from leaderboards.reliability import pass_hats
from leaderboards.standings import LEVEL, BaselineDifference, Cell, Ranking, ReferenceLine, Row, Standings
from leaderboards.statistics import noise_split


def to_plain_standings(standings: Standings) -> dict[str, object]:
    """Turn standings into dicts, lists and scalars.

    Args:
        standings: What `read_standings` gives.

    Example:
        >>> from leaderboards.demo import demo_standings
        >>> plain = to_plain_standings(demo_standings())
        >>> plain["sort"], plain["rows"][1]["model"], plain["rows"][1]["rank"]
        ('humaneval+', 'evolved-13b', [1, 3])
    """
    return {
        "k": standings.k,
        "sort": standings.sort.label if standings.sort else None,
        "where": standings.where or None,
        "by": standings.by or None,
        "columns": [_plain_column(column) for column in standings.columns],
        "other_columns": [_plain_column(column) for column in standings.other_columns],
        "ranking": _plain_ranking(standings.ranking) if standings.ranking else None,
        "baseline": _name(standings.baseline) if standings.baseline else None,
        "rows": [_plain_row(row) for row in standings.rows],
        "self_checks": [_plain_row(row) for row in standings.self_checks],
        "references": [_plain_reference(line) for line in standings.references],
        "remarks": standings.remarks,
        "older_runs": standings.older_runs,
        "unreadable": standings.unreadable,
    }


def _plain_column(column: Column) -> dict[str, object]:
    plain: dict[str, object] = {
        "label": column.label,
        "name": column.name,
        "benchmark": column.benchmark,
        "version": column.version,
        "task_count": column.task_count,
        "dataset_sha256": column.dataset_sha256,
    }
    if column.parts:
        plain["mean_of"] = [part.label for part in column.parts]
    return plain


def _plain_ranking(ranking: Ranking) -> dict[str, object]:
    return {
        "column": ranking.column.label,
        "tests": list(ranking.tests),
        "correction": ranking.correction,
        "level": LEVEL,
        "models": ranking.models,
        "pairs": ranking.pairs,
        "tasks": ranking.tasks,
        "clusters": ranking.clusters,
        "minimum_detectable_effect": ranking.resolves,
        "minimum_detectable_effect_adjusted": ranking.resolves_adjusted,
    }


def _name(row: Row) -> dict[str, str]:
    return {"model": row.model, "variant": row.variant}


def _plain_row(row: Row) -> dict[str, object]:
    records = row.records
    return {
        "rank": list(row.rank) if row.rank else None,
        **_name(row),
        "size_b": model_size(row.model, records),
        "tags": {name: value for record in records for name, value in record.metadata.items()},
        "temperatures": row.temperatures,
        "infra_errors": row.infra_errors,
        "tokens": row.tokens,
        "wall_seconds": row.wall_seconds,
        "scores": {column.label: _plain_cell(cell) for column, cell in row.cells.items()},
        "differences": {column.label: _plain_difference(found) for column, found in row.differences.items()},
        "members": list(row.members),
        "runs": [
            {
                "run_id": record.run_id,
                "benchmark": record.benchmark,
                "extraction": record.extraction,
                "sandbox": record.sandbox,
                "counts": dict(record.counts),
                "seconds": dict(record.seconds),
                "tokens": record.tokens,
                "finished_utc": record.finished_utc,
                "origin": record.origin or None,
            }
            for record in records
        ],
        "notes": row_notes(row),
    }


def _plain_cell(cell: Cell) -> dict[str, object]:
    plain = to_plain(cell.score)
    assert isinstance(plain, dict)
    plain |= {"run_id": cell.record.run_id, "is_complete": cell.record.is_complete}
    if cell.seed_values:
        plain["seed_values"] = list(cell.seed_values)
    if cell.score.samples < 2:
        return plain
    try:
        outcomes = cell.outcomes
    except InputError:
        return plain  # the standings name what can not be read
    if outcomes is not None:
        plain["pass_hat_k"] = {str(k): value for k, value in pass_hats(outcomes).items()}
        noise = noise_split(outcomes.samples, outcomes.passed)
        plain["standard_errors"] = noise._asdict() if noise else None
    return plain


def _plain_difference(found: BaselineDifference) -> dict[str, object]:
    plain = to_plain(found.paired)
    assert isinstance(plain, dict)
    return {**plain, "adjusted_p": found.adjusted_p, "is_significant": found.is_significant}


def _plain_reference(line: ReferenceLine) -> dict[str, object]:
    scores = {
        column.label: {"value": score.value, "low": score.low, "high": score.high}
        for column, score in line.scores.items()
    }
    return {"model": line.model, "source": line.source, "link": line.link, "scores": scores}
