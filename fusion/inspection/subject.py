"""What is inspected: a data set that fuseval made, with all that it left, or the rows of any file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fusion.dataset import DatasetFolder, Rejected, Row
from fusion.dataset.record import DatasetRecord
from fusion.seeds import Columns, Seed, read_rows, seed_of
from fusion.seeds.seed import text_id
from harness.errors import InputError


@dataclass(frozen=True)
class Subject:
    """Rows and what is known of them. A file that nobody made here has rows alone."""

    name: str
    rows: tuple[Row, ...]
    path: Path | None = None
    """Where it is; absent for a data set on the Hub."""
    folder: DatasetFolder | None = None
    record: DatasetRecord | None = None
    seeds: Mapping[str, Seed] = field(default_factory=dict)
    """Those that rows were made of, by id."""
    rejected: tuple[Rejected, ...] = ()

    @property
    def by_id(self) -> dict[str, Row]:
        """The rows by id; of rows of one text the first."""
        found: dict[str, Row] = {}
        for row in self.rows:
            found.setdefault(row.id, row)
        return found

    def parents(self, row: Row, by_id: Mapping[str, Row]) -> list[Seed | Row]:
        """Give what a row was made of, as far as it is there.

        Args:
            row: One of the rows.
            by_id: All of them.
        """
        found = (self.seeds.get(parent) or by_id.get(parent) for parent in row.parents if parent != row.id)
        return [parent for parent in found if parent is not None]


def read_subject(place: str, columns: Columns | None = None) -> Subject:
    """Read what is to be inspected.

    Args:
        place: A data set's folder, or whatever holds rows (`fusion.seeds.read_rows`).
        columns: Of a file: where the parts of a row are.

    Raises:
        InputError: There is nothing, or it is damaged.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "rows.jsonl")
        ...     _ = file.write_text('{"instruction": "Say hello.", "output": "Hello."}')
        ...     subject = read_subject(str(file))
        >>> subject.name, subject.rows[0].instruction, subject.record is None
        ('rows.jsonl', 'Say hello.', True)
    """
    folder = DatasetFolder(Path(place))
    if folder.path.is_dir() and folder.is_dataset():
        record = folder.record()
        return Subject(
            folder.path.resolve().name,
            tuple(folder.rows()),
            folder.path,
            folder,
            record,
            folder.seeds(),
            tuple(folder.rejected()),
        )
    rows = tuple(_row(seed_of(row, columns or Columns(), place), at) for at, row in enumerate(read_rows(place)))
    if not rows:
        raise InputError(f"{place} holds no rows", hint="a data set's folder, or a file of rows")
    path = Path(place)
    return Subject(path.name, rows, path) if path.exists() else Subject(place, rows)


def _row(seed: Seed, number: int) -> Row:
    return Row(text_id(seed.instruction), seed.instruction, seed.response, seed.language, "seed", (), number)
