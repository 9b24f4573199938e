"""Files for a model's repository on the Hugging Face Hub: `.eval_results/*.yaml`, and the older `model-index`.

Both are made through huggingface_hub's own types. Neither has a field for uncertainty, so the number of samples, the
temperature and the interval stand in the notes (or the metric's name). Values are fractions in [0, 1].

Left out, with a remark: private benchmarks, and scores over a part of the tasks. Self-checks and numbers that others
published are no results of a run here, and are passed over. Nothing is uploaded.

Sources: https://huggingface.co/docs/hub/eval-results and huggingface_hub's `EvalResultEntry` and `EvalResult`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from harness.commands.terminal import printable
from harness.formats.run_folder import slug
from leaderboards.columns import Column, column_order
from leaderboards.standings import Cell, Row, Standings

if TYPE_CHECKING:
    from huggingface_hub import EvalResult, EvalResultEntry

DECIMALS = 4
"""Of a fraction: enough to tell one task more of any benchmark here."""


class HubDataset(NamedTuple):
    """Which data set on the Hub holds a column's tasks."""

    id: str
    config: str
    name: str
    """As people call it."""
    tests: str = ""
    """Which of its tests the column counts, or whose, where that is not plain from the data set."""


_DATASETS = {
    ("humaneval", "humaneval"): HubDataset("openai/openai_humaneval", "openai_humaneval", "HumanEval"),
    ("humaneval", "humaneval+"): HubDataset(
        "openai/openai_humaneval", "openai_humaneval", "HumanEval", "tests as EvalPlus has them"
    ),
    ("humaneval+", "humaneval+"): HubDataset("evalplus/humanevalplus", "default", "HumanEval+"),
    # MBPP's own data set has other tasks: these 378 are EvalPlus's choice.
    ("mbpp", "mbpp"): HubDataset("evalplus/mbppplus", "default", "MBPP+", "base tests only"),
    ("mbpp", "mbpp+"): HubDataset("evalplus/mbppplus", "default", "MBPP+", "base tests only"),
    ("mbpp+", "mbpp+"): HubDataset("evalplus/mbppplus", "default", "MBPP+"),
    ("mbpp-500", "mbpp-500"): HubDataset("google-research-datasets/mbpp", "full", "MBPP"),
}
"""By column and by the benchmark whose runs fill it."""

_MULTIPL_E = {"multipl-e": "humaneval", "multipl-e-mbpp": "mbpp"}


def hub_dataset(column: Column) -> HubDataset | None:
    """Find the data set on the Hub that a column's tasks come from; None for a private benchmark.

    Args:
        column: Of a board.

    Example:
        >>> hub_dataset(Column("mbpp+", "0" * 64, "mbpp+", "v0.2.0", 378)).id
        'evalplus/mbppplus'
        >>> hub_dataset(Column("multipl-e:rs", "0" * 64, "multipl-e:rs", "3.2", 156)).config
        'humaneval-rs'
        >>> hub_dataset(Column("our-tasks", "0" * 64, "our-tasks", "", 20)) is None
        True
    """
    if column.family:
        config = f"{_MULTIPL_E[column.family]}-{column.name.partition(':')[2]}"
        return HubDataset("nuprl/MultiPL-E", config, f"MultiPL-E {config}")
    return _DATASETS.get((column.name, column.benchmark))


def hub_files(standings: Standings, remark: Callable[[str], None]) -> Iterator[tuple[str, str]]:
    """Make each model's files: MODEL/.eval_results/COLUMN.yaml, and MODEL/README.md with a `model-index`.

    Args:
        standings: The board; its rows and columns are what is published.
        remark: Told what is left out, and how to upload the rest.

    Yields:
        Place and content, file by file.

    Example:
        >>> from leaderboards.demo import demo_standings
        >>> [place for place, _ in hub_files(demo_standings(), remark=lambda text: None)][:2]
        ['fused-13b/.eval_results/humaneval.yaml', 'fused-13b/.eval_results/humaneval+.yaml']
    """
    from huggingface_hub import ModelCardData

    for model in dict.fromkeys(row.model for row in standings.rows):
        rows = [row for row in standings.rows if row.model == model]
        results = []
        for row in rows:
            for column, cell, dataset in _publishable(row, remark):
                name = _file_name(column, cell, is_alone=len(rows) == 1)
                yield f"{slug(model)}/.eval_results/{name}.yaml", _results_yaml([_entry(row, cell, dataset)])
                results.append(_result(row, cell, dataset))
        if results:
            card = ModelCardData(model_name=printable(model), eval_results=results)
            yield f"{slug(model)}/README.md", f"---\n{card.to_yaml()}\n---\n"
            repository = model if re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", model, re.ASCII) else "ORGANISATION/MODEL"
            remark(
                f"{model}: in that folder, hf upload {repository} {slug(model)}/.eval_results .eval_results --create-pr"
            )


