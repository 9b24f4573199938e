"""One attempt on its way to a row: asked for, checked, answered, verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from fusion.checks import answer_fault
from fusion.dataset import Rejected, Row
from fusion.dataset.rows import Method
from fusion.decontamination.hit import Hit
from fusion.decontamination.text_index import TextIndex
from fusion.difficulty import read_judgement
from fusion.earlier import Earlier
from fusion.production import Outcome
from fusion.prompts import Prompts
from fusion.seeds.language import named_languages
from fusion.seeds.seed import text_id
from fusion.teachers import Ask, CallJournal, Refusal, Reply, Settings, Unrecorded
from fusion.teachers.teacher import TaskKind
from fusion.verification import Verification, Verifier
from harness.models.model import Message


@dataclass(frozen=True)
class Tools:
    """What is used on every row."""

    journal: CallJournal
    prompts: Prompts
    settings: Settings
    index: TextIndex | None = None
    """Of the benchmarks' tasks; None lets everything pass."""
    earlier: Earlier | None = None
    """The rows that are settled; None lets them repeat each other."""
    verifier: Verifier | None = None
    is_judged: bool = False
    embedding: str = ""
    """Name of the model that tells the meaning of texts; empty where words alone are compared."""

    def settled(self, outcome: Outcome) -> Outcome:
        """Look at an outcome beside all rows before it; called in the order of the numbers (see `Earlier.settle`)."""
        return outcome if self.earlier is None else self.earlier.settle(outcome)


@dataclass
class Attempt:
    """One attempt on its way to a row: the calls so far and what they took."""

    tools: Tools
    number: int
    parents: tuple[str, ...]
    languages: tuple[str, ...]
    operator: str
    strategy: str = ""
    round: int = 1
    method: Method = "fuse"
    calls: list[str] = field(default_factory=list)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    has_tokens: bool = True
    cost: float | None = 0.0

    async def ask(
        self, task: TaskKind, messages: tuple[Message, ...], draw: int = 0, settings: Settings | None = None
    ) -> Reply:
        """Ask the teacher, and count what it took."""
        ask = Ask(task, self.number, messages, settings or self.tools.settings, draw)
        self.calls.append(ask.key(self.tools.journal.teacher.name))
        reply = await self.tools.journal.ask(ask)
        if reply.prompt_tokens is None or reply.completion_tokens is None:
            self.has_tokens = False
        else:
            self.prompt_tokens += reply.prompt_tokens
            self.completion_tokens += reply.completion_tokens
        self.cost = None if self.cost is None or reply.cost is None else self.cost + reply.cost
        return reply

    async def ask_briefly(self, task: TaskKind, messages: tuple[Message, ...], max_tokens: int) -> Reply:
        """Ask for a word or a number.

        A teacher that reasons first can use such a limit up before it says anything; it is then asked once more, with
        as much room as for an answer.
        """
        settings = Settings(0.0, 1.0, max_tokens)
        reply = await self.ask(task, messages, settings=settings)
        if reply.finish_reason == "length" and not reply.text.strip():
            roomy = replace(settings, max_tokens=max(max_tokens, self.tools.settings.max_tokens))
            reply = await self.ask(task, messages, settings=roomy)
        return reply

    def reject(self, reason: str, instruction: str = "", detail: str = "") -> Rejected:
        """End without a row."""
        return Rejected(
            self.number,
            reason,
            self.parents,
            instruction,
            self.round,
            self.operator,
            self.languages,
            detail,
            tuple(self.calls[:1]),
            self.cost,
        )

    def known(self, instruction: str) -> Rejected | None:
        """Reject what gives a benchmark away or repeats an earlier row, before its answer is paid for."""
        if self.tools.index and (hits := self.tools.index.check(instruction)):
            return self.reject("contaminated", instruction, _hit_words(hits))
        repeat = self.reject("duplicate", instruction)
        if self.tools.earlier and self.tools.earlier.is_repeated(repeat):
            return repeat
        return None

    def without_answer(self, error: Unrecorded) -> Outcome:
        """End with no reply to a question; an attempt that repeats a row takes none (see `Earlier.without_answer`)."""
        if self.tools.earlier is None:
            raise error
        return self.tools.earlier.without_answer(self.number, error)

    async def answered(self, instruction: str, language: str, remarks: dict[str, str | float] | None = None) -> Outcome:
        """Have an instruction answered, and make the row."""
        tools = self.tools
        reply = await self.ask("answer", tools.prompts.answer(instruction))
        if unusable := self._unusable(reply, instruction):
            return unusable
        verification = Verification()
        if tools.verifier:
            verification = await tools.verifier.verify(
                instruction,
                reply.text,
                self.ask,
                tools.prompts,
                is_usable=lambda further: self._unusable(further, instruction) is None,
            )
        judged = await self._judged(instruction) if tools.is_judged else None
        return Row(
            id=text_id(instruction),
            instruction=instruction,
            output=verification.answer or reply.text,
            language=language,
            method=self.method,
            parents=self.parents,
            number=self.number,
            round=self.round,
            operator=self.operator,
            strategy=self.strategy,
            teacher=tools.journal.teacher.name,
            calls=tuple(self.calls),
            prompt_tokens=self.prompt_tokens if self.has_tokens else None,
            completion_tokens=self.completion_tokens if self.has_tokens else None,
            cost=None if self.cost is None else round(self.cost, 9),
            verified=verification.verified,
            pass_rate=verification.pass_rate,
            judged_difficulty=judged,
            remarks=remarks or {},
        )

    def _unusable(self, reply: Reply, instruction: str) -> Rejected | None:
        """Reject an answer that can not be trained on, or gives a benchmark away."""
        fault = answer_fault(reply.text, reply.finish_reason, reply.text_tokens, named_languages(instruction))
        if fault:
            return self.reject(fault, instruction)
        if self.tools.index and (hits := self.tools.index.check(reply.text)):
            return self.reject("contaminated_answer", instruction, _hit_words(hits))
        return None

    async def _judged(self, instruction: str) -> float | None:
        try:
            reply = await self.ask_briefly("judge", self.tools.prompts.judge(instruction), 16)
        except Refusal:
            return None
        return read_judgement(reply.text)


def _hit_words(hits: Sequence[Hit]) -> str:
    first = max(hits, key=lambda hit: hit.score)
    return f"{first.method} {first.benchmark} {first.task_id} {first.score:.2f}"
