"""What `fuseval evolve` does with its options."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from fusion.commands.making import finish, work
from fusion.commands.row_options import RowFlags
from fusion.commands.seed_options import SeedFlags
from fusion.commands.teacher_options import TeacherFlags
from fusion.dataset import DatasetFolder
from fusion.dataset.forms import write_rounds
from fusion.dataset.record import DatasetRecord, write_record
from fusion.decontamination.text_index import TextIndex
from fusion.evolve import EvolveSettings, Evolving, evolve_fingerprint
from fusion.seeds import SeedPool
from fusion.teachers import CallJournal


@dataclass(frozen=True)
class EvolveAsk:
    """What `fuseval evolve` was asked for, beside seeds, teacher and rows."""

    seeds: tuple[str, ...]
    out: Path
    target: int | None
    settings: EvolveSettings
    is_resumed: bool
    as_json: bool


def run_evolve(ask: EvolveAsk, seeds: SeedFlags, teacher: TeacherFlags, rows: RowFlags) -> None:
    """Evolve, and show what came of it.

    Args:
        ask: What was asked for.
        seeds: What the seeds are.
        teacher: Who the teacher is.
        rows: What is done with every row.

    Raises:
        FusevalError: What ended it early; the rows made so far are written all the same.
        typer.Exit: It was interrupted (130).
    """
    pool = seeds.pool(list(ask.seeds))
    teacher.check()
    ready = rows.ready()
    folder = DatasetFolder.begin(ask.out, fresh=not ask.is_resumed)
    with ExitStack() as opened:
        asked = opened.enter_context(teacher.opened(folder.path))
        journal = opened.enter_context(CallJournal(asked, folder.path))
        tools = opened.enter_context(rows.tools(ready, journal, teacher.settings))
        evolving = Evolving(pool, ask.settings, tools)
        record = DatasetRecord("evolve", evolve_fingerprint(pool, ask.settings, tools), dict(asked.about))
        folder.require_same(record)
        ending = work(
            f"evolving with {asked.name}", asked, lambda report: evolving.run(folder, record, ask.target, report)
        )
    if ending.error is not None and not folder.has_attempts():
        raise ending.error
    _write_rounds(folder, pool, tools.index)
    finish(folder, ending, ask.as_json, pool)
    if ending.is_interrupted:
        raise typer.Exit(130)
    if ending.error is not None:
        raise ending.error


def _write_rounds(folder: DatasetFolder, pool: SeedPool, index: TextIndex | None) -> None:
    """Write the rounds with the seeds that pass the check the rows passed, and note how many did not."""
    seeds = answered = [seed for seed in pool.seeds if seed.response]
    if index is not None:
        seeds = [seed for seed in answered if not (index.check(seed.instruction) or index.check(seed.response))]
    write_rounds(folder.path, folder.rows(), seeds)
    count = None if index is None else len(answered) - len(seeds)
    write_record(folder.path, replace(folder.record(), contaminated_seeds=count))
