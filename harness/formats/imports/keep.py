"""Writing what was imported: a run's folder as a run of one's own leaves it, whole or not at all.

The same file imported again finds what is there and changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from harness import scoring
from harness.errors import InputError
from harness.formats.atomic import write_atomically
from harness.formats.imports.imported import ImportedRun, ImportedSamples, ImportedTable
from harness.formats.outcomes_file import write_outcomes
from harness.formats.record_json import to_json
from harness.formats.reference_file import FOLDER, read_table, reference_files, reference_path, write_table
from harness.formats.run_folder import RunFolder, run_path, slug
from harness.records import Limits, ModelInfo, RunRecord, Status, Verdict

IMPORT_VERSION = 1
"""Part of a run's identity: raised when the same file would become another run than before."""

BACKEND = "imported"
UNKNOWN_SANDBOX = "unknown"


class Kept(NamedTuple):
    """Where something was put, and whether it was there before."""

    path: Path
    is_new: bool


def keep_run(run: ImportedRun, runs_root: Path, metadata: Mapping[str, str | float] | None = None) -> Kept:
    """Write a run's folder.

    Args:
        run: What a reader gave.
        runs_root: Where runs are kept.
        metadata: What the person says of the run; one that is there already takes it over too.

    Raises:
        OSError: The disk is full or the folder can not be written; nothing is left behind.
    """
    folder = RunFolder(run_path(runs_root, run.model, run.benchmark.name, _identity(run)))
    metadata = metadata or {}
    if folder.is_finished:
        record = folder.load()
        if metadata.items() - record.metadata.items():
            folder.save(replace(record, metadata={**record.metadata, **metadata}))
        return Kept(folder.path, False)
    order = {task_id: number for number, task_id in enumerate(run.benchmark.tasks)}
    verdicts = sorted(run.verdicts, key=lambda verdict: (order[verdict.task_id], verdict.sample_index))
    record = replace(_record(run, folder.path.name, verdicts), metadata=metadata)
    folder.path.parent.mkdir(parents=True, exist_ok=True)
    temporary = RunFolder(folder.path.with_name(f".{folder.path.name}.{secrets.token_hex(6)}.tmp"))
    try:
        write_atomically(temporary.verdicts_path, "".join(to_json(verdict) + "\n" for verdict in verdicts))
        if run.completions:
            lines = [to_json(completion) + "\n" for completion in run.completions]
            write_atomically(temporary.completions_path, "".join(lines))
        write_outcomes(temporary, record, verdicts)
        if folder.path.exists():  # left by an import that was killed
            shutil.rmtree(folder.path)
        os.replace(temporary.path, folder.path)
        folder.save(record)  # last: a folder without it is no finished run to anybody
    except BaseException:
        shutil.rmtree(temporary.path, ignore_errors=True)
        if not folder.is_finished:
            shutil.rmtree(folder.path, ignore_errors=True)
        raise
    return Kept(folder.path, True)


def keep_table(found: ImportedTable, runs_root: Path) -> Kept:
    """Write a table of published scores; a newer file of the same name replaces the older table.

    Args:
        found: What a reader gave.
        runs_root: Where runs are kept.

    Raises:
        OSError: The disk is full or the folder can not be written.
    """
    for path in reference_files(runs_root):
        try:
            is_same = read_table(path).sha256 == found.table.sha256
        except InputError:
            continue  # damaged: if it is this one it is written again
        if is_same:
            return Kept(path, False)
    path = reference_path(runs_root, found.name)
    write_table(path, found.table)
    return Kept(path, True)


def keep_samples(found: ImportedSamples, runs_root: Path) -> Kept:
    """Write programs as a samples file that `fuseval score --samples` reads.

    Args:
        found: What a reader gave.
        runs_root: Where runs are kept; the file goes beside the published tables, where no run is looked for.

    Raises:
        OSError: The disk is full or the folder can not be written.
    """
    rows = [{"task_id": item.task_id, "solution": item.text} for item in found.completions]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    path = runs_root / FOLDER / "samples" / f"{slug(found.model)}-{slug(found.benchmark)}-{digest}.jsonl"
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return Kept(path, False)
    write_atomically(path, text)
    return Kept(path, True)


def _identity(run: ImportedRun) -> str:
    """A short hash of what makes it this run; not of what this machine knows about its data."""
    parts = [IMPORT_VERSION, run.tool, run.sha256, run.model, run.benchmark.name, run.extraction]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]


def _record(run: ImportedRun, run_id: str, verdicts: Sequence[Verdict]) -> RunRecord:
    counts = scoring.status_counts(run.benchmark, verdicts)
    return RunRecord(
        run_id=run_id,
        model=ModelInfo(run.model, backend=BACKEND),
        benchmark=run.benchmark.name,
        benchmark_version=run.benchmark.version,
        benchmark_source=run.benchmark.source,
        dataset_sha256=run.benchmark.sha256,
        task_count=len(run.benchmark.tasks),
        samples_sha256=run.sha256,
        samples_source=str(run.path),
        extraction=run.extraction,
        limits=Limits(),
        sandbox=UNKNOWN_SANDBOX,
        counts=counts,
        scores=scoring.scores(run.benchmark, verdicts),
        is_complete=not counts.get(Status.INFRA_ERROR, 0) and not counts.get(Status.SKIPPED, 0),
        started_utc=run.finished_utc,
        finished_utc=run.finished_utc,
        seconds={},
        software={},
        prompt_style=run.prompt_style,
        template_sha256=run.template_sha256,
        generation=run.generation,
        # Said in one line of the board; `samples_sha256` has the hash whole.
        origin=f"{run.tool} {run.path.name}, sha256 {run.sha256[:12]}",
    )
