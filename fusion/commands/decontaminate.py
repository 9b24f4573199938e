"""`fuseval decontaminate`: rows that hold a benchmark's task, found, listed and taken out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fusion.commands.row_options import Embedding
from fusion.commands.seed_options import ColumnMap
from harness.commands.grading_options import Sandbox, Workers
from harness.commands.options import AsJson, Debug
from harness.commands.progress import ProgressReport
from harness.commands.terminal import messages, output, print_json
from harness.run import Progress

if TYPE_CHECKING:
    from fusion.decontamination.report import Report

Bench = Annotated[
    list[str] | None,
    typer.Option(
        "--bench",
        envvar="FUSEVAL_BENCH",
        metavar="NAME|FILE",
        help="Check against this; may be repeated.  [default: humaneval+, mbpp+ and MultiPL-E's]",
        show_default=False,
    ),
]
Execute = Annotated[
    bool,
    typer.Option(
        "--execute", envvar="FUSEVAL_EXECUTE", help="Also run the answers on the benchmarks' tests, sandboxed."
    ),
]
Clean = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--out",
        envvar="FUSEVAL_OUT",
        metavar="CLEAN",
        help="Write the rows that stay here, the others beside it to CLEAN.rejected.jsonl.",
    ),
]
Memo = Annotated[
    Path | None,
    typer.Option("--memo", envvar="FUSEVAL_MEMO", metavar="FILE", help="Write the memo for the data set's card."),
]


def decontaminate(
    files: Annotated[
        list[Path],
        typer.Argument(
            envvar="FUSEVAL_FILES",
            metavar="FILE...",
            help="Rows as JSON lines, JSON, CSV or Parquet; gzip or not.",
            show_default=False,
        ),
    ],
    *,
    bench: Bench = None,
    embedding: Embedding = None,
    execute: Execute = False,
    out: Clean = None,
    memo: Memo = None,
    columns: ColumnMap = None,
    workers: Workers = None,
    sandbox: Sandbox = "auto",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Find the rows of a data set that hold a benchmark's task.

    Compares the words of every instruction and answer with the tasks' questions, solutions and tests; with --execute
    also what the answers do. Nothing is removed unless -o says where the clean rows go.

    Example:
        fuseval decontaminate rows.jsonl
        fuseval decontaminate rows.jsonl --execute -o clean.jsonl --memo contamination.md
    """
    from fusion.decontamination.benchmark_texts import DEFAULT_BENCHMARKS, read_texts
    from fusion.decontamination.check import check
    from fusion.decontamination.clean_files import rejected_path, write_clean_files
    from fusion.decontamination.memo import memo as memo_of
    from fusion.decontamination.rows import read_row_texts
    from fusion.embedding import load_embedder
    from fusion.seeds import Columns
    from harness.formats.atomic import write_atomically

    rejected = rejected_path(out, files) if out else None
    embedder = load_embedder(None if embedding == "minilm" else embedding) if embedding else None
    rows = list(read_row_texts(files, Columns.read(columns)))
    texts = read_texts(bench or DEFAULT_BENCHMARKS)
    with ProgressReport(", ".join(path.name for path in files), messages()) as progress:
        report = check(
            rows,
            texts,
            embedder=embedder,
            executes=execute,
            workers=workers,
            sandbox=sandbox,
            on_progress=lambda stage, done, total: progress.update(Progress(done, total, 0, stage)),
        )
    if out and rejected:
        write_clean_files(out, rejected, rows, report.rows)
    if memo:
        write_atomically(memo, memo_of(report))
    _show(report, [str(path) for path in (out, rejected, memo) if path], as_json)


def _show(report: Report, written: list[str], as_json: bool) -> None:
    from fusion.decontamination.view import DecontaminationView

    if as_json:
        print_json({**report.plain(), "written": written})
        return
    output().print(DecontaminationView(report))
    for path in written:
        output().print(f"written: {path}", soft_wrap=True)
