"""A checked data set in two files: the rows that stay, and the rejected ones with the reasons."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from fusion.decontamination.report import CheckedRow
from fusion.decontamination.rows import RowTexts
from harness.errors import InputError
from harness.formats.atomic import write_atomically

_SUFFIX = ".jsonl"


def rejected_path(clean: Path, inputs: Iterable[Path]) -> Path:
    """Name the file of rejected rows, before any work is done for it.

    Args:
        clean: Where the other rows go.
        inputs: The files that are checked.

    Raises:
        InputError: `clean` names no JSON lines, or a file that is checked.

    Example:
        >>> rejected_path(Path("out/clean.jsonl"), []).as_posix()
        'out/clean.rejected.jsonl'
    """
    if clean.suffix != _SUFFIX:
        raise InputError(
            f"the clean rows are written as JSON lines, and {clean} is none", hint=f"-o {clean.stem}{_SUFFIX}"
        )
    rejected = clean.with_name(f"{clean.stem}.rejected{_SUFFIX}")
    for path in inputs:
        if path.resolve() in (clean.resolve(), rejected.resolve()):
            raise InputError(f"{path} would be written over", hint=f"-o {clean.stem}-clean{_SUFFIX}")
    return rejected


def write_clean_files(clean: Path, rejected: Path, rows: Sequence[RowTexts], checked: Sequence[CheckedRow]) -> None:
    """Write both files, each whole or not at all.

    Args:
        clean: Where the rows that stay go, as they were.
        rejected: Where the others go, each with `row` (as it was), its place in the data and `hits`.
        rows: The rows.
        checked: What was found in each, in the same order.

    Raises:
        OSError: The disk is full, or a folder can not be written.
    """
    stay: list[str] = []
    go: list[str] = []
    for row, found in zip(rows, checked, strict=True):
        if found.is_removed:
            reasons = [asdict(hit) for hit in found.hits if hit.is_removal]
            go.append(_line({"place": row.name, "hits": reasons, "row": row.row}))
        else:
            stay.append(_line(row.row))
    write_atomically(rejected, "".join(go))
    write_atomically(clean, "".join(stay))


def _line(plain: object) -> str:
    return json.dumps(plain, default=str) + "\n"
