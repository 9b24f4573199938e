"""What an attempt is held against: the rows before it. One that repeats a row is rejected, whatever else came of it.

Which rows are settled when an attempt is about to have its answer asked for depends on which reply came first. So an
early look at them saves the answer's price and decides nothing: the outcome is told when the attempt is settled, in the
order of the numbers. That an answer was not asked for is noted, and a run that goes on does not ask for it either.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from fusion.dataset.rows import Rejected, Row
from fusion.duplicates import Duplicates
from fusion.production import Outcome
from harness.errors import EnvironmentLacking, FusevalError
from harness.formats.journal import append_line, open_journal, read_journal

PASSED_OVER = "passed_over.jsonl"


class Earlier:
    """The rows that are settled; use as a context manager.

    Args:
        rows: Compares them.
        folder: Of the data set; the numbers of attempts whose answers were not asked for are noted there.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder, Earlier(Duplicates(), Path(folder)) as earlier:
        ...     for number in (0, 1):
        ...         earlier.is_repeated(Rejected(number, "duplicate", (), "Sort a list of words."))
        ...         row = Row(str(number), "Sort a list of words.", "...", "", "fuse", (), number)
        ...         type(earlier.settle(row)).__name__
        False
        'Row'
        True
        'Rejected'
    """

    def __init__(self, rows: Duplicates, folder: Path) -> None:
        self._rows = rows
        self._path = folder / PASSED_OVER
        self._file: BinaryIO | None = None
        self._passed_over: set[int] = set()
        self._open: dict[int, Rejected] = {}
        """What attempts that are not settled become if they repeat a row."""
        self._lacking: dict[int, FusevalError] = {}
        """Why the answer of an attempt can not be had."""

    def __enter__(self) -> Earlier:
        self._passed_over = set(read_journal(self._path, int))
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def is_repeated(self, as_repeat: Rejected) -> bool:
        """Say whether an attempt's answer need not be asked for, since it repeats a row that is settled.

        Args:
            as_repeat: What the attempt becomes if it does, now or when it is settled.
        """
        self._open[as_repeat.number] = as_repeat
        if as_repeat.number in self._passed_over:
            return True
        if self._rows.find(as_repeat.instruction) is None:
            return False
        self._passed_over.add(as_repeat.number)
        if self._file is None:
            self._file = open_journal(self._path)
        append_line(self._file, as_repeat.number)
        return True

    def without_answer(self, number: int, error: FusevalError) -> Rejected:
        """End an attempt whose answer can not be had: no harm where it repeats a row, as a replay's may.

        Args:
            number: Of the attempt.
            error: Raised when it is settled and repeats none; at once where it was not yet held against the rows.
        """
        if number not in self._open:
            raise error
        self._lacking[number] = error
        return self._open[number]

    def settle(self, outcome: Outcome) -> Outcome:
        """Look at an attempt beside all rows before it, in the order of the numbers; a new row is one of them from now.

        Args:
            outcome: What came of it.

        Raises:
            FusevalError: Its answer was not asked for, or can not be had, and it repeats no row.
        """
        as_repeat = self._open.pop(outcome.number, None)
        if as_repeat is None:
            return outcome
        lacking = self._lacking.pop(outcome.number, None)
        found = (
            self._rows.add(outcome.id, outcome.instruction)
            if isinstance(outcome, Row)
            else self._rows.find(as_repeat.instruction)
        )
        if found is not None:
            return replace(as_repeat, detail=f"{found.method} {found.earlier} {found.score:.2f}")
        if lacking is not None:
            raise lacking
        if outcome is as_repeat:
            self._path.unlink(missing_ok=True)
            raise EnvironmentLacking(
                f"attempt {outcome.number} repeats no row any more, and its answer was passed over",
                hint="the same command asks for it",
            )
        return outcome
