"""Findings as a rich renderable: a table where the terminal is wide, a list where it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.jupyter import JupyterMixin
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.commands.terminal import printable
from leaderboards.lint.findings import Report, Severity, one_of_each

WIDE = 140
"""Columns from which what is wrong and what to do stand side by side."""
SHOWN_RUNS = 4
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}


class LintView(JupyterMixin):
    """A report for the terminal. Findings that say the same of several runs are shown once, with the runs.

    Args:
        report: What `lint` gave.

    Example:
        >>> import io
        >>> from leaderboards.lint.findings import Report
        >>> console = Console(file=io.StringIO(), width=80)
        >>> console.print(LintView(Report(3, 0, [])))
        >>> console.file.getvalue()
        '3 runs: nothing is wrong.\\n'
    """

    def __init__(self, report: Report) -> None:
        self.report = report

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.report.findings:
            if options.max_width >= WIDE:
                yield self._table()
            else:
                yield from self._list()
            yield Text("")
        yield Text(summary_line(self.report))

    def _table(self) -> Table:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), expand=True)
        table.add_column("severity", no_wrap=True)
        table.add_column("run", ratio=4, overflow="fold")
        table.add_column("what is wrong", ratio=5, overflow="fold")
        table.add_column("what to do", ratio=4, overflow="fold")
        for number, (finding, runs) in enumerate(one_of_each(self.report.findings)):
            if number:
                table.add_row()
            style = _STYLES[finding.severity]
            names = Text("\n").join(_run_lines(runs))
            table.add_row(Text(finding.severity, style=style), names, _plain(finding.what), _plain(finding.to_do))
        return table

    def _list(self) -> Iterator[Text | Padding]:
        for number, (finding, runs) in enumerate(one_of_each(self.report.findings)):
            if number:
                yield Text("")
            for place, line in enumerate(_run_lines(runs)):
                title = Text(f"{finding.severity if not place else '':<9}", style=_STYLES[finding.severity])
                title.append_text(line)
                title.overflow = "fold"
                yield title
            yield Padding(_plain(finding.what), (0, 0, 0, 9))
            if finding.to_do:
                yield Padding(Text(f"-> {printable(finding.to_do)}", style="dim", overflow="fold"), (0, 0, 0, 9))


def summary_line(report: Report) -> str:
    """Say what was looked at and how much was found.

    Args:
        report: What `lint` gave.

    Example:
        >>> summary_line(Report(1, 125, []))
        '1 run and 125 published rows: nothing is wrong.'
    """
    looked_at = f"{report.runs} run{'s'[: report.runs != 1]}"
    if report.published:
        looked_at += f" and {report.published} published row{'s'[: report.published != 1]}"
    counts = Counter(finding.severity for finding in report.findings)
    parts = [f"{counts[kind]} {kind}{'s'[: counts[kind] != 1]}" for kind in Severity if counts[kind]]
    return f"{looked_at}: {', '.join(parts) or 'nothing is wrong'}."


def _run_lines(runs: list[str]) -> list[Text]:
    lines = [Text(printable(name), style="bold", overflow="fold") for name in runs[:SHOWN_RUNS]]
    if len(runs) > SHOWN_RUNS:
        lines.append(Text(f"and {len(runs) - SHOWN_RUNS} more (--json lists them)"))
    return lines


def _plain(text: str) -> Text:
    return Text(printable(text), overflow="fold")
