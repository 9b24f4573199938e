"""What `fuseval fuse` does with its options: opens everything, runs, and says what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import typer

from fusion.checks import CheckSettings
from fusion.commands.making import Ending, finish, work
from fusion.commands.plan_view import show_plan
from fusion.commands.row_options import RowFlags
from fusion.commands.seed_options import SeedFlags
from fusion.commands.teacher_options import TeacherFlags
from fusion.dataset import DatasetFolder
from fusion.dataset.record import DatasetRecord
from fusion.embedding import Vectors, load_embedder
from fusion.fuse import FuseSettings, Fusing, fuse_fingerprint
from fusion.pairing import strategy
from fusion.pairing.strategies import NEEDS_EMBEDDING
from fusion.prompts import OPERATORS
from fusion.teachers import CallJournal
from harness.errors import InputError, nearest

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
    teacher.check()
    ready = rows.ready()
    folder = DatasetFolder.begin(ask.out, fresh=not ask.is_resumed)
    pilot = _PILOT if ask.is_plan else None
    with ExitStack() as opened:
        asked = opened.enter_context(teacher.opened(folder.path))
        journal = opened.enter_context(CallJournal(asked, folder.path))
        concurrency = asked.concurrency
        tools = opened.enter_context(rows.tools(ready, journal, teacher.settings))
        fusing = Fusing(pool, partners, settings, tools)
        record = DatasetRecord("fuse", fuse_fingerprint(pool, settings, tools), dict(asked.about))
        folder.require_same(record)

        ending = Ending()
        if not (ask.is_plan and _has_pilot(folder, ask.target)):
            ending = work(
                f"fusing with {asked.name}", asked, lambda report: fusing.run(folder, record, ask.target, report, pilot)
            )
    if ending.error is not None and not folder.has_attempts():
        raise ending.error
    if ask.is_plan and ending == Ending():
        show_plan(folder, ask.target, concurrency, ask.as_json)
        return
    finish(folder, ending, ask.as_json, pool)
    if ending.is_interrupted:
        raise typer.Exit(130)
    if ending.error is not None:
        raise ending.error


def _has_pilot(folder: DatasetFolder, target: int) -> bool:
    """Say whether enough is there to forecast from. The record of a sitting that was killed may be behind its files."""
    rows = len(folder.rows())
    return rows >= target or rows + len(folder.rejected()) >= _PILOT


def _embed(pairing: str, rows: RowFlags) -> Callable[[Sequence[str]], Vectors] | None:
    if pairing not in NEEDS_EMBEDDING:
        return None
    return load_embedder(None if rows.embedding in (None, "minilm") else rows.embedding).embed
