"""How far a data set is while it is made, and what came of it."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from fusion.dataset import DatasetFolder
from fusion.dataset.rate import Rate
from fusion.dataset.reasons import REASONS
from fusion.dataset.record import DatasetRecord
from fusion.sitting import Progress as Step
from harness.commands.progress import PLAIN_INTERVAL_S, duration_words, rate_words
from harness.commands.terminal import output, print_json
from harness.formats.record_json import to_plain


class MakingProgress:
    """Shows the steps of making a data set: a bar on a terminal, a line every few seconds elsewhere.

    Args:
        title: What is running.
        console: Where to.
    """

    def __init__(self, title: str, console: Console) -> None:
        self._title, self._console = title, console
        self._bar: Progress | None = None
        self._task = TaskID(0)
        self._began = time.monotonic()
        self._last = float("-inf")
        self._shown = float("-inf")
        self._first: tuple[float, int] | None = None

    def __enter__(self) -> MakingProgress:
        if self._console.is_terminal:
            self._console.print(self._title)
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=None),
                MofNCompleteColumn(),
                TextColumn("{task.fields[remark]}"),
                console=self._console,
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task("rows", total=None, remark="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def update(self, step: Step) -> None:
        """Show one step.

        Args:
            step: How far the data set is.
        """
        now = time.monotonic()
        if self._first is None or (step.asked == 0 and step.kept):
            # Replies that were kept go by at once and say nothing about the rate.
            self._first = (now, step.count.rows)
        if now - self._shown < 0.1 and step.count.rows != step.target:
            return
        self._shown = now
        remark = self._remark(step, now)
        if self._bar:
            self._bar.update(self._task, completed=step.count.rows, total=step.target, remark=remark)
        elif now - self._last >= PLAIN_INTERVAL_S or step.count.rows == step.target:
            self._last = now
            of = f"/{step.target:,}" if step.target else ""
            self._console.print(f"{self._title}: {step.count.rows:,}{of} rows, {remark}", soft_wrap=True)

    def _remark(self, step: Step, now: float) -> str:
        parts = []
        if step.count.settled:
            parts.append(f"{100 * step.count.kept / step.count.settled:.0f}% valid")
        if step.asked:
            parts.append(f"{step.asked:,} calls")
        if step.cost:
            parts.append(f"${step.cost:,.2f}")
        assert self._first is not None
        since, before = self._first
        if now > since and step.count.rows > before:
            rate = (step.count.rows - before) / (now - since)
            parts.append(f"rows {rate_words(rate)}")
            if step.target and step.target > step.count.rows:
                parts.append(f"{duration_words((step.target - step.count.rows) / rate)} left")
        return ", ".join(parts)


def show_made(folder: DatasetFolder, record: DatasetRecord, as_json: bool, *, repeated: int = 0) -> None:
    """Print what came of it.

    Args:
        folder: Of the data set.
        record: What it says of itself.
        as_json: Whether to print the record.
        repeated: Seeds that were left out, since an earlier one says the same.
    """
    if as_json:
        print_json({"folder": str(folder.path), **_plain(record)})
        return
    console = output()
    state = "" if record.is_complete else ", not finished"
    console.print(f"{record.rows:,} rows of {record.attempts:,} attempts{state}")
    if record.attempts:
        console.print(f"valid       {Rate.of(record.rows, record.attempts).words}")
    console.print(f"teacher     {record.settings.get('teacher')}, {record.calls:,} calls, {_cost_words(record)}")
    console.print(f"time        {duration_words(record.seconds)}")
    if repeated:
        console.print(f"seeds       {repeated:,} repeated an earlier one and were left out")
    if record.rejected:
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
        table.add_column("reason")
        table.add_column("count", justify="right")
        table.add_column("share", justify="right")
        table.add_column("words")
        for reason, count in record.rejected.items():
            table.add_row(reason, f"{count:,}", f"{100 * count / record.attempts:.1f} %", REASONS.get(reason, ""))
        console.print("rejected")
        console.print(table)
    console.print(f"data set    {folder.path}", soft_wrap=True)
    console.print(f"Next: fuseval inspect {folder.path}", soft_wrap=True)


def _cost_words(record: DatasetRecord) -> str:
    if record.cost:
        return f"${record.cost:,.4f}"
    tokens = sum(record.tokens.values())
    return f"{tokens:,} tokens" if tokens else "no cost known"


def _plain(record: DatasetRecord) -> dict[str, object]:
    plain = to_plain(record)
    assert isinstance(plain, dict)
    return plain
