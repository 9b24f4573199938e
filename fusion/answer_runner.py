"""Judges answers against tests beside the event loop: a thread that feeds the sandboxes of this machine."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from fusion.answer_tests import BROKEN, AnswerTests
from harness.engines.jobs import Job
from harness.engines.local import LocalEngine, PreparedTasks
from harness.errors import FusevalError
from harness.grading.judgement import Judgement
from harness.records import Benchmark, Limits, Status, Task

_LIMITS = Limits(floor_s=5.0, factor=1.0, total_s=10.0, memory_bytes=1 << 30)
"""The floor is for all tests of an answer together, which are one call into the sandbox."""


@dataclass(frozen=True)
class _Waiting:
    """A program that waits to be judged."""

    program: str
    tests: AnswerTests
    future: asyncio.Future[bool | None]

    def tell(self, settle: Callable[[asyncio.Future[bool | None]], None]) -> None:
        """Have the event loop settle the future; after Ctrl-C the loop is closed, and nobody waits any more."""
        with contextlib.suppress(RuntimeError):
            self.future.get_loop().call_soon_threadsafe(lambda: None if self.future.done() else settle(self.future))


class AnswerRunner:
    """Judges programs in a thread, all that wait together: what times out is judged alone, after the others.

    Args:
        sandbox: `auto`, `weak` or a level.
    """

    def __init__(self, sandbox: str) -> None:
        self._sandbox = sandbox
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._numbers = itertools.count()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._work, name="verify", daemon=True)

    def start(self) -> None:
        """Begin to judge."""
        self._thread.start()

    def stop(self) -> None:
        """End once what is being judged is judged."""
        self._queue.put(None)
        self._thread.join()

    async def passes(self, answer: str, tests: AnswerTests) -> bool | None:
        """Say whether an answer passes; None where that can not be told: the tests are broken, or the sandbox was.

        Args:
            answer: All that the teacher said.
            tests: What to run against it.

        Raises:
            FusevalError: The sandbox can not be used.
        """
        program = tests.program(answer)
        if not program:
            return False
        if self._error is not None:
            raise self._error
        future: asyncio.Future[bool | None] = asyncio.get_running_loop().create_future()
        self._queue.put(_Waiting(program, tests, future))
        return await future

    def _work(self) -> None:
        waiting: list[_Waiting] = []
        try:
            with LocalEngine(None, _LIMITS, self._sandbox) as engine:
                while (first := self._queue.get()) is not None:
                    waiting = [first]
                    while not self._queue.empty():
                        item = self._queue.get()
                        if item is None:
                            self._queue.put(None)
                            break
                        waiting.append(item)
                    self._judge(engine, waiting)
                    waiting = []
        except BaseException as error:  # whoever waits would do so for ever
            failure = error if isinstance(error, Exception) else FusevalError(f"the sandbox's thread ended: {error!r}")
            self._error = failure
            for item in waiting:
                item.tell(lambda future: future.set_exception(failure))
            while (left := self._queue.get()) is not None:
                left.tell(lambda future: future.set_exception(failure))

    def _judge(self, engine: LocalEngine, waiting: list[_Waiting]) -> None:
        items = dict(zip(self._numbers, waiting, strict=False))
        tasks: dict[str, Task] = {str(number): item.tests.task(str(number)) for number, item in items.items()}
        jobs = [Job(number, str(number), item.program) for number, item in items.items()]
        prepared = PreparedTasks(Benchmark("teacher's tests", "", "", tasks), {})
        for job, judgement in engine.judge(jobs, prepared):
            items[job.number].tell(functools.partial(_settle, _verdict(judgement)))


def _settle(verdict: bool | None, future: asyncio.Future[bool | None]) -> None:
    future.set_result(verdict)


def _verdict(judgement: Judgement) -> bool | None:
    if not judgement.status.is_counted or judgement.base_failed_test == BROKEN:
        return None
    return judgement.status is Status.PASS
