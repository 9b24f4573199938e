"""`fuseval import`: results that another tool wrote, taken in as runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from harness.commands.options import DEFAULT_RUNS, AsJson, Debug, Runs, Tags, parse_tags, runs_ending
from harness.commands.summary import summary
from harness.commands.terminal import messages, output, print_json, printable, remarks
from harness.formats.record_json import to_plain
from harness.formats.run_folder import RunFolder

if TYPE_CHECKING:  # the readers load pydantic, a quarter of a second that --help need not pay
    from harness.formats.imports.imported import Imported, ImportedTable
    from harness.formats.imports.keep import Kept


def import_results(
    path: Annotated[
        Path, typer.Argument(envvar="FUSEVAL_IMPORT", metavar="FILE_OR_FOLDER", help="What the other tool wrote.")
    ],
    *,
    model: Annotated[
        str, typer.Option(envvar="FUSEVAL_MODEL", metavar="NAME", help="Who answered, if the file does not say.")
    ] = "",
    bench: Annotated[
        str,
        typer.Option(
            envvar="FUSEVAL_IMPORT_BENCH", metavar="NAME|FILE", help="Which benchmark, if the file does not say."
        ),
    ] = "",
    format_name: Annotated[
        str,
        typer.Option(
            "--format",
            envvar="FUSEVAL_IMPORT_FORMAT",
            metavar="FORMAT",
            help="evalplus, human-eval, multipl-e, lm-eval, bigcode or table; told by the content if not given.",
        ),
    ] = "",
    tags: Tags = None,
    runs: Runs = DEFAULT_RUNS,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Take in results that another tool wrote.

    Results with a verdict for each sample become a run. Published scores become rows to look at, which are never
    ranked. Programs without verdicts become a samples file to score. The same file again changes nothing.

    Example:
        fuseval import evalplus_results/humaneval/my-model_eval_results.json --model my-model
    """
    from harness.formats.imports import recognise

    metadata = parse_tags(tags or ())
    with remarks(messages()):
        reading = recognise.read(path.expanduser(), format_name=format_name, model=model, bench=bench)
    kept = [(found, _keep(found, runs, metadata)) for found in reading.imported]
    if as_json:
        print_json({"format": reading.format, "imported": [_plain(found, place) for found, place in kept]})
        return
    taken = f"taken for: {recognise.FORMATS[reading.format]}"
    console = output()
    console.print(Text(taken if format_name else f"{taken} (--format says otherwise)", style="dim"), soft_wrap=True)
    for found, place in kept:
        for line in _told(found, place, runs):
            console.print(line, soft_wrap=True)


def _keep(found: Imported, runs: Path, metadata: Mapping[str, str | float]) -> Kept:
    from harness.formats.imports import keep
    from harness.formats.imports.imported import ImportedRun, ImportedTable

    if isinstance(found, ImportedRun):
        return keep.keep_run(found, runs, metadata)
    if isinstance(found, ImportedTable):
        return keep.keep_table(found, runs)
    return keep.keep_samples(found, runs)


def _told(found: Imported, place: Kept, runs: Path) -> Iterator[Text]:
    """Say what became of one result, a line each."""
    from harness.formats.imports.imported import ImportedRun, ImportedTable

    ending = runs_ending(runs)
    again = "" if place.is_new else "  (imported before: nothing is changed)"
    if isinstance(found, ImportedRun):
        folder = RunFolder(place.path)
        yield from summary(folder.load(), folder)
        for remark in found.remarks:
            yield Text(f"! {printable(remark)}", style="bold yellow")
        if again:
            yield Text(again.strip())
    elif isinstance(found, ImportedTable):
        yield Text(f"{len(found.table.rows)} published rows in {place.path}{again}")
        for line in _table_facts(found):
            yield Text(f"  {line}")
        yield Text(f"see them: fuseval leaderboard{ending}", style="dim")
    else:
        yield Text(f"{len(found.completions)} programs without verdicts in {place.path}{again}")
        command = f"fuseval score --samples {place.path} --bench {found.benchmark} --model {found.model}{ending}"
        yield Text(f"score them: {printable(command)}")


def _table_facts(found: ImportedTable) -> Iterator[str]:
    """Say over how many tasks each column's values are."""
    for column in dict.fromkeys(column for row in found.table.rows for column in row.values):
        counts = Counter(
            str(row.tasks[column]) if column in row.tasks else " or ".join(map(str, row.possible_tasks.get(column, ())))
            for row in found.table.rows
            if column in row.values
        )
        parts = [
            f"{count} over {printable(tasks)} tasks" if tasks else f"{count} over a number of tasks that is not known"
            for tasks, count in sorted(counts.items(), key=lambda item: -item[1])
        ]
        yield f"{printable(column)}: {', '.join(parts)}"


def _plain(found: Imported, place: Kept) -> dict[str, object]:
    from harness.formats.imports.imported import ImportedRun, ImportedTable

    plain: dict[str, object] = {"path": str(place.path), "is_new": place.is_new}
    if isinstance(found, ImportedRun):
        record = RunFolder(place.path).load()
        return {"kind": "run", **plain, "remarks": list(found.remarks), "record": to_plain(record)}
    if isinstance(found, ImportedTable):
        return {"kind": "table", **plain, "rows": len(found.table.rows)}
    facts = {"model": found.model, "benchmark": found.benchmark, "samples": len(found.completions)}
    return {"kind": "samples", **plain, **facts}
