"""The folder of a data set: what is in it, and how it is begun, gone on with, and left.

calls.jsonl        every call to the teacher, as it was: the source of all the rest
spending.jsonl     what each call may have taken and what it took
passed_over.jsonl  numbers of the attempts whose answers were not asked for, since they repeat a row
rows.jsonl         the rows with their lineage
rejected.jsonl     the attempts that did not become rows, each with its reason
seeds.jsonl        the seeds that rows were made of
dataset.json       the record: settings, counts, cost
data/, README.md   the rows in the forms that trainers read, and the data set's card
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fusion.dataset.record import RECORD, DatasetRecord, read_record, require_same
from fusion.dataset.rows import Rejected, Row
from fusion.seeds import Seed
from harness.errors import InputError
from harness.formats.journal import read_journal

ROWS, REJECTED, SEEDS = "rows.jsonl", "rejected.jsonl", "seeds.jsonl"


@dataclass(frozen=True)
class DatasetFolder:
    """A data set on disk.

    Args:
        path: Its folder.
    """

    path: Path

    @classmethod
    def begin(cls, path: Path, *, fresh: bool) -> DatasetFolder:
        """Make the folder, or take the one that is there.

        Args:
            path: Where.
            fresh: Start again; what is there is kept under another name.

        Raises:
            InputError: There is something else at that place.
        """
        if path.exists() and not path.is_dir():
            raise InputError(f"{path} is a file, and a data set is a folder", hint="name another place with -o")
        folder = cls(path)
        if path.is_dir() and any(path.iterdir()):
            if not folder.is_dataset():
                raise InputError(f"{path} holds something else than a data set", hint="name another folder with -o")
            if fresh:
                path.rename(_free_name(path))
        path.mkdir(parents=True, exist_ok=True)
        return folder

    def is_dataset(self) -> bool:
        """Say whether a data set was begun here."""
        return any((self.path / name).is_file() for name in (RECORD, "calls.jsonl", ROWS))

    def has_attempts(self) -> bool:
        """Say whether the outcome of any attempt is known."""
        record = read_record(self.path)
        return record is not None and record.attempts > 0

    def require_same(self, record: DatasetRecord) -> None:
        """Refuse to go on with other settings than those the data set was begun with.

        Args:
            record: What a run would begin with.

        Raises:
            InputError: A setting differs.
        """
        before = read_record(self.path)
        if before is not None:
            require_same(self.path, before.settings, record.settings)

    def record(self) -> DatasetRecord:
        """Read the record.

        Raises:
            InputError: This is no data set's folder.
        """
        record = read_record(self.path) if self.path.is_dir() else None
        if record is None:
            raise InputError(
                f"{self.path} is no data set: it has no dataset.json", hint="fuseval fuse SEEDS --teacher MODEL -o DIR"
            )
        return record

    def rows(self) -> list[Row]:
        """Read the rows."""
        return read_journal(self.path / ROWS, Row)

    def rejected(self) -> list[Rejected]:
        """Read the attempts that did not become rows."""
        return read_journal(self.path / REJECTED, Rejected)

    def seeds(self) -> dict[str, Seed]:
        """Read the seeds that rows were made of, by id."""
        return {seed.id: seed for seed in read_journal(self.path / SEEDS, Seed)}


def _free_name(path: Path) -> Path:
    number = 1
    while (place := path.with_name(f"{path.name}.old{number}")).exists():
        number += 1
    return place
