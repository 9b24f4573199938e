"""Published scores as the board sees them: rows to look at, grey, unranked, and in no paired test.

`fuseval import` writes the tables; what a row holds is in `harness.formats.reference_file`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from harness.errors import InputError
from harness.formats.reference_file import ReferenceRow, ReferenceTable, read_table, reference_files

__all__ = ["ReferenceRow", "ReferenceTable", "read_references"]


def read_references(runs_root: Path, *, on_unreadable: Callable[[str], None] | None = None) -> list[ReferenceRow]:
    """Read the published scores that were imported beside the runs.

    A model that several tables name has a row of each; `source` tells them apart.

    Args:
        runs_root: Where runs are kept; a folder that is not there holds none.
        on_unreadable: Told why a table could not be read, one sentence a table; the others are still given. None
            raises.

    Returns:
        The rows, table by table in the order of their names.

    Raises:
        InputError: A table is damaged, and nobody is to be told.

    Example:
        >>> read_references(Path("nowhere"))
        []
    """
    rows: list[ReferenceRow] = []
    for path in reference_files(runs_root):
        try:
            rows += read_table(path).rows
        except InputError as error:
            if on_unreadable is None:
                raise
            on_unreadable(f"{error}; {error.hint}" if error.hint else str(error))
    return rows
