"""The work of an engine: programs to judge, those that wait, and those that are still to come."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from harness.grading.prepared import PreparedTask


@dataclass(frozen=True)
class Job:
    """One program to judge. `weight` orders the work; any unit."""

    number: int
    task_id: str
    program: str
    weight: float = 0.0


class Arrivals(Protocol):
    """Jobs that come while others are judged, from a model that still answers."""

    def fileno(self) -> int:
        """Give a file descriptor that is readable when there is something to take, or nothing more to come."""
        ...

    def take(self) -> list[Job]:
        """Take what has come; does not wait."""
        ...

    @property
    def is_over(self) -> bool:
        """Whether everything was taken and nothing more comes."""
        ...


class Tasks(Protocol):
    """Gives the prepared task of a job when a judge needs it."""

    def get(self, task_id: str) -> PreparedTask:
        """Give one task, prepared."""
        ...


class Pending:
    """Jobs that wait for a judge, the heaviest first, so that no core waits at the end for another one.

    Args:
        jobs: The first ones.

    Example:
        >>> pending = Pending([Job(0, "light", "", 1.0), Job(1, "heavy", "", 9.0)])
        >>> pending.pop().task_id, len(pending)
        ('heavy', 1)
    """

    def __init__(self, jobs: Iterable[Job] = ()) -> None:
        self._heap: list[tuple[float, int, Job]] = []
        self.extend(jobs)

    def extend(self, jobs: Iterable[Job]) -> None:
        """Add jobs."""
        for job in jobs:
            heapq.heappush(self._heap, (-job.weight, job.number, job))

    def pop(self) -> Job:
        """Take the heaviest job; of equal ones the first."""
        return heapq.heappop(self._heap)[2]

    def __len__(self) -> int:
        return len(self._heap)
