"""One sitting of work on a data set: its files open, its counts and its record up to date."""

from __future__ import annotations

import contextlib
import datetime
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from fusion.dataset import DatasetFolder, Row
from fusion.dataset.folder import REJECTED, ROWS, SEEDS
from fusion.dataset.record import DatasetRecord, read_record, require_same, write_record
from fusion.dataset.row_file import RowFile
from fusion.production import Count, Outcome
from fusion.seeds import Seed
from fusion.teachers import CallJournal
from harness.software import versions

_RECORD_EVERY_S = 20.0


@dataclass(frozen=True)
class Progress:
    """How far a data set is."""

    count: Count
    target: int | None
    asked: int
    kept: int
    """Replies that were in the journal."""
    cost: float | None
    rejected: Counter[str]


class Sitting:
    """One sitting of work on a data set: its files are open and its record is kept up to date. A context manager.

    Args:
        folder: Of the data set.
        record: What it is begun with; an older record of the same settings is gone on with.
        seeds: By id, to note those that rows were made of.
        report: Told of every step.

    Raises:
        InputError: The data set was begun with other settings.
    """

    def __init__(
        self,
        folder: DatasetFolder,
        record: DatasetRecord,
        seeds: dict[str, Seed],
        *,
        target: int | None,
        report: Callable[[Progress], None],
    ) -> None:
        before = read_record(folder.path)
        if before is not None:
            require_same(folder.path, before.settings, record.settings)
            record = replace(before, about=record.about, is_complete=False, is_budget_spent=False, finished="")
        self._folder, self._record, self._seeds = folder, record, seeds
        self._target, self._report = target, report
        self._before_s, self._before_attempts = record.seconds, record.attempts
        self._began = time.monotonic()
        self._written = 0.0
        self._clear()
        self._before, self._count = Count(), Count()
        self.journal: CallJournal | None = None

    def __enter__(self) -> Sitting:
        self._files = contextlib.ExitStack()
        with contextlib.ExitStack() as opening:
            self._rows = opening.enter_context(RowFile(self._folder.path / ROWS))
            self._out = opening.enter_context(RowFile(self._folder.path / REJECTED))
            self._seed_file = opening.enter_context(RowFile(self._folder.path / SEEDS))
            self._files = opening.pop_all()
        # Until this sitting is as far as the last one was, what that one wrote tells more.
        write_record(self._folder.path, self._record)
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def follow(self, count: Count) -> None:
        """Show how far this line is, on top of all lines before it."""
        self._before = Count(self._before.kept + self._count.kept, self._before.settled + self._count.settled)
        self._count = count

    def keep(self, outcome: Outcome) -> None:
        """Write one outcome down; called in the order of the numbers."""
        if isinstance(outcome, Row):
            self._rows.append(outcome)
        else:
            self._out.append(outcome)
        for seed in self._count_outcome(outcome):
            self._seed_file.append(seed)
        is_due = time.monotonic() - self._written > _RECORD_EVERY_S
        if is_due and self._kept + self._rejected.total() >= self._before_attempts:
            self._write(is_complete=False)

    def _clear(self) -> None:
        self._kept = 0
        self._rejected: Counter[str] = Counter()
        self._tallies: dict[str, dict[str, list[int]]] = {"operator": {}, "strategy": {}, "languages": {}}
        self._licences: Counter[str] = Counter()
        self._noted: set[str] = set()
        self._languages = {seed.id: seed.language for seed in self._seeds.values()}

    def _count_outcome(self, outcome: Outcome) -> list[Seed]:
        """Count one outcome, and give the seeds that are used for the first time."""
        is_row = isinstance(outcome, Row)
        used: list[Seed] = []
        if isinstance(outcome, Row):
            self._kept += 1
            self._languages.setdefault(outcome.id, outcome.language)
            for parent in outcome.parents:
                seed = self._seeds.get(parent)
                if seed is not None and parent not in self._noted:
                    self._noted.add(parent)
                    self._licences[seed.licence or "unknown"] += 1
                    used.append(seed)
        else:
            self._rejected[outcome.reason] += 1
        pair = "+".join(sorted(self._languages.get(parent) or "none" for parent in outcome.parents))
        pairing = str(self._record.settings.get("pairing") or f"round {outcome.round}")
        for kind, name in (("operator", outcome.operator), ("strategy", pairing), ("languages", pair)):
            tally = self._tallies[kind].setdefault(name, [0, 0])
            tally[0] += is_row
            tally[1] += 1
        return used

    def _count_files(self) -> None:
        """Count what the files hold: more than this sitting came to, where it ends before it is as far as the last."""
        outcomes: list[Outcome] = [*self._folder.rows(), *self._folder.rejected()]
        if len(outcomes) != self._kept + self._rejected.total():
            self._clear()
            for outcome in outcomes:
                self._count_outcome(outcome)

    def tell(self) -> None:
        """Tell how far the work is."""
        journal, before, count = self.journal, self._before, self._count
        self._report(
            Progress(
                Count(before.kept + count.kept, before.settled + count.settled, count.open, count.waiting),
                self._target,
                journal.asked if journal else 0,
                journal.kept if journal else 0,
                journal.cost if journal else None,
                self._rejected,
            )
        )

    def finish(self, *, is_complete: bool) -> DatasetRecord:
        """Write the record for the last time in this sitting, and give it."""
        if is_complete:
            for file in (self._rows, self._out, self._seed_file):
                file.cut()
        else:
            self._count_files()
        return self._write(is_complete=is_complete)

    def _write(self, *, is_complete: bool) -> DatasetRecord:
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        self._written = time.monotonic()
        journal = self.journal
        tokens = {"prompt": journal.prompt_tokens, "completion": journal.completion_tokens} if journal else {}
        self._record = replace(
            self._record,
            is_complete=is_complete,
            rows=self._kept,
            attempts=self._kept + self._rejected.total(),
            rejected=dict(self._rejected.most_common()),
            tallies={kind: dict(sorted(tally.items())) for kind, tally in self._tallies.items()},
            calls=journal.calls if journal else 0,
            tokens=tokens,
            cost=None if journal is None or journal.cost is None else round(journal.cost, 6),
            seconds=round(self._before_s + time.monotonic() - self._began, 1),
            licences=dict(self._licences.most_common()),
            software=versions(),
            created=self._record.created or now,
            finished=now if is_complete else "",
        )
        write_record(self._folder.path, self._record)
        return self._record
