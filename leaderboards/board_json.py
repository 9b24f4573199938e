"""Standings as JSON for other programs: full names and hashes, fractions in [0, 1], nothing left out for width.

Columns are keyed by their label, which two sets of data never share. Fields are only ever added.
"""

from __future__ import annotations

from harness.formats.record_json import to_plain
from leaderboards.notes import row_notes
from leaderboards.store import Row, Standings


def to_plain_standings(standings: Standings) -> dict[str, object]:
    """Turn standings into dicts, lists and scalars.

    Args:
        standings: What `read_standings` gives.

    Example:
        >>> from leaderboards.demo import demo_standings
        >>> plain = to_plain_standings(demo_standings())
        >>> plain["sort"], plain["rows"][1]["model"], plain["rows"][1]["rank"]
        ('humaneval+', 'evolved-13b', [2, 3])
    """
    return {
        "k": standings.k,
        "sort": standings.sort.label if standings.sort else None,
        "columns": [
            {
                "label": column.label,
                "name": column.name,
                "benchmark": column.benchmark,
                "version": column.version,
                "task_count": column.task_count,
                "dataset_sha256": column.dataset_sha256,
            }
            for column in standings.columns
        ],
        "rows": [_plain_row(row) for row in standings.rows],
        "self_checks": [_plain_row(row) for row in standings.self_checks],
        "older_runs": standings.older_runs,
        "unreadable": standings.unreadable,
    }


def _plain_row(row: Row) -> dict[str, object]:
    scores: dict[str, object] = {}
    for column, cell in row.cells.items():
        plain = to_plain(cell.score)
        assert isinstance(plain, dict)
        scores[column.label] = {**plain, "run_id": cell.record.run_id, "is_complete": cell.record.is_complete}
    return {
        "rank": list(row.rank) if row.rank else None,
        "model": row.model,
        "variant": row.variant,
        "scores": scores,
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
            }
            for record in row.records
        ],
        "notes": row_notes(row),
    }
