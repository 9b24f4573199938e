"""A comparison as JSON for other programs: full names, fractions in [0, 1], every pair, every task.

Contenders are referred to by their letters. Fields are only ever added.
"""

from __future__ import annotations

from harness.formats.record_json import to_plain
from leaderboards.comparison.findings import ColumnComparison, Findings


def to_plain_comparison(findings: Findings) -> dict[str, object]:
    """Turn a comparison into dicts, lists and scalars.

    Args:
        findings: What `compare` gives.

    Example:
        >>> from leaderboards.comparison.demo import demo_findings
        >>> plain = to_plain_comparison(demo_findings())
        >>> [column["column"] for column in plain["columns"]], plain["is_paired"]
        (['humaneval+', 'humaneval'], True)
    """
    return {
        "is_paired": findings.is_paired,
        "contenders": [
            {
                "letter": one.letter,
                "model": one.model,
                "is_self_check": one.is_self_check,
                "runs": [
                    {
                        "run_id": record.run_id,
                        "benchmark": record.benchmark,
                        "dataset_sha256": record.dataset_sha256,
                        "infra_errors": record.counts.get("infra_error", 0),
                    }
                    for record in one.records
                ],
            }
            for one in findings.contenders
        ],
        "columns": [_plain_column(findings, column) for column in findings.columns],
        "differ_in": list(findings.unlike),
        "notes": list(findings.notes),
    }


def _plain_column(findings: Findings, column: ColumnComparison) -> dict[str, object]:
    letter = [one.letter for one in findings.contenders]
    return {
        "column": column.column,
        "tasks": dict(zip(letter, column.tasks, strict=True)),
        "scores": dict(zip(letter, column.scores, strict=True)),
        "cochran_q": column.cochran[0] if column.cochran else None,
        "cochran_p": column.cochran[1] if column.cochran else None,
        "pairs": [
            {
                "a": letter[pair.first],
                "b": letter[pair.second],
                **_finite(to_plain(pair.result)),
                "adjusted_p": pair.adjusted_p,
                "is_distinguishable": pair.is_distinguishable,
                "detectable": pair.detectable,
                "only_a": list(column.only(pair.first, pair.second)),
                "only_b": list(column.only(pair.second, pair.first)),
            }
            for pair in column.pairs
        ],
    }


def _finite(plain: object) -> dict[str, object]:
    """Leave out an interval without an end, which JSON has no number for."""
    assert isinstance(plain, dict)
    return {name: value for name, value in plain.items() if value not in (float("inf"), float("-inf"))}
