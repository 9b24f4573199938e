"""What a row can be asked for by a filter: the model's name and size, its tags, n, temperature, cost, scores.

A size that no tag gives is read off the model's name, as in `starcoder2-15b`; a mixture as `8x7b` names no size that
could be compared, so it has none until somebody tags it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.records import RunRecord
from leaderboards.columns import Column
from leaderboards.rows import tag_text
from leaderboards.standings import Row

_SIZE = re.compile(r"(?<![A-Za-z0-9.])(\d+(?:\.\d+)?)([bm])(?![A-Za-z0-9])", re.IGNORECASE)

FIELDS = (
    "model",
    "size",
    "recipe",
    "seed",
    "n",
    "temperature",
    "sandbox",
    "backend",
    "date",
    "tokens",
    "seconds",
    "infra",
)
"""What every row can be asked for, beside its columns' scores and its runs' tags."""


def model_size(name: str, records: Iterable[RunRecord]) -> float | None:
    """Give a model's size in billions of parameters: its `size` tag, else what its name says.

    Args:
        name: The model's.
        records: Of its runs.

    Example:
        >>> [model_size(name, []) for name in ("starcoder2-15b-instruct", "coder-6.7B", "opt-350m", "8x7b", "gpt")]
        [15.0, 6.7, 0.35, None, None]
    """
    for record in records:
        tag = record.metadata.get("size")
        match = _SIZE.fullmatch(tag) if isinstance(tag, str) else None
        if isinstance(tag, float) or match:
            return tag if isinstance(tag, float) else _billions(match)
    return _billions(_SIZE.search(name))


def _billions(match: re.Match[str] | None) -> float | None:
    if match is None:
        return None
    number = float(match[1])
    return number if match[2] in "bB" else number / 1000


def row_facts(row: Row, columns: Iterable[Column]) -> dict[str, str | float | None]:
    """Give everything a row can be asked for, by name; None where the row does not know.

    Args:
        row: Of the board.
        columns: All columns; a score is given in percent, as the board shows it.
    """
    records = row.records
    temperatures = row.temperatures
    facts: dict[str, str | float | None] = {}
    for record in records:
        for name in record.metadata:
            facts[name] = _tag(record, name)
    facts |= {
        "model": row.model,
        "size": model_size(row.model, records),
        "recipe": facts.get("recipe"),
        "seed": facts.get("seed"),
        "n": float(row.samples[0]),
        "temperature": temperatures[0] if len(temperatures) == 1 else None,
        "sandbox": ", ".join(sorted({record.sandbox for record in records})),
        "backend": ", ".join(sorted({record.model.backend for record in records})),
        "date": max(record.finished_utc for record in records)[:10],
        "tokens": None if row.tokens is None else float(row.tokens),
        "seconds": row.wall_seconds,
        "infra": float(row.infra_errors),
    }
    for column in columns:
        cell = row.cells.get(column)
        facts[column.label] = None if cell is None else 100 * cell.score.value
    return facts


def _tag(record: RunRecord, name: str) -> str | float:
    value = record.metadata[name]
    return value if isinstance(value, float) else tag_text(record, name)
