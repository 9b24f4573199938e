"""Whether an answer does what its instruction asks: the teacher also writes tests, and the sandbox runs them.

Covers instructions that are answered in Python and fix something that can be tested; all others stay `untested`. A pass
says that answer and tests agree, both by the same teacher: wrong tests fail right answers, and both can be wrong
together. So rows are labelled and never dropped; the share of several answers that pass is a measured difficulty.
"""

from __future__ import annotations

import ast
import asyncio
import itertools
import queue
import threading
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol

from fusion.dataset.rows import Verified
from fusion.prompts import Prompts
from fusion.teachers import Refusal, Reply, Settings
from fusion.teachers.teacher import TaskKind
from harness.engines.jobs import Job
from harness.engines.local import LocalEngine, PreparedTasks
from harness.errors import FusevalError
from harness.models.extraction import extract
from harness.models.model import Message
from harness.records import Benchmark, Limits, Status, Task

_LIMITS = Limits(floor_s=2.0, factor=1.0, total_s=10.0, memory_bytes=1 << 30)
_MOST_TESTS = 20


@dataclass(frozen=True)
class Verification:
    """What came of one row; `verified` is absent where nothing was asked for."""

    verified: Verified | None = None
    pass_rate: float | None = None
    answer: str = ""
    """The answer to keep: the first that passes; empty keeps the first one."""


class AsksTeacher(Protocol):
    """Asks the teacher for the row at hand."""

    def __call__(
        self, task: TaskKind, messages: tuple[Message, ...], draw: int = 0, settings: Settings | None = None
    ) -> Awaitable[Reply]:
        """Ask one question."""
        ...


class Verifier:
    """Runs answers against the teacher's tests; use as a context manager.

    Args:
        answers: How many are drawn for each instruction, the first one included.
        sandbox: `auto`, `weak` or a level.
    """

    def __init__(self, answers: int, sandbox: str = "auto") -> None:
        self.answers = answers
        self._runner = _Runner(sandbox)

    def __enter__(self) -> Verifier:
        self._runner.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.stop()

    async def verify(self, instruction: str, answer: str, ask: AsksTeacher, prompts: Prompts) -> Verification:
        """Verify one row.

        Args:
            instruction: The instruction.
            answer: Its first answer.
            ask: Asks the teacher.
            prompts: What it is asked.

        Raises:
            FusevalError: The sandbox can not be used, or the teacher not be asked.
        """
        try:
            reply = await ask("tests", prompts.tests(instruction), settings=Settings(temperature=0.0))
        except Refusal:
            return Verification("untested")
        tests = read_tests(reply.text)
        if not tests or not _program(answer, tests):
            return Verification("untested")
        answers = [answer]
        for draw in range(1, self.answers):
            try:
                answers.append((await ask("answer", prompts.answer(instruction), draw=draw)).text)
            except Refusal:
                continue
        passed = await asyncio.gather(*(self._passes(text, tests) for text in answers))
        rate = sum(passed) / len(passed)
        if not any(passed):
            return Verification("fail", rate)
        return Verification("pass", rate, answers[passed.index(True)])

    async def _passes(self, answer: str, tests: str) -> bool:
        program = _program(answer, tests)
        return bool(program) and await self._runner.run(program, tests) is Status.PASS


def read_tests(reply: str) -> str:
    r"""Take the assert statements out of a reply; empty where it holds none that can be run.

    Args:
        reply: What the teacher said.

    Example:
        >>> read_tests("```python\nfrom solution import f\nassert f(1) == 2\nprint('done')\n```")
        'assert f(1) == 2\n'
    """
    text = reply.split("```", 2)[1] if reply.count("```") >= 2 else reply
    text = text.split("\n", 1)[1] if text.startswith(("python", "py\n")) else text
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    asserts = [ast.unparse(node) for node in body if isinstance(node, ast.Assert) and _calls_something(node)]
    return "".join(f"{line}\n" for line in asserts[:_MOST_TESTS])


def _calls_something(node: ast.Assert) -> bool:
    return any(isinstance(part, ast.Call) for part in ast.walk(node.test))


def _program(answer: str, tests: str) -> str:
    """Take the Python program out of an answer; empty where there is none."""
    task = _task("", tests)
    extraction = extract("chat", answer, task, finish_reason="stop")
    if extraction.status is not None:
        return ""
    try:
        ast.parse(extraction.program)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return extraction.program


def _task(name: str, tests: str) -> Task:
    called = [
        part.func.id
        for part in ast.walk(ast.parse(tests))
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
    ]
    return Task(name, "", called[0] if called else "", "pass\n", kind="asserts", family="mbpp", test=tests)


class _Runner:
    """Judges programs in a thread, all that wait together: what times out is judged alone, after the others."""

    def __init__(self, sandbox: str) -> None:
        self._sandbox = sandbox
        self._waiting: queue.SimpleQueue[tuple[str, str, asyncio.Future[Status]] | None] = queue.SimpleQueue()
        self._numbers = itertools.count()
        self._error: FusevalError | None = None
        self._thread = threading.Thread(target=self._work, name="verify", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._waiting.put(None)
        self._thread.join()

    async def run(self, program: str, tests: str) -> Status:
        if self._error is not None:
            raise self._error
        future: asyncio.Future[Status] = asyncio.get_running_loop().create_future()
        self._waiting.put((program, tests, future))
        return await future

    def _work(self) -> None:
        waiting: list[tuple[str, str, asyncio.Future[Status]]] = []
        try:
            with LocalEngine(None, _LIMITS, self._sandbox) as engine:
                while (first := self._waiting.get()) is not None:
                    waiting = [first]
                    while not self._waiting.empty():
                        item = self._waiting.get()
                        if item is None:
                            self._waiting.put(None)
                            break
                        waiting.append(item)
                    self._judge(engine, waiting)
                    waiting = []
        except FusevalError as error:
            self._error = error
            for _, _, future in waiting:
                future.get_loop().call_soon_threadsafe(_fail, future, error)
            while (left := self._waiting.get()) is not None:
                left[2].get_loop().call_soon_threadsafe(_fail, left[2], error)

    def _judge(self, engine: LocalEngine, waiting: list[tuple[str, str, asyncio.Future[Status]]]) -> None:
        tasks: dict[str, Task] = {}
        jobs: dict[int, asyncio.Future[Status]] = {}
        work = []
        for program, tests, future in waiting:
            number = next(self._numbers)
            tasks[str(number)] = _task(str(number), tests)
            jobs[number] = future
            work.append(Job(number, str(number), program))
        prepared = PreparedTasks(Benchmark("teacher's tests", "", "", tasks), {})
        for job, judgement in engine.judge(work, prepared):
            future = jobs[job.number]
            future.get_loop().call_soon_threadsafe(_resolve, future, judgement.status)


def _resolve(future: asyncio.Future[Status], status: Status) -> None:
    if not future.done():
        future.set_result(status)


def _fail(future: asyncio.Future[Status], error: FusevalError) -> None:
    if not future.done():
        future.set_exception(error)
