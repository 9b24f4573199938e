"""Every Eval Ever's files: an aggregate JSON a run, and beside it a JSONL with a line for each sample and column.

Covers schema 0.3.0 of both, the confidence interval, the generation parameters as far as the run knows them, and what
the sandbox said of each sample. Prompts come from the benchmark's data; where that is not on this machine, `input.raw`
is empty and `sample_id` names the question. The reference is empty: tests decide, and solutions are not spread further.
The samples of private benchmarks stay here, because their answers give the questions away.

What a run can not know is said as `unknown` or `other`, to be filled in before the files are submitted: who ran the
evaluation, how they stand to the model's developer, whether its weights are open.

Source: "Every Eval Ever", arXiv 2606.14516, and its schemas eval.schema.json and instance_level_eval.schema.json.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from harness.commands.find_prompts import Prompts, find_prompts
from harness.errors import InputError
from harness.formats.run_folder import slug
from harness.records import RunRecord
from leaderboards.columns import Column
from leaderboards.publish.every_eval_ever_samples import SCHEMA_VERSION, sample_lines, texts
from leaderboards.publish.hub import hub_dataset, measured_cells
from leaderboards.standings import Cell, Row, Standings

COLLECTION = "fuseval"
"""The datastore keeps one folder a source, not one a benchmark."""

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://pypi.org/project/fuseval")
_GENERATION_ARGUMENTS = ("temperature", "top_p", "top_k", "max_tokens")


def every_eval_ever_files(standings: Standings, remark: Callable[[str], None]) -> Iterator[tuple[str, str]]:
    """Make data/fuseval/DEVELOPER/MODEL/UUID.json and UUID_samples.jsonl for each run on the board.

    Args:
        standings: The board; its rows and columns are what is published.
        remark: Told what is left out.

    Yields:
        Place and content of one file at a time: the samples of many runs need not fit into memory.

    Raises:
        InputError: A line of a run's journals is damaged, or its time is none.
    """
    prompts: dict[tuple[str, str], Prompts] = {}
    for row in standings.rows:
        by_run: dict[str, dict[Column, Cell]] = {}
        for column, cell in measured_cells(row):
            by_run.setdefault(cell.record.run_id, {})[column] = cell
        for cells in by_run.values():
            yield from _run_files(row, cells, prompts, remark)


def _run_files(
    row: Row,
    cells: Mapping[Column, Cell],
    prompts: dict[tuple[str, str], Prompts],
    remark: Callable[[str], None],
) -> Iterator[tuple[str, str]]:
    run = next(iter(cells.values())).runs[0]
    place = "/".join(("data", COLLECTION, *map(slug, _developer_and_model(run.record))))
    name = file_uuid(run.record.run_id)
    aggregate = _aggregate(row, run.record, cells)
    if run.folder is None or any(hub_dataset(column) is None for column in cells):
        remark(f"{row.model}: no samples of {run.record.benchmark}: a private benchmark's answers stay here")
    else:
        keys = {"evaluation_id": _evaluation_id(run.record), "model_id": "/".join(_developer_and_model(run.record))}
        result_ids = {cell.score.column: _result_id(cell) for cell in cells.values()}
        questions = _questions(run.record, prompts, remark)
        rows = list(sample_lines(run.folder, run.record.benchmark, keys, result_ids, questions))
        lines = "".join(json.dumps(line) + "\n" for line in rows)
        yield f"{place}/{name}_samples.jsonl", lines
        aggregate["detailed_evaluation_results"] = {
            "format": "jsonl",
            "file_path": f"{place}/{name}_samples.jsonl",
            "hash_algorithm": "sha256",
            "checksum": hashlib.sha256(lines.encode()).hexdigest(),
            "total_rows": len(rows),
        }
    yield f"{place}/{name}.json", json.dumps(aggregate, indent=2) + "\n"


def _questions(
    record: RunRecord, prompts: dict[tuple[str, str], Prompts], remark: Callable[[str], None]
) -> Mapping[str, str]:
    """Give the prompts that a run was asked, by task; empty where only other data is here, or none."""
    data = (record.benchmark, record.dataset_sha256)
    if data not in prompts:
        prompts[data] = find_prompts(record)
        if prompts[data].trouble:
            remark(f"no prompts of {record.benchmark}: {prompts[data].trouble}")
    return {} if prompts[data].trouble else prompts[data].texts


def file_uuid(run_id: str) -> uuid.UUID:
    """Give the name of a run's files: always the same for a run, and of version 4, as the schema wants it.

    Args:
        run_id: Of the run.

    Example:
        >>> file_uuid("0a1b2c3d4e5f"), file_uuid("0a1b2c3d4e5f").version
        (UUID('fd77d9e2-1c21-4971-8a8b-40adc8a5e10d'), 4)
    """
    return uuid.UUID(bytes=uuid.uuid5(_NAMESPACE, run_id).bytes, version=4)


def _developer_and_model(record: RunRecord) -> tuple[str, str]:
    developer, slash, model = record.model.name.partition("/")
    return (developer, model) if slash and developer and model else ("unknown", record.model.name)


def _evaluation_id(record: RunRecord) -> str:
    return f"{record.benchmark}/{'_'.join(_developer_and_model(record))}/{_epoch(record)}_{record.run_id}"


def _epoch(record: RunRecord) -> int:
    try:
        return int(datetime.fromisoformat(record.finished_utc).timestamp())
    except ValueError:
        raise InputError(f"run {record.run_id} says it finished at {record.finished_utc!r}, which is no time") from None


def _aggregate(row: Row, record: RunRecord, cells: Mapping[Column, Cell]) -> dict[str, object]:
    developer, model = _developer_and_model(record)
    about_model = {"backend": record.model.backend, "revision": record.model.revision}
    about_run = {"run_id": record.run_id, "sandbox": record.sandbox, "origin": record.origin}
    if not record.origin:
        about_run["limits"] = _compact(vars(record.limits))
    return {
        "schema_version": SCHEMA_VERSION,
        "evaluation_id": _evaluation_id(record),
        "evaluation_timestamp": record.finished_utc,
        "retrieved_timestamp": str(_epoch(record)),
        "source_metadata": {
            "source_name": "fuseval",
            "source_type": "evaluation_run",
            "source_organization_name": "unknown",
            "evaluator_relationship": "other",
        },
        "eval_library": {
            "name": "fuseval",
            "version": record.software.get("fuseval", "unknown"),
            "additional_details": texts(about_run),
        },
        "model_info": {
            "name": record.model.name,
            "id": f"{developer}/{model}",
            "developer": developer,
            "additional_details": {
                "deployment_type": "unknown",
                "model_availability": "unknown",
                **texts(about_model),
            },
        },
        "evaluation_results": [_result(row, column, cell) for column, cell in cells.items()],
    }


def _result_id(cell: Cell) -> str:
    return f"{cell.score.column}.pass@{cell.score.k}"


def _result(row: Row, column: Column, cell: Cell) -> dict[str, object]:
    score, record = cell.score, cell.record
    method, _, level = score.interval.rpartition("-")
    details = {
        "samples_a_task": score.samples,
        "tasks": score.tasks,
        "passed_samples": score.passed,
        "counts": _compact(record.counts),
        "is_complete": record.is_complete,
        "low_assurance_verdicts": record.low_assurance,
    }
    return {
        "evaluation_result_id": _result_id(cell),
        "evaluation_name": score.column,
        "source_data": _source_data(column, cell),
        "evaluation_timestamp": record.finished_utc,
        "metric_config": {
            "evaluation_description": f"pass@{score.k}, unbiased (Chen et al. 2021), mean over tasks",
            "metric_id": "pass_at_k",
            "metric_name": f"pass@{score.k}",
            "metric_kind": "pass_rate",
            "metric_unit": "proportion",
            "metric_parameters": {"k": score.k},
            "lower_is_better": False,
            "score_type": "continuous",
            "min_score": 0,
            "max_score": 1,
        },
        "score_details": {
            "score": score.value,
            "details": texts(details),
            "uncertainty": {
                "confidence_interval": {
                    "lower": score.low,
                    "upper": score.high,
                    "confidence_level": int(level) / 100,
                    "method": method,
                },
                "num_samples": score.tasks,
            },
        },
        "generation_config": _generation(row, record),
    }


def _source_data(column: Column, cell: Cell) -> dict[str, object]:
    dataset = hub_dataset(column)
    details = {
        "version": column.version,
        "sha256": column.dataset_sha256,
        "config": dataset.config if dataset else "",
        "tests": dataset.tests if dataset else "",
    }
    if dataset is None:
        return {"dataset_name": column.name, "source_type": "other", "additional_details": texts(details)}
    return {
        "dataset_name": dataset.name,
        "source_type": "hf_dataset",
        "hf_repo": dataset.id,
        "hf_split": "test",
        "samples_number": cell.score.of_tasks,
        "additional_details": texts(details),
    }


def _generation(row: Row, record: RunRecord) -> dict[str, object]:
    known = record.generation or {}
    arguments = {name: known[name] for name in _GENERATION_ARGUMENTS if isinstance(known.get(name), (int, float))}
    details = {
        **{name: value for name, value in known.items() if name not in arguments},
        "extraction": record.extraction,
        "prompt_style": record.prompt_style,
        "template_sha256": record.template_sha256,
        "variant": row.variant,
    }
    return {"generation_args": arguments, "additional_details": texts(details)}


def _compact(counts: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in counts.items())
