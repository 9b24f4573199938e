"""Instruction Fusion (arXiv 2312.15692): pairs of seeds become single instructions, and those are answered.

Two seeds are drawn, the teacher fuses them or says that they do not fit, what is left is answered by the same teacher,
and so on until enough rows are valid. What the paper does not do and this does: rows that give a benchmark away, repeat
each other, or are no fusion in truth are rejected with their reason (`fusion.checks`, `fusion.decontamination`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fusion.attempt import Attempt, Tools
from fusion.checks import CheckSettings, fused_fault, instruction_text
from fusion.dataset import DatasetFolder
from fusion.dataset.record import DatasetRecord, Setting
from fusion.decontamination.benchmark_texts import BenchmarkSource
from fusion.pairing import Pair, Partners, pairs
from fusion.production import Line, Outcome
from fusion.seeds import SeedPool
from fusion.seeds.language import detect_language
from fusion.sitting import Progress, Sitting
from fusion.teachers import Refusal, Unrecorded

WORKERS_A_CALL = 4
"""Attempts open for every call that may be in flight: a stuck one holds nobody up."""


@dataclass(frozen=True)
class FuseSettings:
    """How pairs are drawn and fused."""

    operators: tuple[str, ...] = ("merge",)
    """Taken in turn."""
    strategy: str = "random"
    seed: int = 123
    checks: CheckSettings = CheckSettings()


class Fusing:
    """Makes fused rows in a data set's folder.

    Args:
        pool: The seeds.
        partners: Draws the pairs.
        settings: How.
        tools: The teacher and what looks at every row.
    """

    def __init__(self, pool: SeedPool, partners: Partners, settings: FuseSettings, tools: Tools) -> None:
        self._pool, self._partners, self._settings, self._tools = pool, partners, settings, tools

    async def run(
        self,
        folder: DatasetFolder,
        record: DatasetRecord,
        target: int,
        report: Callable[[Progress], None],
        pilot: int | None = None,
    ) -> DatasetRecord:
        """Work until there are enough rows.

        Args:
            folder: Where, its journal open.
            record: The record to begin with.
            target: Valid rows wanted.
            report: Told of every step.
            pilot: Stop after so many pairs, whatever became of them; the data set then counts as not finished.

        Returns:
            The record at the end.

        Raises:
            InputError: The data set was begun with other settings, or no pair is left.
            EnvironmentLacking: The teacher can not be asked, or the budget is spent. What was made is kept.
        """
        seeds = {seed.id: seed for seed in self._pool.seeds}
        with Sitting(folder, record, seeds, target=target, report=report) as sitting:
            sitting.journal = self._tools.journal

            def settle(outcome: Outcome) -> Outcome:
                outcome = self._tools.settled(outcome)
                sitting.keep(outcome)
                return outcome

            line: Line[Pair] = Line(
                itertools.islice(self._sequence(), pilot),
                self._make,
                settle,
                target=target,
                workers=WORKERS_A_CALL * self._tools.journal.concurrency,
                report=sitting.tell,
            )
            sitting.follow(line.count)
            try:
                await line.run()
            except BaseException:
                line.settle_rest()
                sitting.finish(is_complete=False)
                raise
            return sitting.finish(is_complete=pilot is None)

    def _sequence(self) -> Iterator[Pair]:
        return pairs(self._partners, self._settings.seed)

    async def _make(self, pair: Pair) -> Outcome:
        settings, tools = self._settings, self._tools
        parents = self._pool.seeds[pair.first], self._pool.seeds[pair.second]
        operator = settings.operators[pair.number % len(settings.operators)]
        attempt = Attempt(
            tools,
            pair.number,
            (parents[0].id, parents[1].id),
            (parents[0].language, parents[1].language),
            operator,
            settings.strategy,
        )
        try:
            reply = await attempt.ask(
                "fuse", tools.prompts.fuse(operator, parents[0].instruction, parents[1].instruction)
            )
            text = instruction_text(reply.text)
            fault = fused_fault(text, reply.finish_reason, parents, settings.checks)
            if fault:
                return attempt.reject(fault, "" if fault == "invalid" else text)
            if known := attempt.known(text):
                return known
            return await attempt.answered(
                text, detect_language(text) or _common(parents[0].language, parents[1].language)
            )
        except Refusal as refusal:
            return attempt.reject("refused", detail=str(refusal))
        except Unrecorded as error:
            return attempt.without_answer(error)


def _common(first: str, second: str) -> str:
    """Name the language of an instruction that names none: its parents' where that is one, else Python."""
    return first if first == second and first else "python"


def fuse_fingerprint(pool: SeedPool, settings: FuseSettings, tools: Tools) -> dict[str, Setting]:
    """List all that can change a row of a fused data set.

    Args:
        pool: The seeds.
        settings: How pairs are drawn and fused.
        tools: The teacher and what looks at every row.
    """
    return {
        "seeds": pool.sha256,
        "sources": pool.sources,
        "weights": {seed.source: weight for seed, weight in zip(pool.seeds, pool.weights, strict=True)},
        "operators": list(settings.operators),
        "pairing": settings.strategy,
        "seed": settings.seed,
        "checks": settings.checks.name,
        "longest": settings.checks.longest,
        **common_fingerprint(tools, settings.operators),
    }


def common_fingerprint(tools: Tools, templates: Sequence[str]) -> dict[str, Setting]:
    """List what can change a row whatever it is made by.

    Args:
        tools: The teacher and what looks at every row.
        templates: Names of those that instructions are made with.
    """
    names = [*templates, "answer", *(["tests"] if tools.verifier else []), *(["judge"] if tools.is_judged else [])]
    return {
        "teacher": tools.journal.teacher.name,
        "domain": tools.prompts.domain.name,
        "temperature": tools.settings.temperature,
        "top_p": tools.settings.top_p,
        "max_tokens": tools.settings.max_tokens,
        "decontaminated_against": sorted({_named(task.source) for task in tools.index.tasks}) if tools.index else [],
        "deduplicated": tools.earlier is not None,
        "verified_answers": tools.verifier.answers if tools.verifier else 0,
        "judged": tools.is_judged,
        "embedding": tools.embedding,
        "templates": {name: tools.prompts.sha256(name)[:16] for name in names},
    }


def _named(source: BenchmarkSource) -> str:
    return f"{source.name} {source.version} {source.sha256[:12]}"
