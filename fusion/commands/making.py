"""What the verbs that make data sets share: run, keep what is there whatever happens, show it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from fusion.commands.making_view import MakingProgress, show_made
from fusion.dataset import DatasetFolder
from fusion.dataset.card import write_card
from fusion.dataset.forms import write_forms
from fusion.dataset.record import DatasetRecord, write_record
from fusion.seeds import SeedPool
from fusion.sitting import Progress
from fusion.teachers import Teacher
from harness.commands.terminal import messages
from harness.errors import FusevalError
from harness.models.remote.budget import BudgetSpent


@dataclass(frozen=True)
class Ending:
    """How the work ended; all empty for the usual way."""

    error: FusevalError | None = None
    is_interrupted: bool = False


def work(title: str, teacher: Teacher, run: Callable[[Callable[[Progress], None]], Awaitable[DatasetRecord]]) -> Ending:
    """Run until it ends, with its progress shown.

    Args:
        title: What is running.
        teacher: Who is asked.
        run: Makes the data set; told where to report.
    """

    async def connected(report: Callable[[Progress], None]) -> None:
        async with teacher:
            await run(report)

    with MakingProgress(title, messages()) as progress:
        try:
            asyncio.run(connected(progress.update))
        except FusevalError as error:
            return Ending(error)
        except KeyboardInterrupt:
            messages().print("interrupted: every reply is kept, the same command goes on from there")
            return Ending(is_interrupted=True)
    return Ending()


def finish(folder: DatasetFolder, ending: Ending, as_json: bool, pool: SeedPool) -> None:
    """Write the forms and the card of what is there, and show it.

    Args:
        folder: Of the data set.
        ending: How the work ended; a budget that is spent is noted in the record.
        as_json: Whether to print the record instead of a view.
        pool: The seeds it was made of.
    """
    record, rows = folder.record(), folder.rows()
    if isinstance(ending.error, BudgetSpent):
        record = replace(record, is_budget_spent=True)
        write_record(folder.path, record)
    write_forms(folder.path, rows)
    write_card(folder.path, record, rows)
    show_made(folder, record, as_json, repeated=pool.repeated)
