"""Whether an answer does what its instruction asks: the teacher also writes tests, and the sandbox runs them.

Covers instructions that are answered in Python and fix something that can be tested; all others stay `untested`, as do
those whose tests are broken. A pass says that answer and tests agree, both by the same teacher: wrong tests fail right
answers, and both can be wrong together. So rows are labelled and never dropped; the share of several answers that pass
is a measured difficulty.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from fusion.answer_runner import AnswerRunner
from fusion.answer_tests import read_tests
from fusion.dataset.rows import Verified
from fusion.prompts import Prompts
from fusion.teachers import Refusal, Reply, Settings
from fusion.teachers.teacher import TaskKind
from harness.models.model import Message


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
        self._runner = AnswerRunner(sandbox)

    def __enter__(self) -> Verifier:
        self._runner.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.stop()

    async def verify(
        self,
        instruction: str,
        answer: str,
        ask: AsksTeacher,
        prompts: Prompts,
        is_usable: Callable[[Reply], bool] = lambda _: True,
    ) -> Verification:
        """Verify one row.

        Args:
            instruction: The instruction.
            answer: Its first answer.
            ask: Asks the teacher.
            prompts: What it is asked.
            is_usable: Whether a further answer could be kept; one that could not is left out of the pass rate too.

        Raises:
            FusevalError: The sandbox can not be used, or the teacher not be asked.
        """
        try:
            reply = await ask("tests", prompts.tests(instruction), settings=Settings(temperature=0.0))
        except Refusal:
            return Verification("untested")
        tests = read_tests(reply.text)
        if tests is None or not tests.program(answer):
            return Verification("untested")
        answers = [answer]
        for draw in range(1, self.answers):
            try:
                further = await ask("answer", prompts.answer(instruction), draw=draw)
            except Refusal:
                continue
            if is_usable(further):
                answers.append(further.text)
        verdicts = await asyncio.gather(*(self._runner.passes(text, tests) for text in answers))
        passed = [verdict for verdict in verdicts if verdict is not None]
        if not passed:
            return Verification("untested")
        rate = sum(passed) / len(passed)
        return Verification("pass", rate, answers[verdicts.index(True)]) if rate else Verification("fail", rate)
