"""The line on which attempts become rows: many at once, settled in the order of their numbers.

What is kept depends on that order and on the replies alone, never on which reply came first. As many attempts are open
as can still be needed, and no more: with every open one valid, the target is met exactly, so nothing that was paid for
is thrown away and the rows are the first valid ones of the sequence.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from fusion.dataset.rows import Rejected, Row
from harness.errors import FusevalError


class Job(Protocol):
    """One attempt: a pair to fuse, or an instruction to evolve."""

    @property
    def number(self) -> int:
        """Its place in the sequence, without gaps."""
        ...


JobType = TypeVar("JobType", bound=Job)
Outcome = Row | Rejected


@dataclass
class Count:
    """How far the line is."""

    kept: int = 0
    settled: int = 0
    open: int = 0
    waiting: int = 0
    """Rows that wait for an earlier attempt to be settled."""

    @property
    def rows(self) -> int:
        """Rows that are there, settled or not."""
        return self.kept + self.waiting


class Line(Generic[JobType]):
    """Runs jobs until enough of them became rows.

    Args:
        jobs: The sequence.
        make: Turns a job into a row or a rejection, asking the teacher.
        settle: Looks at a row beside all earlier ones, in order; may turn it into a rejection. Told of rejections too.
            An error of its own ends the line.
        target: Rows wanted; None runs every job.
        workers: Jobs open at once, at most.
        report: Told whenever a job has come to its end.
        first: Number of the first job.
    """

    def __init__(
        self,
        jobs: Iterator[JobType],
        make: Callable[[JobType], Awaitable[Outcome]],
        settle: Callable[[Outcome], Outcome],
        *,
        target: int | None,
        workers: int,
        report: Callable[[], None] = lambda: None,
        first: int = 0,
    ) -> None:
        self._jobs, self._make, self._settle = jobs, make, settle
        self._target, self._report = target, report
        self._workers = workers if target is None else min(workers, max(1, target))
        self._made: dict[int, Outcome] = {}
        """Outcomes that wait for an earlier one."""
        self._made_rows = 0
        self._next = first
        self._idle: deque[asyncio.Future[None]] = deque()
        self._error: FusevalError | None = None
        self._is_spent = False
        self.count = Count()

    async def run(self) -> None:
        """Work until the target is met or there is no job left.

        Raises:
            FusevalError: What ended it before; jobs that were open by then have come to their end.
        """
        workers = [asyncio.create_task(self._work()) for _ in range(self._workers)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        if self._error is not None:
            raise self._error

    def settle_rest(self) -> None:
        """Settle what was made behind jobs that have no outcome: for a run that is left before its end."""
        for number in sorted(self._made):
            with contextlib.suppress(FusevalError):  # one that can not be settled has no outcome
                self._settle_one(self._made.pop(number))

    async def _work(self) -> None:
        while True:
            while not self._may_take():
                if self._is_over():
                    return
                future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._idle.append(future)
                await future
            try:
                job = next(self._jobs)
            except StopIteration:
                self._is_spent = True
                self._wake()
                return
            except FusevalError as error:  # no pair is left
                self._end(error)
                return
            self.count.open += 1
            try:
                outcome = await self._make(job)
            except FusevalError as error:
                self.count.open -= 1
                self._end(error)
                return
            self.count.open -= 1
            self._made[job.number] = outcome
            self._made_rows += isinstance(outcome, Row)
            try:
                self._advance()
            except FusevalError as error:
                self._end(error)
                return
            self.count.waiting = self._made_rows
            self._report()
            self._wake()

    def _may_take(self) -> bool:
        if self._error is not None or self._is_spent:
            return False
        return self._target is None or self.count.kept + self._made_rows + self.count.open < self._target

    def _is_over(self) -> bool:
        if self._error is not None or self._is_spent:
            return True
        return self._target is not None and self.count.kept >= self._target

    def _advance(self) -> None:
        while self._next in self._made:
            outcome = self._made.pop(self._next)
            self._made_rows -= isinstance(outcome, Row)
            self._settle_one(outcome)
            self._next += 1

    def _settle_one(self, outcome: Outcome) -> None:
        self.count.kept += isinstance(self._settle(outcome), Row)
        self.count.settled += 1

    def _end(self, error: FusevalError) -> None:
        self._error = self._error or error
        self._wake()

    def _wake(self) -> None:
        """Wake as many idle workers as there is work for; all of them where the end has come."""
        free = len(self._idle)
        if not self._is_over() and self._target is not None:
            free = min(free, self._target - self.count.kept - self._made_rows - self.count.open)
        for _ in range(max(0, free)):
            future = self._idle.popleft()
            if not future.done():
                future.set_result(None)
