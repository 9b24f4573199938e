"""From runs to the rows of a board: which run stands for a model in a column, and when one model needs two rows.

Of several runs of one model with the same question and data, one over more tasks comes before one over fewer (a quick
`--limit 5` does not push the real result off the board), then the newer one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np

from harness.errors import InputError
from harness.records import RunRecord, Score
from leaderboards.columns import Column
from leaderboards.outcomes import problem_of
from leaderboards.runs import StoredRun
from leaderboards.standings import Cell, Row
from leaderboards.statistics import clustered_interval
from leaderboards.statistics.pairs import pass_rates

CLUSTERED_T = "clustered-t-95"

_ROW_FIELDS: dict[str, Callable[[RunRecord], str]] = {
    "revision": lambda record: record.model.revision or "",
    "backend": lambda record: record.model.backend,
    "extract": lambda record: record.extraction,
    "prompt": lambda record: record.prompt_style or "",
    "template": lambda record: (record.template_sha256 or "")[:8],
    "generation": lambda record: " ".join(
        f"{name}={value}" for name, value in sorted((record.generation or {}).items())
    ),
    "recipe": lambda record: tag_text(record, "recipe"),
    "seed": lambda record: tag_text(record, "seed"),
}
"""What makes another row of the same model: another question was asked, another part of the answer was run, or it is
another checkpoint."""


def tag_text(record: RunRecord, name: str) -> str:
    """Give a tag as text, `1` for 1.0; empty where the run has none.

    Args:
        record: The run's.
        name: The tag's.
    """
    value = record.metadata.get(name, "")
    return f"{value:g}" if isinstance(value, float) else str(value)


def make_rows(runs: Iterable[StoredRun], columns: Mapping[tuple[str, str], Column], k: int) -> list[Row]:
    """Group runs into rows.

    Args:
        runs: All of them.
        columns: By name and dataset hash; what they leave out is in no row.
        k: Which pass@k.

    Returns:
        One row a model and way of asking, in no particular order.
    """
    grouped: dict[tuple[str, ...], dict[Column, Cell]] = {}
    for run in sorted(runs, key=lambda run: (run.record.finished_utc, run.record.run_id)):
        record = run.record
        key = (record.model.name, "self-check" if record.model.is_self_check else "")
        cells = grouped.setdefault((*key, *(read(record) for read in _ROW_FIELDS.values())), {})
        for score in record.scores:
            column = columns.get((score.column, record.dataset_sha256))
            if column is None or score.k != k:
                continue
            previous = cells.get(column)
            if previous is None or score.tasks >= previous.score.tasks:
                cells[column] = Cell(score, record, (run,))
    return _named({key: cells for key, cells in grouped.items() if cells})


def _named(grouped: dict[tuple[str, ...], dict[Column, Cell]]) -> list[Row]:
    """Make rows, naming only those fields in `variant` that tell the rows of one model apart."""
    siblings: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for key in grouped:
        siblings.setdefault(key[:2], []).append(key)
    rows = []
    for key, cells in grouped.items():
        told_apart = [
            f"{name} {value or 'none'}"
            for place, (name, value) in enumerate(zip(_ROW_FIELDS, key[2:], strict=True), start=2)
            if len({other[place] for other in siblings[key[:2]]}) > 1
        ]
        rows.append(Row(key[0], ", ".join(told_apart), bool(key[1]), cells))
    return rows


def with_means(rows: Iterable[Row], means: Iterable[Column], k: int) -> list[Row]:
    """Add the means over languages to the rows that have all of them; the others say how many they lack.

    Args:
        rows: All of them.
        means: The columns that are means.
        k: Which pass@k.
    """
    means = list(means)
    return [_with_means(row, means, k) for row in rows]


def _with_means(row: Row, means: Iterable[Column], k: int) -> Row:
    cells, remarks = dict(row.cells), list(row.remarks)
    for mean in means:
        parts = [cells[part] for part in mean.parts if part in cells]
        if not parts:
            continue
        if len(parts) < len(mean.parts):
            remarks.append(f"{len(parts)} of the board's {len(mean.parts)} languages of {mean.name}: no mean")
            continue
        runs = tuple(run for part in parts for run in part.runs)
        newest = max((part.record for part in parts), key=lambda record: record.finished_utc)
        score = Score(
            mean.name,
            k,
            sum(part.score.value for part in parts) / len(parts),
            0.0,
            1.0,
            sum(part.score.tasks for part in parts),
            sum(part.score.of_tasks for part in parts),
            min(part.score.samples for part in parts),
            sum(part.score.passed for part in parts),
            CLUSTERED_T,
        )
        cell = Cell(score, newest, runs)
        cells[mean] = replace(cell, score=_with_interval(cell, mean, k))
    return replace(row, cells=cells, remarks=tuple(remarks))


def _with_interval(cell: Cell, mean: Column, k: int) -> Score:
    """Give the mean its interval: the problems are the units, for a model that fails one fails it in most languages."""
    try:
        outcomes = cell.outcomes
    except InputError:
        outcomes = None  # named where the ranks are made
    if outcomes is None:
        return cell.score
    rates = pass_rates(outcomes.samples, outcomes.passed, k)
    low, high = clustered_interval(rates, clusters_of(outcomes.tasks), weights_of(outcomes.tasks))
    return replace(cell.score, low=low, high=high)


def clusters_of(tasks: Iterable[str]) -> list[str]:
    """Name the problem of each of a mean's tasks: the same one in all languages.

    Args:
        tasks: As a mean's outcomes have them, `multipl-e:js HumanEval_53_add`.

    Example:
        >>> clusters_of(["multipl-e:js HumanEval_53_add", "multipl-e:rs HumanEval_53_add"])
        ['HumanEval/53', 'HumanEval/53']
    """
    return [problem_of(task.partition(" ")[2]) for task in tasks]


def weights_of(tasks: Iterable[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Weigh a mean's tasks so that every language counts the same, however many tasks it has.

    Args:
        tasks: As a mean's outcomes have them.

    Example:
        >>> weights_of(["multipl-e:js a", "multipl-e:js b", "multipl-e:rs a"]).tolist()
        [0.25, 0.25, 0.5]
    """
    languages = [task.partition(" ")[0] for task in tasks]
    _, places, counts = np.unique(np.array(languages), return_inverse=True, return_counts=True)
    return np.asarray(1.0 / counts[places] / len(counts), dtype=np.float64)
