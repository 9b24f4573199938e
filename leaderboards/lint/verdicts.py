"""One run as lint sees it: its record, and what its verdicts add up to, read line by line.

The file is read here and not by the journal's reader, which drops a torn last line and stops at a damaged one: lint
tells of both and goes on. Of a verdict only what enters a score is decoded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from harness.formats.run_folder import RunFolder
from harness.records import RunRecord, Status

STATUSES = {status.value: status for status in Status}


class Line(NamedTuple):
    """What of a verdict enters a score."""

    status: Status
    base_status: Status | None
    program: bytes
    """Hash of the program; empty where there is none."""


@dataclass(frozen=True)
class Graded:
    """One finished run."""

    name: str
    """As findings call it."""
    folder: RunFolder
    record: RunRecord
    verdicts: Mapping[tuple[str, int], Line]
    """By task and sample, in their order; the newest of each."""
    problems: list[str] = field(default_factory=list)
    """What is wrong with the file of the verdicts, a clause each."""

    def counts(self, column: str) -> Mapping[str, tuple[int, int]]:
        """Give each task's counted and passed samples in a column."""
        return self._all_counts if column == self.record.benchmark else self._base_counts

    @cached_property
    def _all_counts(self) -> Mapping[str, tuple[int, int]]:
        return _counts((key[0], line.status, line.status) for key, line in self.verdicts.items())

    @cached_property
    def _base_counts(self) -> Mapping[str, tuple[int, int]]:
        return _counts((key[0], line.status, line.base_status) for key, line in self.verdicts.items())

    @cached_property
    def answers(self) -> bytes:
        """A hash of all programs, task by task; empty where any is missing."""
        if not self.verdicts or not all(line.program for line in self.verdicts.values()):
            return b""
        lines = (f"{key[0]}\0{key[1]}\0{line.program.hex()}" for key, line in self.verdicts.items())
        return _digest(lines)

    @cached_property
    def outcome(self) -> bytes:
        """A hash of all programs and what came of them."""
        return _digest(
            f"{task_id}\0{sample}\0{line.program.hex()}\0{line.status}\0{line.base_status}"
            for (task_id, sample), line in self.verdicts.items()
        )


def _counts(graded: Iterable[tuple[str, Status, Status | None]]) -> Mapping[str, tuple[int, int]]:
    result: dict[str, tuple[int, int]] = {}
    for task_id, status, in_column in graded:
        if status is Status.INFRA_ERROR or status is Status.SKIPPED:
            continue
        counted, passed = result.get(task_id, (0, 0))
        result[task_id] = (counted + 1, passed + (in_column is Status.PASS))
    return result


def _digest(lines: Iterable[str]) -> bytes:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).digest()


def read_graded(folder: RunFolder, name: str) -> Graded:
    """Read a finished run.

    Args:
        folder: The run's folder, whose record can be read.
        name: What findings call it.
    """
    record = folder.load()
    try:
        data = folder.verdicts_path.read_bytes()
    except FileNotFoundError:
        return Graded(name, folder, record, {}, ["verdicts.jsonl is missing"])
    except OSError as error:
        return Graded(name, folder, record, {}, [f"verdicts.jsonl can not be read: {error.strerror}"])
    verdicts: dict[tuple[str, int], Line] = {}
    problems = []
    lines = data.split(b"\n")
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            key, line = _line(text)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            is_torn = number == len(lines)
            problems.append(
                "verdicts.jsonl is cut short in its last line"
                if is_torn
                else f"verdicts.jsonl line {number} is damaged"
            )
        else:
            verdicts[key] = line
    return Graded(name, folder, record, dict(sorted(verdicts.items())), problems)


def _line(text: bytes) -> tuple[tuple[str, int], Line]:
    row = json.loads(text)
    base, solution = row.get("base_status"), row.get("solution") or ""
    program = hashlib.blake2b(solution.encode("utf-8", "surrogatepass"), digest_size=16).digest() if solution else b""
    line = Line(STATUSES[row["status"]], STATUSES[base] if base is not None else None, program)
    return (str(row["task_id"]), int(row["sample_index"])), line
