"""A comparison as a rich renderable: findings in, tables and sentences out; nothing is printed here.

Two contenders get a line for each column, a verdict, and the tasks that only one of them solves; more get a matrix of
differences. Colour only repeats what the text says already. In a notebook:

    Comparison(compare(read_contenders(["fused-13b", "evolved-13b"], Path("runs"), benchmarks=["humaneval+"])))

`python -m leaderboards.comparison.view` draws made-up runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.jupyter import JupyterMixin
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.commands.terminal import printable
from leaderboards.cells import ELLIPSIS, shortened
from leaderboards.comparison.findings import TOGETHER, ColumnComparison, Contender, Findings
from leaderboards.comparison.words import (
    cochran_line,
    data_line,
    group_verdict,
    holm_line,
    p_text,
    pair_verdict,
    points,
)
from leaderboards.task_lists import task_list

_WIDEST_MODEL, _NARROWEST_LABEL = 60, 12
_CELL = 7
"""Characters of one difference: `-100.0*`."""
_BETWEEN = 2
"""Characters between two columns of a table."""


class Comparison(JupyterMixin):
    """A comparison that fits the terminal, or a notebook's cell.

    Args:
        findings: What `compare` gives.

    Example:
        >>> from leaderboards.comparison.demo import demo_findings
        >>> Console(width=80, color_system=None).print(Comparison(demo_findings()))  # doctest: +ELLIPSIS
        A  fused-13b    humaneval+ 5e29c44270ae
        ...
    """

    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        findings = self.findings
        yield _heads(findings.contenders, options)
        yield Text("")
        if not findings.is_paired:
            yield from _loud(findings)
        if len(findings.contenders) == 2:
            yield _pair_table(findings, console, options)
            yield Text("")
            yield from _pair_words(findings)
        else:
            for column in findings.columns:
                yield from _group(findings, column, options)
        for line in _notes(findings):
            yield Text(printable(line), style="dim")


def _heads(contenders: Sequence[Contender], options: ConsoleOptions) -> RenderableType:
    """Say which letter stands for which run."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column()
    for one in contenders:
        runs = "\n".join(f"{record.benchmark} {record.run_id}" for record in one.records)
        marks = " (self-check)" if one.is_self_check else ""
        model = shortened(printable(one.model), max(12, min(_WIDEST_MODEL, options.max_width // 2 - len(marks))))
        name = Text(_plain(model, options), style="bold").append(marks, style="not bold")
        grid.add_row(Text(one.letter, style="bold"), name, Text(printable(runs), style="dim"))
    return grid


def _loud(findings: Findings) -> Iterator[RenderableType]:
    yield Text(
        "UNPAIRED: the runs are compared as if of different tasks, which resolves far less than a paired test.",
        style="bold yellow",
    )
    for line in findings.unlike:
        yield Text(f"  they differ in {printable(line)}", style="yellow")
    yield Text("")


def _pair_table(findings: Findings, console: Console, options: ConsoleOptions) -> Table:
    """Draw a line for each column; where it does not fit, without the counts that the lists below say too."""
    for has_counts in (findings.is_paired, False):
        table = _lines(findings, has_counts=has_counts)
        if Measurement.get(console, options.update(width=10_000), table).maximum <= options.max_width:
            break
    return table


def _lines(findings: Findings, *, has_counts: bool) -> Table:
    first, second = (one.letter for one in findings.contenders)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for title in (first, second, f"{first} - {second}"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("  95 % interval", no_wrap=True)
    counts = (f"{first} won", f"{second} won", "tied") if has_counts else ()
    for title in ("p", *counts):
        table.add_column(title, justify="right", no_wrap=True)
    for column in findings.columns:
        pair, result = column.pairs[0], column.pairs[0].result
        table.add_row(
            Text(printable(column.column)),
            *(f"{100 * score:.1f}" for score in column.scores),
            Text(points(result.difference), style=_style(result.difference, is_real=pair.is_distinguishable)),
            f"{points(result.low):>6} to {points(result.high):<6}",
            p_text(result.p_value),
            *((str(result.wins), str(result.losses), str(result.ties)) if has_counts else ()),
        )
    return table


def _pair_words(findings: Findings) -> Iterator[RenderableType]:
    deciding = findings.deciding
    # That of the base tests is only shown.
    for column in findings.columns:
        if column.place is None or column in deciding:
            yield Text(printable(pair_verdict(findings, column)), style="bold")
    yield Text("")
    first, second = findings.contenders
    if not findings.is_paired or first.run_ids == second.run_ids:
        return
    several = len(deciding) > 1
    for column in deciding:
        for solver, other, letter in ((0, 1, first.letter), (1, 0, second.letter)):
            tasks = column.only(solver, other)
            title = f"Only {letter} solves{f' in {column.column}' if several else ''} ({len(tasks)})"
            yield Text(printable(title) + (":" if tasks else ""))
            if tasks:
                yield Padding(Text(printable(task_list(tasks))), (0, 0, 0, 2))
    yield Text("")


def _group(findings: Findings, column: ColumnComparison, options: ConsoleOptions) -> Iterator[RenderableType]:
    """Draw a matrix of differences, in as many blocks of columns as the width asks for."""
    yield Text(printable(column.column), style="bold")
    contenders = findings.contenders
    longest = max(len(printable(one.model)) for one in contenders)
    letters = max(len(one.letter) for one in contenders)
    room = options.max_width - letters - len("score") - 3 * _BETWEEN
    step = max(1, min((room - _NARROWEST_LABEL) // (_CELL + _BETWEEN), len(contenders)))
    label = min(longest, max(_NARROWEST_LABEL, room - step * (_CELL + _BETWEEN)))
    for start in range(0, len(contenders), step):
        shown = range(start, min(start + step, len(contenders)))
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column("", no_wrap=True)
        table.add_column("", no_wrap=True)
        table.add_column("score", justify="right", no_wrap=True)
        for place in shown:
            table.add_column(f"{contenders[place].letter} ", justify="right", no_wrap=True, min_width=_CELL)
        for row, one in enumerate(contenders):
            cells = [_difference(column, row, place) for place in shown]
            name = _plain(shortened(printable(one.model), label), options)
            table.add_row(Text(one.letter, style="bold"), Text(name), f"{100 * column.scores[row]:.1f}", *cells)
        yield table
        yield Text("")
    yield Text(printable(group_verdict(findings, column)), style="bold")
    yield Text(cochran_line(column))
    yield Text(holm_line(column), style="dim")
    yield Text("")


def _difference(column: ColumnComparison, row: int, place: int) -> Text:
    if row == place:
        return Text("- ", style="dim")
    pair = column.pair(min(row, place), max(row, place))
    difference = pair.result.difference if row < place else -pair.result.difference
    mark = "*" if pair.is_distinguishable else " "
    return Text(points(difference) + mark, style=_style(difference, is_real=pair.is_distinguishable))


def _style(difference: float, *, is_real: bool) -> str:
    if not is_real:
        return ""
    return "green" if difference > 0 else "red"


def _notes(findings: Findings) -> Iterator[str]:
    yield "Scores are percent, differences points."
    for column in findings.columns:
        if column.place is not None:
            yield data_line(findings, column)
    if findings.columns[0].place is None:
        yield f"{TOGETHER}: {findings.columns[0].tasks[0]} tasks, each counted alike."
    if len(findings.columns) > 1:
        yield "Each column is tested on its own: p-values are not adjusted across columns."
    yield from findings.notes


def _plain(text: str, options: ConsoleOptions) -> str:
    return text.replace(ELLIPSIS, "~") if options.ascii_only else text


if __name__ == "__main__":
    from leaderboards.comparison.demo import demo_findings

    Console().print(Comparison(demo_findings()), "", Comparison(demo_findings(4)))
