"""What a check found, for the terminal: a table of benchmarks and methods, and the first rows with their hits."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.jupyter import JupyterMixin
from rich.table import Table
from rich.text import Text

from fusion.decontamination.execution_probe import Tally
from fusion.decontamination.hit import Hit
from fusion.decontamination.report import BenchmarkFindings, CheckedRow, Report
from harness.commands.terminal import printable

SHOWN_ROWS = 8
_SHORT = {"embedding": "embed.", "execution": "exec."}


class DecontaminationView(JupyterMixin):
    """A report for the terminal.

    Args:
        report: What `check` gave.

    Example:
        >>> import io
        >>> from fusion.decontamination.report import Report
        >>> console = Console(file=io.StringIO(), width=80)
        >>> console.print(DecontaminationView(Report((CheckedRow("1", ()),), (), {}, ("exact",))))
        >>> print(console.file.getvalue().strip())
        1 row checked: none holds a benchmark's task.
    """

    def __init__(self, report: Report) -> None:
        self.report = report

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        report = self.report
        if report.benchmarks:
            yield self._table()
            yield Text("")
        with_hits = sorted((row for row in report.rows if row.hits), key=lambda row: not row.is_removed)
        for row in with_hits[:SHOWN_ROWS]:
            yield from _lines(row)
        if len(with_hits) > SHOWN_ROWS:
            yield Text(f"and {len(with_hits) - SHOWN_ROWS} more rows (--json lists all hits)", style="dim")
        if with_hits:
            yield Text("")
        for name in report.missing:
            yield Text(f"not checked against: {name}", style="yellow", overflow="fold")
        if report.tally:
            yield Text(tally_words(report.tally), overflow="fold")
        yield Text(_summary(report))

    def _table(self) -> Table:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column("benchmark", no_wrap=True)
        table.add_column("tasks found", justify="right", no_wrap=True)
        table.add_column("rows", justify="right", no_wrap=True)
        for method in self.report.methods:
            table.add_column(_SHORT.get(method, method), justify="right", no_wrap=True)
        table.add_column("leakage", justify="right", no_wrap=True)
        for found in self.report.benchmarks:
            table.add_row(*self._cells(found))
        return table

    def _cells(self, found: BenchmarkFindings) -> Iterator[str]:
        yield printable(found.source.name)
        yield f"{len(found.flagged)} of {found.source.tasks}"
        yield str(found.rows)
        for method in self.report.methods:
            yield str(found.by_method[method])
        yield f"{found.leakage_mean:.3f}"


def _lines(row: CheckedRow) -> Iterator[Text]:
    yield Text(f"row {printable(row.name)}: {'removed' if row.is_removed else 'listed only'}", style="bold")
    for hit in _telling(row):
        words = f"  {hit.benchmark} {hit.task_id}, {hit.method} {hit.score:.2f}: {hit.matched}"
        yield Text(
            printable(words.replace("\n", " ")),
            no_wrap=True,
            overflow="ellipsis",
            style="" if row.is_removed else "dim",
        )


def _telling(row: CheckedRow) -> list[Hit]:
    """The hits that decide, the surest first; two are enough to see why."""
    return sorted(row.hits, key=lambda hit: (not hit.is_removal, -hit.score))[:2]


def tally_words(tally: Tally) -> str:
    """Say how much the execution probe could try.

    Args:
        tally: As `check` filled it.

    Example:
        >>> tally_words(Tally(10, 8, 1))
        'executed: 8 different functions of 10 rows; 1 hung or died so often that it was not tried on every task.'
    """
    words = f"executed: {tally.functions:,} different functions of {tally.rows:,} rows"
    if not tally.given_up:
        return f"{words}."
    was = "it was" if tally.given_up == 1 else "they were"
    return f"{words}; {tally.given_up:,} hung or died so often that {was} not tried on every task."


def _summary(report: Report) -> str:
    count = len(report.rows)
    checked = f"{count:,} row{'' if count == 1 else 's'} checked"
    if not report.removed and not report.listed:
        return f"{checked}: none holds a benchmark's task."
    listed = f", {report.listed:,} more only listed" if report.listed else ""
    return f"{checked}: {report.removed:,} to be removed ({report.removed / count:.1%}){listed}."
