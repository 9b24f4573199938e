"""What is looked after while a training runs, whichever library runs it.

A watcher is told what happens and may ask for a checkpoint or for the end. `Guard` refuses broken numbers, marks
checkpoints that are whole and ends the training at a checkpoint after Ctrl-C.
"""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from harness.errors import InputError
from training.run.checkpoints import Spent, mark_whole, remove_others, whole_checkpoints
from training.run.energy import EnergyMeter
from training.settings import TrainSettings


@dataclass(frozen=True)
class News:
    """One step."""

    step: int
    total: int
    loss: float
    gradient: float | None
    """The norm of the gradients before they were clipped."""
    learning_rate: float
    tokens: int
    """That went through the model in this sitting, padding not counted."""


class Watcher:
    """Is told what happens; asks for nothing."""

    def begun(self, step: int, total: int) -> None:
        """The first step is next, or the one after those of a checkpoint."""

    def logged(self, news: News) -> None:
        """A step is done."""

    def wants_checkpoint(self, step: int) -> bool:
        """Whether to save after this step."""
        return False

    def saved(self, step: int, folder: Path) -> None:
        """A checkpoint was written; what is done here belongs to it."""

    def kept(self, step: int) -> None:
        """A checkpoint is whole."""

    @property
    def is_over(self) -> bool:
        """Whether to end after this step."""
        return False


class Guard(Watcher):
    """Keeps the training from going on with broken numbers, and its checkpoints from being half.

    Args:
        root: Where the checkpoints are.
        settings: How many checkpoints stay, and the learning rate.
        before: What earlier sittings took.
        meter: Of the energy.
    """

    def __init__(self, root: Path, settings: TrainSettings, before: Spent, meter: EnergyMeter) -> None:
        self._root, self._settings, self._before, self._meter = root, settings, before, meter
        self._start = time.monotonic()
        self.best: int | None = None
        """The step of a checkpoint that must stay."""
        self.is_interrupted = False

    @property
    def spent(self) -> Spent:
        """Time and energy, all sittings together."""
        joules, before = self._meter.joules, self._before
        known = joules is not None and (before.seconds == 0 or before.joules is not None)
        return Spent(
            before.seconds + time.monotonic() - self._start,
            (before.joules or 0.0) + joules if known and joules is not None else None,
        )

    def logged(self, news: News) -> None:
        """Refuse numbers that are none: every step after would be lost."""
        self._meter.look()
        for name, value in (("loss", news.loss), ("norm of the gradients", news.gradient)):
            if value is not None and not math.isfinite(value):
                whole = whole_checkpoints(self._root)
                kept = f"the checkpoint of step {whole[-1].step} is kept" if whole else "no checkpoint was saved yet"
                slower = self._settings.train.learning_rate / 4
                raise InputError(
                    f"the {name} of step {news.step} is {value}: the training has come apart; {kept}",
                    hint=f"--fresh --learning-rate {slower:.0e}, or --set train.warmup=0.1",
                )

    def wants_checkpoint(self, step: int) -> bool:
        """After an interrupt."""
        return self.is_interrupted

    def saved(self, step: int, folder: Path) -> None:
        """Mark the checkpoint, and let the oldest go."""
        mark_whole(folder, self.spent)
        remove_others(self._root, self._settings.checkpoints.keep, self.best)

    @property
    def is_over(self) -> bool:
        """After an interrupt."""
        return self.is_interrupted

    @contextmanager
    def catching_interrupt(self) -> Iterator[None]:
        """Let the first Ctrl-C, or SIGTERM, end the training at a checkpoint; the second one ends it at once."""

        def note(number: int, frame: FrameType | None) -> None:
            if self.is_interrupted:
                raise KeyboardInterrupt
            self.is_interrupted = True

        before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
