"""Evol-Instruct for code as WizardCoder does it (arXiv 2306.08568): the baseline of Instruction Fusion.

Each round makes every instruction of the last one a bit harder by one of five heuristics, drawn evenly for each
instruction (the paper does not say which; evol-teacher draws so). What fails a check is dropped and not evolved
further; what is left is answered by the same teacher. The paper merges the seeds and all rounds, and stops where a
development set says so: after three rounds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from fusion.attempt import Attempt, Tools
from fusion.checks import evolved_fault, instruction_text
from fusion.checks.evolved import is_equal
from fusion.dataset import DatasetFolder, Row
from fusion.dataset.record import DatasetRecord, Setting
from fusion.fuse import WORKERS_A_CALL, common_fingerprint
from fusion.production import Line, Outcome
from fusion.prompts.templates import HEURISTIC_NAMES
from fusion.seeds import SeedPool
from fusion.seeds.language import detect_language
from fusion.sitting import Progress, Sitting
from fusion.teachers import Refusal, Unrecorded

_FITTING = {"code": (0, 1, 2, 3, 4), "math": (0, 2), "text": (0, 2)}
"""Heuristics that say something outside of programming too."""
_JUDGEMENT_TOKENS = 64


@dataclass(frozen=True)
class EvolveSettings:
    """How instructions are evolved."""

    rounds: int = 3
    seed: int = 123
    has_gain_check: bool = True
    """Whether the teacher is asked if an evolved instruction asks for anything new: a short call each."""


@dataclass(frozen=True)
class _Job:
    """One instruction to evolve."""

    number: int
    round: int
    parent: str
    text: str
    language: str


class Evolving:
    """Makes evolved rows in a data set's folder.

    Args:
        pool: The seeds.
        settings: How.
        tools: The teacher and what looks at every row.
    """

    def __init__(self, pool: SeedPool, settings: EvolveSettings, tools: Tools) -> None:
        self._pool, self._settings, self._tools = pool, settings, tools

    async def run(
        self, folder: DatasetFolder, record: DatasetRecord, target: int | None, report: Callable[[Progress], None]
    ) -> DatasetRecord:
        """Work through the rounds.

        Args:
            folder: Where, its journal open.
            record: The record to begin with.
            target: Rows of all rounds together at which to stop; None works through every round.
            report: Told of every step.

        Returns:
            The record at the end.

        Raises:
            InputError: The data set was begun with other settings.
            EnvironmentLacking: The teacher can not be asked, or the budget is spent. What was made is kept.
        """
        seeds = {seed.id: seed for seed in self._pool.seeds}
        parents = [_Job(0, 0, seed.id, seed.instruction, seed.language) for seed in self._pool.seeds]
        with Sitting(folder, record, seeds, target=target, report=report) as sitting:
            sitting.journal = self._tools.journal
            first = made = 0
            for number in range(1, self._settings.rounds + 1):
                kept: list[Row] = []

                def settle(outcome: Outcome, kept: list[Row] = kept) -> Outcome:
                    outcome = self._tools.settled(outcome)
                    if isinstance(outcome, Row):
                        kept.append(outcome)
                    sitting.keep(outcome)
                    return outcome

                line: Line[_Job] = Line(
                    _jobs(parents, number, first),
                    self._make,
                    settle,
                    target=None if target is None else target - made,
                    workers=WORKERS_A_CALL * self._tools.journal.concurrency,
                    report=sitting.tell,
                    first=first,
                )
                sitting.follow(line.count)
                try:
                    await line.run()
                except BaseException:
                    line.settle_rest()
                    sitting.finish(is_complete=False)
                    raise
                first += len(parents)
                made += len(kept)
                parents = [_Job(0, number, row.id, row.instruction, row.language) for row in kept]
                if not parents or (target is not None and made >= target):
                    break
            return sitting.finish(is_complete=True)

    async def _make(self, job: _Job) -> Outcome:
        tools = self._tools
        heuristic = self._heuristic(job.number)
        attempt = Attempt(
            tools,
            job.number,
            (job.parent,),
            (job.language,),
            HEURISTIC_NAMES[heuristic],
            round=job.round,
            method="evolve",
        )
        try:
            reply = await attempt.ask("evolve", tools.prompts.evolve(heuristic, job.text))
            text = instruction_text(reply.text)
            fault = evolved_fault(text, reply.finish_reason, job.text, reply.text_tokens)
            if fault:
                return attempt.reject(fault, text)
            if known := attempt.known(text):
                return known
            if self._settings.has_gain_check:
                judged = await attempt.ask_briefly(
                    "improved", tools.prompts.improved(job.text, text), _JUDGEMENT_TOKENS
                )
                if is_equal(judged.text):
                    return attempt.reject("no_gain", text)
            return await attempt.answered(text, detect_language(text) or job.language or "python")
        except Refusal as refusal:
            return attempt.reject("refused", detail=str(refusal))
        except Unrecorded as error:
            return attempt.without_answer(error)

    def _heuristic(self, number: int) -> int:
        fitting = _FITTING[self._tools.prompts.domain.name]
        digest = hashlib.sha256(f"{self._settings.seed} {number}".encode()).digest()
        return fitting[int.from_bytes(digest[:4], "big") % len(fitting)]


def _jobs(parents: Sequence[_Job], round_number: int, first: int) -> Iterator[_Job]:
    for place, parent in enumerate(parents):
        yield replace(parent, number=first + place, round=round_number)


def evolve_fingerprint(pool: SeedPool, settings: EvolveSettings, tools: Tools) -> dict[str, Setting]:
    """List all that can change a row of an evolved data set.

    Args:
        pool: The seeds.
        settings: How instructions are evolved.
        tools: The teacher and what looks at every row.
    """
    return {
        "seeds": pool.sha256,
        "sources": pool.sources,
        "seed": settings.seed,
        "gain_check": settings.has_gain_check,
        **common_fingerprint(tools, ("evolve", *(["improved"] if settings.has_gain_check else []))),
    }
