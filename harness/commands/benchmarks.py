"""`fuseval benchmarks`: what there is to score on, and whether its data is on this machine."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from harness.benchmarks import BenchmarkInfo, describe
from harness.commands.options import AsJson, Debug
from harness.commands.terminal import output, print_json
from harness.formats.record_json import to_plain


def benchmarks(as_json: AsJson = False, debug: Debug = False) -> None:
    """List the benchmarks and whether their data is here.

    A file in EvalPlus's format is a benchmark too: give its path to `fuseval score --bench`.

    Example:
        fuseval benchmarks
    """
    rows = describe()
    if as_json:
        print_json({"benchmarks": to_plain(rows)})
    else:
        console = output()
        console.print(benchmark_table(rows, width=console.width))


def benchmark_table(rows: list[BenchmarkInfo], *, width: int) -> RenderableType:
    """Draw one line a benchmark, and below them the commands that fetch what is missing.

    Args:
        rows: What `harness.benchmarks.describe` gives.
        width: Of the terminal; a wide one shows licences, and a very wide one where the data lies.
    """
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    titles = ["name", "version", "tasks", "data", *(["licence"] if width >= 100 else [])]
    for title in titles:
        table.add_column(title, justify="right" if title == "tasks" else "left", no_wrap=True)
    table.add_column("what")
    if width >= 160:
        table.add_column("where", overflow="fold")
    for row in rows:
        cells = [row.name, row.version, str(row.task_count), "here" if row.is_here else "missing"]
        cells += [row.licence] if width >= 100 else []
        table.add_row(*cells, row.what, *([row.source] if row.is_here and width >= 160 else []))
    missing = [row.source for row in rows if not row.is_here]
    return Group(table, Text(f"To fetch what is missing: {missing[0]}")) if missing else table