def _file_name(column: Column, cell: Cell, *, is_alone: bool) -> str:
    """Name a file; the Hub wants another one for each way in which one model was asked."""
    parts = [slug(column.name.replace(":", "-"))]
    parts += [column.dataset_sha256[:6]] if column.is_split else []
    return "-".join(parts if is_alone else [*parts, slug(cell.record.run_id[:8])])


def _publishable(row: Row, remark: Callable[[str], None]) -> Iterator[tuple[Column, Cell, HubDataset]]:
    """Give a row's scores that can be published; say why of the others."""
    for column, cell in measured_cells(row):
        dataset, score = hub_dataset(column), cell.score
        if dataset is None:
            remark(f"{row.model}: {column.label} is left out: no data set on the Hub is known for it")
        elif cell.is_partial:
            remark(f"{row.model}: {column.label} is left out: only {score.tasks} of {score.of_tasks} tasks are scored")
        else:
            yield column, cell, dataset


def measured_cells(row: Row) -> list[tuple[Column, Cell]]:
    """Give a row's scores that one run measured, in the order of the columns: no mean over languages or seeds.

    Args:
        row: Of a board.
    """
    found = [(column, cell) for column, cell in row.cells.items() if len(cell.runs) == 1 and not column.parts]
    return sorted(found, key=lambda item: column_order(item[0]))


def notes_on(row: Row, cell: Cell, dataset: HubDataset) -> str:
    """Say in one line what a value is over and how sure it is.

    Args:
        row: The model, and the way in which it was asked.
        cell: The score with its run.
        dataset: The data set on the Hub.

    Example:
        >>> from leaderboards.demo import demo_standings
        >>> row = demo_standings().rows[0]
        >>> column, cell = list(row.cells.items())[1]
        >>> notes_on(row, cell, hub_dataset(column)).split(", ")[:4]
        ['pass@1 as a fraction', '95% wilson interval 0.6656-0.7991', '164 tasks', 'n = 1']
    """
    score, record = cell.score, cell.record
    generation = record.generation or {}
    method, _, level = score.interval.rpartition("-")
    infra = record.counts.get("infra_error", 0)
    parts = [
        f"pass@{score.k} as a fraction",
        f"{level}% {method} interval {score.low:.{DECIMALS}f}-{score.high:.{DECIMALS}f}",
        f"{score.tasks} tasks",
        f"n = {score.samples}",
        f"temperature {generation['temperature']}" if "temperature" in generation else "",
        dataset.tests,
        row.variant,
        f"verdicts by {record.origin}" if record.origin else "",
        f"{infra} samples lost to infra errors" if infra else "",
        f"fuseval {record.software.get('fuseval', '')}".rstrip(),
        f"data sha256 {record.dataset_sha256[:12]}",
    ]
    return printable(", ".join(filter(None, parts)))


def _entry(row: Row, cell: Cell, dataset: HubDataset) -> EvalResultEntry:
    from huggingface_hub import EvalResultEntry

    return EvalResultEntry(
        dataset_id=dataset.id,
        task_id=dataset.config,
        value=round(cell.score.value, DECIMALS),
        date=cell.record.finished_utc,
        notes=notes_on(row, cell, dataset),
    )


def _results_yaml(entries: list[EvalResultEntry]) -> str:
    import yaml
    from huggingface_hub import eval_result_entries_to_yaml

    return yaml.safe_dump(eval_result_entries_to_yaml(entries), sort_keys=False, allow_unicode=True, width=120)


def _result(row: Row, cell: Cell, dataset: HubDataset) -> EvalResult:
    from huggingface_hub import EvalResult

    score = cell.score
    generation = cell.record.generation or {}
    said = [
        f"n = {score.samples}",
        f"temperature {generation['temperature']}" if "temperature" in generation else "",
        f"95% interval {score.low:.{DECIMALS}f}-{score.high:.{DECIMALS}f}",
        dataset.tests,
        row.variant,
    ]
    return EvalResult(
        task_type="text-generation",
        dataset_type=dataset.id,
        dataset_name=dataset.name,
        dataset_config=dataset.config,
        dataset_split="test",
        metric_type=f"pass@{score.k}",
        metric_name=printable(f"pass@{score.k} ({', '.join(filter(None, said))})"),
        metric_value=round(score.value, DECIMALS),
    )
