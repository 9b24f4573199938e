"""The engine of this machine: one judge process a core, fed with the longest work first.

Covers: a judge that dies is replaced and its program tried once more elsewhere; a program over which the judge itself
runs out of CPU time fails. What used up its CPU time is run once more with every other judge idle before it counts;
what slept, beside others that slept.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, Pipe, wait

from harness import errors
from harness.engines import messages
from harness.engines.jobs import Arrivals, Job, Pending, Tasks
from harness.errors import FusevalError, WorkerLost
from harness.grading.expected import Expected
from harness.grading.judgement import SLEPT, Judgement
from harness.grading.prepared import PreparedTask, prepare
from harness.interrupts import held_back
from harness.records import Benchmark, Limits, Status, Task
from harness.sandbox.levels import Probe

_AHEAD = 2
"""Programs a judge is given before it has answered, so that it never waits for the pool."""
_DEATHS = 2


@dataclass
class _Judge:
    """One judge process as the pool sees it."""

    process: subprocess.Popen[bytes]
    connection: Connection
    probe: Probe | None = None
    tasks: set[str] = field(default_factory=set)
    checking: tuple[str, int] | None = None
    """The language whose known programs it runs before any other program of it, and the job that waits for that."""
    working_on: deque[Job] = field(default_factory=deque)


class LocalEngine:
    """A pool of judge processes. Use as a context manager.

    Args:
        workers: Number of judge processes; None for one a core.
        limits: What a sample may use.
        sandbox: `auto`, `weak` or a level.
    """

    def __init__(self, workers: int | None, limits: Limits, sandbox: str = "auto") -> None:
        self._start: messages.Start = (limits, sandbox)
        self._count = workers or len(os.sched_getaffinity(0))
        self._judges: list[_Judge] = []
        self._deaths: dict[int, int] = {}
        self._checked: dict[str, bool | None] = {}
        """Languages whose known programs came out as known, and what is to be said of them (`messages.Judge`)."""

    def __enter__(self) -> LocalEngine:
        self._judges = [self._spawn() for _ in range(self._count)]
        return self

    def __exit__(self, error: object, *_: object) -> None:
        for judge in self._judges:
            judge.connection.close()
            if error is not None or judge.probe is None:
                judge.process.terminate()  # in the middle of a sample or of its start; it takes its sandbox with it
        for judge in self._judges:
            try:
                judge.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                judge.process.kill()
                judge.process.wait()
        self._judges = []

    def probe(self) -> Probe:
        """Give the weakest isolation of all judges, waiting until they are up.

        Raises:
            SandboxTooWeak: This machine cannot contain untrusted code.
            EnvironmentLacking: The known-good and known-bad programs do not come out as known.
        """
        for judge in self._judges:
            if judge.probe is None:
                self._await_ready(judge)
        found = [judge.probe for judge in self._judges if judge.probe]
        return max(found, key=lambda probe: len(probe.reasons))

    def measure(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Expected]]:
        """Run references and give what they answer, as it comes."""
        self.probe()
        pending = deque(enumerate(tasks))
        asked: dict[int, Task] = {}
        idle = list(self._judges)
        while pending or asked:
            while pending and idle:
                number, task = pending.popleft()
                asked[number] = task
                idle.pop().connection.send(messages.Measure(number, task))
            for judge in self._answering([judge for judge in self._judges if judge not in idle], None, Pending()):
                answer = self._receive(judge)
                idle.append(judge)
                assert isinstance(answer, messages.Measured)
                yield asked.pop(answer.number), answer.expected

    def judge(
        self, jobs: Iterable[Job], prepared: Tasks, arrivals: Arrivals | None = None
    ) -> Iterator[tuple[Job, Judgement]]:
        """Judge programs and give the judgements as they come; the order is not that of the jobs.

        Args:
            jobs: What to judge; the heaviest are begun first.
            prepared: Gives the prepared task of a job when a judge needs it.
            arrivals: Brings further jobs while these are judged.
        """
        self.probe()
        for judge in self._judges:
            judge.tasks.clear()  # another benchmark may have tasks of the same names
        slept: list[Job] = []
        timed_out: list[Job] = []
        for job, judgement in self._work(Pending(jobs), prepared, self._judges, ahead=_AHEAD, arrivals=arrivals):
            if judgement.timed_out:
                (slept if judgement.error == SLEPT else timed_out).append(job)
            else:
                yield job, judgement
        # Who sleeps keeps no core busy, so these are as good as alone; one that computes this time has to be alone.
        for job, judgement in self._work(Pending(slept), prepared, self._judges, ahead=1, is_last_word=True):
            if judgement.timed_out and judgement.error != SLEPT:
                timed_out.append(job)
            else:
                yield job, judgement
        yield from self._work(Pending(timed_out), prepared, self._judges[:1], ahead=1, is_last_word=True)

    def _work(
        self,
        pending: Pending,
        prepared: Tasks,
        judges: list[_Judge],
        *,
        ahead: int,
        arrivals: Arrivals | None = None,
        is_last_word: bool = False,
    ) -> Iterator[tuple[Job, Judgement]]:
        while True:
            is_over = arrivals is None or arrivals.is_over
            for judge in judges:
                while pending and len(judge.working_on) < ahead:
                    if not self._hand(judge, job := pending.pop(), prepared, is_last_word):
                        pending.extend([job])
                        break
            busy = [judge for judge in judges if judge.working_on]
            if not busy and is_over:
                return
            for judge in self._answering(busy, None if is_over else arrivals, pending):
                try:
                    answer = self._receive(judge)
                except WorkerLost:
                    yield from self._replace(judge, pending)
                    continue
                assert isinstance(answer, messages.Judged)
                if judge.checking and judge.checking[1] == answer.number:
                    self._checked[judge.checking[0]], judge.checking = answer.checked, None
                yield judge.working_on.popleft(), answer.judgement

    def _hand(self, judge: _Judge, job: Job, prepared: Tasks, is_last_word: bool) -> bool:
        """Give a judge a program, unless another one still runs the known programs of its language."""
        task = prepared.get(job.task_id)
        language = task.task.language
        if language and language not in self._checked:
            if any(other.checking for other in self._judges):
                return False
            judge.checking = language, job.number
        message = messages.Judge(
            number=job.number,
            task_id=job.task_id,
            prepared=None if job.task_id in judge.tasks else task,
            program=job.program,
            is_last_word=is_last_word,
            checked=self._checked.get(language),
        )
        judge.tasks.add(job.task_id)
        judge.working_on.append(job)
        with contextlib.suppress(OSError):  # it is gone; that shows when its answer is awaited
            judge.connection.send(message)
        return True

    def _answering(self, busy: list[_Judge], arrivals: Arrivals | None, pending: Pending) -> list[_Judge]:
        """Wait until a judge has something to say, or further jobs are there; those are taken."""
        lines: list[Connection | int] = [judge.connection for judge in busy]
        ready = wait([*lines, arrivals.fileno()] if arrivals else lines)
        if arrivals and arrivals.fileno() in ready:
            pending.extend(arrivals.take())
        return [judge for judge in busy if judge.connection in ready]

    def _receive(self, judge: _Judge) -> object:
        try:
            answer = judge.connection.recv()
        except (EOFError, OSError):
            raise WorkerLost("a judge process died") from None
        if isinstance(answer, messages.Failed):
            kind = getattr(errors, answer.kind, FusevalError)
            raise kind(answer.message, hint=answer.hint)
        return answer

    def _replace(self, judge: _Judge, pending: Pending) -> Iterator[tuple[Job, Judgement]]:
        """Start another judge in place of one that died, and settle what it was working on."""
        ended_by = -judge.process.wait()
        judge.connection.close()
        unfinished = list(judge.working_on)
        fresh = self._spawn()
        judge.process, judge.connection, judge.probe = fresh.process, fresh.connection, None
        judge.tasks.clear()
        judge.working_on.clear()
        judge.checking = None
        self._await_ready(judge)
        pending.extend(unfinished[1:])
        for job in unfinished[:1]:
            deaths = self._deaths[job.number] = self._deaths.get(job.number, 0) + 1
            if ended_by == signal.SIGPROF:
                error = "comparing what it returned took the judge's whole CPU time"
                yield job, Judgement(Status.FAIL, Status.FAIL, error=error)
            elif deaths >= _DEATHS:
                yield job, Judgement(Status.INFRA_ERROR, error=f"the judge died {deaths} times over it")
            else:
                pending.extend([replace(job, weight=0.0)])

    def _await_ready(self, judge: _Judge) -> None:
        answer = self._receive(judge)
        assert isinstance(answer, messages.Ready)
        judge.probe = answer.probe

    def _spawn(self) -> _Judge:
        ours, theirs = Pipe()
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        with theirs, held_back():
            process = subprocess.Popen(
                [sys.executable, "-m", "harness.engines.judge_process", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path},
            )
        ours.send(self._start)
        return _Judge(process, ours)


class PreparedTasks:
    """Prepares tasks when they are first needed and keeps them for the judges that come later."""

    def __init__(self, benchmark: Benchmark, expected: Mapping[str, Expected]) -> None:
        self._benchmark = benchmark
        self._expected = expected
        self._ready: dict[str, PreparedTask] = {}

    def get(self, task_id: str) -> PreparedTask:
        """Give one task, prepared."""
        if task_id not in self._ready:
            task = self._benchmark.tasks[task_id]
            self._ready[task_id] = prepare(task, self._expected.get(task_id), self._benchmark.is_plus)
        return self._ready[task_id]
