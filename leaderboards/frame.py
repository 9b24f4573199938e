"""Runs as a pandas table, for notebooks: one row a run and column, fractions in [0, 1], unknowns missing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import InputError
from harness.records import RunRecord, Score
from leaderboards.facts import model_size
from leaderboards.reliability import pass_hats
from leaderboards.runs import StoredRun, read_runs, said

if TYPE_CHECKING:
    import pandas as pd


def load(path: str | Path) -> pd.DataFrame:
    """Read a folder of runs into a table.

    Args:
        path: The folder that `fuseval score --runs` writes to, or any in it.

    Returns:
        One row a run and column, by model, benchmark and column: who answered, what was asked, `pass@1` with `low` and
        `high`, further `pass@k` and `pass^k` where there are samples for them, `n`, costs, and a `tag_…` column for
        every tag. `attrs["unreadable"]` says what could not be read.

    Raises:
        InputError: There is no such folder.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     len(load(folder))
        0
    """
    import pandas as pd

    runs, unreadable = read_runs(Path(path))
    rows: list[dict[str, object]] = []
    for run in runs:
        try:
            reliable = {name: pass_hats(part) for name, part in run.outcomes.items()} if _is_sampled(run) else {}
        except InputError as error:
            unreadable.append(said(error))
            reliable = {}
        rows += _rows(run.record, reliable)
    frame = pd.DataFrame(rows)
    if rows:
        frame = frame.sort_values(["model", "benchmark", "column", "finished"], kind="stable", ignore_index=True)
    frame.attrs["unreadable"] = unreadable
    return frame


def _is_sampled(run: StoredRun) -> bool:
    return any(score.samples > 1 for score in run.record.scores)


def _rows(record: RunRecord, reliable: Mapping[str, Mapping[int, float]]) -> list[dict[str, object]]:
    by_column: dict[str, list[Score]] = {}
    for score in record.scores:
        by_column.setdefault(score.column, []).append(score)
    facts = _facts(record)
    rows: list[dict[str, object]] = []
    for column, scores in by_column.items():
        first = min(scores, key=lambda score: score.k)
        row: dict[str, object] = {
            **facts,
            "column": _clean(column),
            **{f"pass@{score.k}": score.value for score in scores},
            "low": first.low,
            "high": first.high,
            "interval": _clean(first.interval),
            "tasks": first.tasks,
            "of_tasks": first.of_tasks,
            "n": first.samples,
            "passed": first.passed,
            **{f"pass^{k}": value for k, value in reliable.get(column, {}).items()},
        }
        rows.append(row)
    return rows


def _facts(record: RunRecord) -> dict[str, object]:
    import pandas as pd

    generation = record.generation or {}
    facts = {
        "model": record.model.name,
        "size_b": model_size(record.model.name, [record]),
        "benchmark": record.benchmark,
        "run_id": record.run_id,
        "benchmark_version": record.benchmark_version,
        "dataset_sha256": record.dataset_sha256,
        "backend": record.model.backend,
        "is_self_check": record.model.is_self_check,
        "extraction": record.extraction,
        "prompt_style": record.prompt_style,
        "temperature": generation.get("temperature"),
        "sandbox": record.sandbox,
        "origin": record.origin or None,
        "is_complete": record.is_complete,
        "infra_errors": record.counts.get("infra_error", 0),
        "tokens": record.tokens,
        "wall_seconds": record.wall_seconds,
        "cpu_seconds": record.seconds.get("cpu"),
        # A time that is none is not known; one run's must not hide the others.
        "finished": pd.to_datetime(_clean(record.finished_utc), errors="coerce", utc=True),
        **{f"tag_{name}": value for name, value in record.metadata.items()},
    }
    return {_clean(name): _clean(value) if isinstance(value, str) else value for name, value in facts.items()}


def _clean(text: str) -> str:
    """Replace what has no UTF-8 form: pandas' strings can not hold it."""
    return text.encode("utf-8", "replace").decode("utf-8")
