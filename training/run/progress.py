"""How far a training is: a bar on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from harness.commands.progress import PLAIN_INTERVAL_S, duration_words
from training.run.watch import News, Watcher

_RECENT_STEPS = 20


class TrainingProgress(Watcher):
    r"""Shows every step until it is left.

    Args:
        console: Where to; whether it is a terminal decides between a bar and lines.
        clock: Seconds, rising.

    Example:
        >>> import io
        >>> console, times = Console(file=io.StringIO(), width=80), iter([0.0, 2.0])
        >>> with TrainingProgress(console, clock=lambda: next(times)) as progress:
        ...     progress.begun(0, 2)
        ...     progress.logged(News(1, 2, 1.5, 0.2, 1e-4, 300))
        >>> console.file.getvalue()
        'step 1/2, loss 1.500, 150 tokens/s, 2 s left\n'
    """

    def __init__(self, console: Console, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._console, self._clock = console, clock
        self._recent: deque[tuple[float, int, int]] = deque(maxlen=_RECENT_STEPS)
        self._bar: Progress | None = None
        self._task = TaskID(0)
        self._last_line = float("-inf")

    def __enter__(self) -> TrainingProgress:
        if self._console.is_terminal:
            self._bar = Progress(
                TextColumn("train"),
                BarColumn(bar_width=None),
                MofNCompleteColumn(),
                TextColumn("{task.fields[remark]}"),
                console=self._console,
                transient=True,
            )
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def begun(self, step: int, total: int) -> None:
        """Start the clock."""
        self._recent.append((self._clock(), step, 0))
        if self._bar:
            self._task = self._bar.add_task("train", total=total, completed=step, remark="")

    def logged(self, news: News) -> None:
        """Show one step."""
        now = self._clock()
        self._recent.append((now, news.step, news.tokens))
        remark = self._remark(news)
        if self._bar:
            self._bar.update(self._task, completed=news.step, remark=remark)
        elif now - self._last_line >= PLAIN_INTERVAL_S or news.step == news.total:
            self._last_line = now
            self._console.print(f"step {news.step}/{news.total}, {remark}", soft_wrap=True)

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        self._console.print(text, soft_wrap=True)

    def _remark(self, news: News) -> str:
        parts = [f"loss {news.loss:.3f}"]
        (then, step, tokens), (now, _, _) = self._recent[0], self._recent[-1]
        if now > then:
            parts.append(f"{(news.tokens - tokens) / (now - then):,.0f} tokens/s")
            if news.step < news.total and news.step > step:
                parts.append(f"{duration_words((news.total - news.step) * (now - then) / (news.step - step))} left")
        return ", ".join(parts)
