"""What `fuseval fuse` does with its options: opens everything, runs, and says what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import typer

from fusion.checks import CheckSettings
from fusion.commands.making_view import MakingProgress, show_made
from fusion.commands.row_options import RowFlags
from fusion.commands.seed_options import SeedFlags
from fusion.commands.teacher_options import TeacherFlags
from fusion.dataset import DatasetFolder
from fusion.dataset.card import write_card
from fusion.dataset.forms import write_forms
from fusion.dataset.record import DatasetRecord
from fusion.embedding import Vectors, load_embedder
from fusion.fuse import FuseSettings, Fusing, fuse_fingerprint
from fusion.pairing import strategy
from fusion.pairing.strategies import NEEDS_EMBEDDING
from fusion.prompts import OPERATORS
from fusion.seeds import SeedPool
from fusion.sitting import Progress
from fusion.teachers import CallJournal
from harness.commands.terminal import messages
from harness.errors import FusevalError, InputError, nearest

_PILOT = 50


@dataclass(frozen=True)
class FuseAsk:
    """What `fuseval fuse` was asked for, beside seeds, teacher and rows."""

    seeds: tuple[str, ...]
    out: Path
    target: int
    pairing: str
    operators: tuple[str, ...]
    seed: int
    checks: str
    longest: float
    is_plan: bool
    is_resumed: bool
    as_json: bool

    @property
    def settings(self) -> FuseSettings:
        """How pairs are drawn and fused.

        Raises:
            InputError: An operator or a set of checks has no such name.
        """
        for name in self.operators:
            if name not in OPERATORS:
                raise InputError(f"no operator {name!r}", hint=nearest(name, OPERATORS))
        if self.checks not in ("all", "paper"):
            raise InputError(f"no checks {self.checks!r}", hint=nearest(self.checks, ("all", "paper")))
        return FuseSettings(
            self.operators,
            self.pairing,
            self.seed,
            CheckSettings("paper" if self.checks == "paper" else "all", self.longest),
        )


def run_fuse(ask: FuseAsk, seeds: SeedFlags, teacher: TeacherFlags, rows: RowFlags) -> None:
    """Fuse, and show what came of it.

    Args:
        ask: What was asked for.
        seeds: What the seeds are.
        teacher: Who the teacher is.
        rows: What is done with every row.

    Raises:
        FusevalError: What ended it early; the rows made so far are written all the same.
        typer.Exit: It was interrupted (130).
    """
    settings = ask.settings
    pool = seeds.pool(list(ask.seeds))
    partners = strategy(ask.pairing, pool, _embed(ask.pairing, rows))
    folder = DatasetFolder.begin(ask.out, fresh=not ask.is_resumed)
    target = min(_PILOT, ask.target) if ask.is_plan else ask.target
    console = messages()
    with ExitStack() as opened:
        asked = opened.enter_context(teacher.opened(folder.path))
        journal = opened.enter_context(CallJournal(asked, folder.path))
        concurrency = asked.concurrency
        tools = opened.enter_context(rows.tools(journal, teacher.settings))
        fusing = Fusing(pool, partners, settings, tools)
        record = DatasetRecord("fuse", fuse_fingerprint(pool, settings, tools), dict(asked.about))

        async def work(report: Callable[[Progress], None]) -> DatasetRecord:
            async with asked:
                return await fusing.run(folder, record, target, report)

        error: FusevalError | None = None
        is_interrupted = False
        with MakingProgress(f"fusing with {asked.name}", console) as progress:
            try:
                asyncio.run(work(progress.update))
            except FusevalError as problem:
                error = problem
            except KeyboardInterrupt:
                is_interrupted = True
    if error is not None and not folder.is_dataset():
        raise error
    if ask.is_plan and error is None and not is_interrupted:
        from fusion.commands.plan_view import show_plan

        show_plan(folder, ask.target, concurrency, ask.as_json)
        return
    finish(folder, ask.as_json, pool)
    if is_interrupted:
        console.print("interrupted: every reply is kept, the same command goes on from there")
        raise typer.Exit(130)
    if error is not None:
        raise error


def finish(folder: DatasetFolder, as_json: bool, pool: SeedPool) -> None:
    """Write the forms and the card of what is there, and show it.

    Args:
        folder: Of the data set.
        as_json: Whether to print the record instead of a view.
        pool: The seeds it was made of.
    """
    record, rows = folder.record(), folder.rows()
    write_forms(folder.path, rows)
    write_card(folder.path, record, rows)
    show_made(folder, record, as_json, repeated=pool.repeated)


def _embed(pairing: str, rows: RowFlags) -> Callable[[Sequence[str]], Vectors] | None:
    if pairing not in NEEDS_EMBEDDING:
        return None
    return load_embedder(None if rows.embedding in (None, "minilm") else rows.embedding).embed
