"""How far a run is: a bar with rate and time left on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Protocol

from rich.console import Console, RenderableType
from rich.constrain import Constrain
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TaskID, TextColumn
from rich.text import Text

PLAIN_INTERVAL_S = 5.0
_WIDE = 120
"""Columns from which on the remark has room beside the bar; below, it has a line of its own."""
RATE_WINDOW_S = 30.0
"""A run's start is slow and its end is the slow samples: the rate of the whole would mislead about the time left."""


class Step(Protocol):
    """What a run tells of itself; `harness.run.Progress` is one."""

    @property
    def done(self) -> int:
        """Samples with a verdict."""

    @property
    def total(self) -> int:
        """Samples in all."""

    @property
    def passed(self) -> int:
        """Samples that passed."""

    @property
    def stage(self) -> str:
        """What is being done, in one word."""

    @property
    def infra_errors(self) -> int:
        """Samples lost to the harness's own trouble."""

    @property
    def generated(self) -> int | None:
        """Answers that are there, where a model is asked while they are graded."""

    @property
    def tokens(self) -> int:
        """Tokens that it has written in this sitting."""


class ProgressReport:
    r"""Shows the steps of one run until it is left.

    Args:
        title: What is running, as in `model on benchmark`.
        console: Where to; whether it is a terminal decides between a bar and lines.
        clock: Seconds, rising.

    Example:
        >>> import io
        >>> from types import SimpleNamespace
        >>> console = Console(file=io.StringIO(), width=80)
        >>> with ProgressReport("m on humaneval", console, clock=lambda: 0.0) as progress:
        ...     progress.update(SimpleNamespace(done=164, total=164, passed=100, stage="grade", infra_errors=0,
        ...         generated=None, tokens=0))
        >>> console.file.getvalue()
        'm on humaneval: grade 164/164, 100 passed\n'
    """

    def __init__(self, title: str, console: Console, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._title = title
        self._console = console
        self._clock = clock
        self._bar: _TitledProgress | None = None
        self._bar_task = TaskID(0)
        self._stage, self._since = "", (0.0, 0)
        self._began = self._now = clock()
        self._recent: deque[tuple[float, int]] = deque()
        self.has_moved = False
        """Whether there was any step: a run that was finished before has none."""
        self._last_line = float("-inf")

    def __enter__(self) -> ProgressReport:
        if self._console.is_terminal:
            columns: list[ProgressColumn] = [
                TextColumn("{task.description}"),
                BarColumn(bar_width=None),
                MofNCompleteColumn(),
            ]
            if self._console.width >= _WIDE:
                columns.append(TextColumn("{task.fields[remark]}"))
            self._bar = _TitledProgress(*columns, console=self._console, transient=True)
            self._bar.start()
            self._bar.title = self._title
            self._bar_task = self._bar.add_task("starting", total=None, remark="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def update(self, step: Step) -> None:
        """Show one step.

        Args:
            step: How far the run is now.
        """
        now = self._now = self._clock()
        self.has_moved = True
        if step.stage != self._stage:
            # What is done when a stage begins says nothing about its rate: a resumed run finds much done already.
            self._stage, self._since = step.stage, (now, step.done)
            self._recent.clear()
        while len(self._recent) > 1 and now - self._recent[0][0] > RATE_WINDOW_S:
            self._recent.popleft()
        self._recent.append((now, step.done))
        remark = self._remark(step)
        trouble = f"{step.infra_errors} infra errors" if step.infra_errors else ""
        if self._bar:
            self._bar.title = f"{self._title} ({trouble})" if trouble else self._title
            self._bar.remark = remark
            self._bar.update(
                self._bar_task, description=step.stage, completed=step.done, total=step.total, remark=remark
            )
        elif now - self._last_line >= PLAIN_INTERVAL_S or step.done == step.total:
            self._last_line = now
            parts = [f"{self._title}: {step.stage} {step.done}/{step.total}", remark, trouble]
            self._console.print(", ".join(filter(None, parts)), soft_wrap=True)

    def _remark(self, step: Step) -> str:
        is_asked = step.generated is not None and step.done < step.total
        parts = [f"{step.generated} answered"] if is_asked else []
        if step.passed:
            # Of what is graded so far; the easy tasks are not spread evenly, so it wanders.
            parts.append(f"{step.passed} passed" + (f" ({100 * step.passed / step.done:.0f}%)" if is_asked else ""))
        is_done = step.done == step.total
        rate = self._rate(self._since if is_done else self._recent[0])
        if rate:
            parts.append(rate_words(rate))
            if not is_done:
                parts.append(f"{duration_words((step.total - step.done) / rate)} left")
        if step.tokens and self._now > self._began:
            # Loading included: an engine that hands over all its answers at the end has no other rate.
            parts.append(f"{step.tokens / (self._now - self._began):.0f} tokens/s")
        return ", ".join(parts)

    def _rate(self, start: tuple[float, int]) -> float | None:
        """Samples a second since then; None before there is anything to tell."""
        (since, before), (now, done) = start, self._recent[-1]
        return (done - before) / (now - since) if now > since and done > before else None


class _TitledProgress(Progress):
    """A bar below a line that says what is running: a model's name beside it would leave no room at 80 columns."""

    title = ""
    remark = ""

    def get_renderables(self) -> Iterable[RenderableType]:
        """Draw the title and the bar, with room for the `^C` that a terminal writes behind it: it must not wrap."""
        yield Text(self.title, no_wrap=True, overflow="ellipsis")
        if self.tasks:  # asked for once before there is a console
            yield Constrain(self.make_tasks_table(self.tasks), self.console.width - 4)
            if self.console.width < _WIDE:
                yield Text(self.remark, no_wrap=True, overflow="ellipsis")


def rate_words(rate: float) -> str:
    """Say how fast something goes, a minute where a second is too short for it.

    Args:
        rate: Things a second.

    Example:
        >>> rate_words(251.3), rate_words(2.51), rate_words(0.02)
        ('251/s', '2.5/s', '1.2 a minute')
    """
    if rate < 0.5:
        return f"{60 * rate:.1f} a minute"
    return f"{rate:.1f}/s" if rate < 100 else f"{rate:.0f}/s"


def duration_words(seconds: float) -> str:
    """Say how long something takes, in the two largest units.

    Args:
        seconds: Not negative.

    Example:
        >>> duration_words(4.2), duration_words(200), duration_words(7300)
        ('4 s', '3 min 20 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
