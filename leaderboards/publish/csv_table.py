r"""The board as CSV: one line a model and column, for spreadsheets and data frames.

RFC 4180: a header line, commas, quotes doubled, lines ended by CRLF, in UTF-8. Numbers are fractions in [0, 1], never
percent; an unknown is an empty field, never 0.

A spreadsheet runs what begins with `=`, `+`, `-` or `@` as a formula, and a model may be named `=HYPERLINK(…)`. So a
text that begins with one of these (or with a quote, or a full-width form of them, also after spaces) gets a `'` in
front, which spreadsheets take as "text". A program that wants the name itself removes one leading `'`. Numbers are
ours and stay as they are.

Source for the list: OWASP, "CSV Injection".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from harness.commands.terminal import printable
from leaderboards.columns import Column, column_order
from leaderboards.methods import ONE_SEED
from leaderboards.standings import Cell, ReferenceLine, Row, Standings

_FORMULA_STARTS = tuple("=+-@'＝＋－＠")

FIELDS = (
    *("group", "rank_first", "rank_last", "model", "variant", "column", "benchmark", "benchmark_version"),
    *("dataset_sha256", "k", "value", "low", "high", "interval", "samples", "tasks", "of_tasks", "passed"),
    *("difference", "difference_low", "difference_high", "p_value", "adjusted_p", "test"),
    *("temperature", "prompt_style", "extraction", "tokens", "wall_seconds", "cpu_seconds"),
    *("infra_errors", "low_assurance", "is_complete", "sandbox", "origin", "run_id", "finished_utc", "source", "seeds"),
)
"""The header. Fields are only ever added, at the end."""


def csv_table(standings: Standings) -> str:
    """Write a board as CSV.

    Args:
        standings: The board; the languages behind a mean are written too.

    Example:
        >>> from leaderboards.demo import demo_standings
        >>> lines = csv_table(demo_standings()).split("\\r\\n")
        >>> lines[0][:37], lines[1][:43]
        ('group,rank_first,rank_last,model,vari', 'model,,,fused-13b,,humaneval,humaneval+,v0.')
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for line in _lines(standings):
        writer.writerow({name: _field(value) for name, value in line.items()})
    return text.getvalue()


def _lines(standings: Standings) -> Iterator[dict[str, object]]:
    for group, rows in (("model", standings.rows), ("self-check", standings.self_checks)):
        for row in rows:
            for column, cell in sorted(row.cells.items(), key=lambda item: column_order(item[0])):
                yield {"group": group, **_measured(standings, row, column, cell)}
    for reference in standings.references:
        yield from _published(standings, reference)


def _measured(standings: Standings, row: Row, column: Column, cell: Cell) -> dict[str, object]:
    score, record = cell.score, cell.record
    records = [run.record for run in cell.runs] or [record]
    line: dict[str, object] = {
        "model": row.model,
        "variant": row.variant,
        **_about(column),
        "k": score.k,
        "value": score.value,
        "low": score.low if score.interval != ONE_SEED else None,
        "high": score.high if score.interval != ONE_SEED else None,
        "interval": score.interval if score.interval != ONE_SEED else None,
        "samples": score.samples,
        "tasks": score.tasks,
        "of_tasks": score.of_tasks,
        "passed": score.passed,
        "temperature": (record.generation or {}).get("temperature"),
        "prompt_style": record.prompt_style,
        "extraction": record.extraction,
        "tokens": _sum([one.tokens for one in records]),
        "wall_seconds": _sum([one.wall_seconds for one in records]),
        "cpu_seconds": _sum([one.seconds.get("cpu") for one in records]),
        "infra_errors": sum(one.counts.get("infra_error", 0) for one in records),
        "low_assurance": sum(one.low_assurance for one in records),
        "is_complete": all(one.is_complete for one in records),
        "sandbox": " ".join(sorted({one.sandbox for one in records})),
        "origin": record.origin,
        "run_id": " ".join(one.run_id for one in records),
        "finished_utc": record.finished_utc,
        "seeds": len(cell.seed_values) or None,
    }
    if row.rank and column == standings.sort:
        line |= {"rank_first": row.rank.first, "rank_last": row.rank.last}
    if found := row.differences.get(column):
        paired = found.paired
        line |= {"difference": paired.difference, "difference_low": paired.low, "difference_high": paired.high}
        line |= {"p_value": paired.p_value, "adjusted_p": found.adjusted_p, "test": paired.test}
    return line


def _published(standings: Standings, reference: ReferenceLine) -> Iterator[dict[str, object]]:
    for column, score in reference.scores.items():
        yield {
            "group": "published",
            "model": reference.model,
            **_about(column),
            "k": standings.k,
            "value": score.value,
            "low": score.low,
            "high": score.high,
            "source": f"{reference.source}, {reference.link}" if reference.link else reference.source,
        }


def _about(column: Column) -> dict[str, object]:
    return {
        "column": column.name,
        "benchmark": column.benchmark,
        "benchmark_version": column.version,
        "dataset_sha256": column.dataset_sha256,
    }


def _sum(values: list[float | int | None]) -> float | int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _field(value: object) -> object:
    """Keep numbers, say truth in lower case, and make texts safe for spreadsheets."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return value
    text = printable(value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA_STARTS) else text
