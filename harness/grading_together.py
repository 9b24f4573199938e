"""Several runs graded at once, so that no core waits where one of them ends and the next begins.

Their programs are judged in the order of the runs. At the border between two a judge takes the next run's programs
while others still have the last one's: runs of one language each keep to one toolchain at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from harness.engines.jobs import Job
from harness.engines.local import LocalEngine
from harness.grading.prepared import PreparedTask
from harness.grading_run import GradingRun
from harness.run_progress import Progress


class SharedProgress:
    """Adds up how far several runs are.

    Args:
        on_progress: Told of all of them together.

    Example:
        >>> seen = []
        >>> shared = SharedProgress(seen.append)
        >>> first, second = shared.part(), shared.part()
        >>> first(Progress(1, 2, 1, "grade")), second(Progress(0, 3, 0, "grade"))
        (None, None)
        >>> seen[-1].done, seen[-1].total, seen[-1].passed
        (1, 5, 1)
    """

    def __init__(self, on_progress: Callable[[Progress], None]) -> None:
        self._on_progress = on_progress
        self._parts: list[Progress] = []

    def part(self) -> Callable[[Progress], None]:
        """Give what one more run is to tell."""
        number = len(self._parts)
        self._parts.append(Progress(0, 0, 0, "grade"))

        def tell(step: Progress) -> None:
            self._parts[number] = step
            if step.stage == "grade":
                parts = [part for part in self._parts if part.stage == "grade"]
                step = Progress(
                    done=sum(part.done for part in parts),
                    total=sum(part.total for part in parts),
                    passed=sum(part.passed for part in parts),
                    stage="grade",
                    infra_errors=sum(part.infra_errors for part in parts),
                )
            self._on_progress(step)

        return tell


@dataclass(frozen=True)
class _Prepared:
    """The tasks of all runs, by the number of the run and the task's own id."""

    runs: Sequence[GradingRun]

    def get(self, key: str) -> PreparedTask:
        number, _, task_id = key.partition(":")
        return self.runs[int(number)].prepared.get(task_id)


def grade_together(runs: Sequence[GradingRun], engine: LocalEngine) -> None:
    """Grade runs of samples that are there already, and write each one's record when its last program is judged.

    Args:
        runs: None of them asks a model.
        engine: Where to judge.

    Raises:
        EnvironmentLacking: A language can not be judged here; what was judged before is kept.
    """
    owners: list[tuple[GradingRun, Job]] = []
    waiting: dict[int, int] = {}
    begun: set[int] = set()
    with ExitStack() as files:
        for run in runs:
            run.open(files)
        for number, run in enumerate(runs):
            jobs = run.begin(engine)
            waiting[number] = len(jobs)
            if not jobs:
                run.finish()
            owners += [(run, replace(job, task_id=f"{number}:{job.task_id}")) for job in jobs]
        every = [replace(job, number=place) for place, (_, job) in enumerate(owners)]
        for job, judgement in engine.judge(every, _Prepared(runs)):
            run, own = owners[job.number]
            number = int(job.task_id.partition(":")[0])
            if number not in begun:
                begun.add(number)
                run.start_clock()
            run.settle(own, judgement)
            waiting[number] -= 1
            if not waiting[number]:
                run.finish()
