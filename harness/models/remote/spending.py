"""What was spent, over all sittings: noted before a call is sent, so that a kill can not make it look like less.

A call that was in flight when a sitting ended may have been billed: its worst case stays spent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from harness.errors import InputError
from harness.formats.journal import append_line, open_journal, read_journal
from harness.models.model import Model, Spender
from harness.models.remote.budget import Usage

SPENDING = "spending.jsonl"
BATCH = "batch"


class Spending:
    """Notes of spending in a folder; `harness.models.remote.budget.SpendingNotes`. Its file is made by the first note.

    Args:
        folder: Of the run or the data set that the money is spent on.
        in_batches: Whether the calls of this sitting go through a batch API, for half the price.
    """

    def __init__(self, folder: Path, *, in_batches: bool = False) -> None:
        self._path = folder / SPENDING
        self._in_batches = in_batches
        self._file: BinaryIO | None = None

    def __enter__(self) -> Spending:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def reserved(self, worst: Usage) -> None:
        """Note a call that is about to be sent."""
        self._write("reserved", worst)

    def settled(self, worst: Usage, real: Usage) -> None:
        """Note what it took."""
        self._write("released", worst)
        self._write("spent", real)

    def _write(self, what: str, usage: Usage) -> None:
        if self._file is None:
            self._file = open_journal(self._path)
        kind = [BATCH] if self._in_batches else []
        append_line(self._file, [what, usage.prompt, usage.completion, usage.cached, *kind])

    def before(self, *, at_half_price: bool = False) -> Usage:
        """Sum up what earlier sittings spent, and what they may have.

        Args:
            at_half_price: The sum is reckoned with half the price, so what was spent outside of batches counts twice.

        Raises:
            InputError: The notes are damaged.
        """
        prompt = completion = cached = 0
        for line in read_journal(self._path, list[str | int]):
            try:
                what, *numbers = line
                sign = {"reserved": 1, "released": -1, "spent": 1}[str(what)]
                sign *= 2 if at_half_price and BATCH not in numbers else 1
                prompt += sign * int(numbers[0])
                completion += sign * int(numbers[1])
                cached += sign * int(numbers[2])
            except (KeyError, ValueError, IndexError):
                raise InputError(f"{self._path} is damaged: {line}") from None
        return Usage(prompt, completion, cached)


@contextmanager
def noted_spending(model: Model, folder: Path) -> Iterator[None]:
    """Keep what a model's calls take in a folder, and have its budget count what earlier sittings noted there.

    Args:
        model: One without a budget spends nothing that anybody counts.
        folder: Of the run that it is asked for.

    Raises:
        InputError: The notes are damaged.
    """
    if not isinstance(model, Spender) or model.budget is None:
        yield
        return
    with Spending(folder) as spending:
        model.budget.go_on(spending.before(), spending)
        yield
