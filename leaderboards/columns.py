"""The columns of a board: which there are, what they are called, and in what order they stand.

What is never put side by side: scores over other data. A column is a name and a dataset hash; where two runs fill the
same name from other data the column is split in two. MultiPL-E's languages are a column each, and their mean is one
more, over the models that have all of them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from harness.errors import InputError, nearest
from harness.records import RunRecord

KNOWN_COLUMNS = ("humaneval", "humaneval+", "mbpp", "mbpp+", "mbpp-500", "multipl-e", "multipl-e-mbpp")
"""The order in which the public benchmarks' columns stand; private ones follow by name."""

MEANS = ("multipl-e", "multipl-e-mbpp")
"""Benchmarks of several languages, whose columns are called `multipl-e:js`."""


@dataclass(frozen=True)
class Column:
    """One column of scores: a name, and the data that its questions came from."""

    name: str
    dataset_sha256: str
    benchmark: str
    """The benchmark whose runs fill it: `humaneval+` fills `humaneval` (its base tests) and `humaneval+`."""
    version: str
    task_count: int
    is_split: bool = False
    """Another column has the same name and other data, so the hash belongs into the title."""
    parts: tuple[Column, ...] = ()
    """The languages that it is the mean of."""

    @property
    def is_base(self) -> bool:
        """Whether it holds the base tests' scores of a benchmark that has more tests."""
        return self.name != self.benchmark

    @property
    def label(self) -> str:
        """What the column is called: the name, with the start of the hash where the name alone would mislead."""
        return f"{self.name} {self.dataset_sha256[:6]}" if self.is_split else self.name

    @property
    def family(self) -> str:
        """`multipl-e` of `multipl-e:js`; empty for a column that is no language's."""
        family, colon, _ = self.name.partition(":")
        return family if colon and family in MEANS else ""


def find_columns(records: Iterable[RunRecord], k: int, wanted: frozenset[str]) -> dict[tuple[str, str], Column]:
    """Find the columns that runs fill, keyed by name and dataset hash.

    Args:
        records: Of the runs.
        k: Which pass@k.
        wanted: Names of benchmarks or columns to keep, `multipl-e` for all its languages; empty keeps all.

    Raises:
        InputError: A wanted name is not there.
    """
    found: dict[tuple[str, str], Column] = {}
    valid: set[str] = set()
    for record in records:
        for score in record.scores:
            key = (score.column, record.dataset_sha256)
            column = Column(*key, record.benchmark, record.benchmark_version, score.of_tasks)
            names = {column.name, column.benchmark} | ({column.family} if column.family else set())
            valid |= names
            if score.k != k or (wanted and not wanted & names):
                continue
            # `mbpp` and `mbpp+` fill one column out of one file: it is named after the one with more tests.
            if key not in found or found[key].benchmark < record.benchmark:
                found[key] = column
    # Without any run the names can not be checked, and an empty board tells the person more than an error.
    for name in sorted(wanted - valid) if valid else ():
        raise InputError(f"no run of benchmark {name!r} here", hint=nearest(name, valid))
    times = Counter(name for name, _ in found)
    return {key: replace(column, is_split=times[column.name] > 1) for key, column in found.items()}


def mean_columns(columns: Iterable[Column]) -> list[Column]:
    """Make the columns that are means over languages: one a benchmark with at least two.

    Args:
        columns: All languages of the board. Where one has two versions of data, there is no mean.

    Example:
        >>> names = ("multipl-e:js", "multipl-e:rs")
        >>> languages = [Column(name, name[-2:] * 32, name, "3.2", 160) for name in names]
        >>> [(mean.label, mean.task_count, len(mean.parts)) for mean in mean_columns(languages)]
        [('multipl-e', 320, 2)]
    """
    means = []
    for family in MEANS:
        parts = tuple(sorted((column for column in columns if column.family == family), key=lambda part: part.name))
        if len(parts) < 2 or any(part.is_split for part in parts):
            continue
        digest = hashlib.sha256("".join(part.dataset_sha256 for part in parts).encode()).hexdigest()
        version = ", ".join(sorted({part.version for part in parts}))
        means.append(Column(family, digest, family, version, sum(part.task_count for part in parts), parts=parts))
    return means


def column_order(column: Column) -> tuple[int, str, str]:
    """Give a sort key: the public benchmarks first, as in `KNOWN_COLUMNS`; languages after their mean.

    Args:
        column: Any.
    """
    name = column.family or column.name
    place = KNOWN_COLUMNS.index(name) if name in KNOWN_COLUMNS else len(KNOWN_COLUMNS)
    return place, column.name, column.dataset_sha256


def named(columns: Iterable[Column], name: str) -> list[Column]:
    """Find the columns that a name means: a label, or the name of all columns that were split.

    Args:
        columns: Those there are.
        name: As typed.

    Raises:
        InputError: There is none; the nearest is named.
    """
    columns = list(columns)
    chosen = [column for column in columns if name in (column.name, column.label)]
    if not chosen:
        raise InputError(f"no column {name!r} on this board", hint=nearest(name, [column.label for column in columns]))
    return chosen
