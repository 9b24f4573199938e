"""What a check found, by benchmark and method, with how far each task leaked into the data.

Leakage follows XCoder's Test Leakage Indicator (arXiv 2409.03810): for each task the largest share of its text that any
one row covers, and of these the mean and the maximum. The share is that of the `ngram` method: runs of equal
words, rare words counting more, templates nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from fusion.decontamination.benchmark_texts import BenchmarkSource
from fusion.decontamination.execution_probe import Tally
from fusion.decontamination.hit import METHODS, Hit, Method
from fusion.decontamination.text_index import TextIndex


@dataclass(frozen=True)
class CheckedRow:
    """A row that was checked."""

    name: str
    hits: tuple[Hit, ...]

    @property
    def is_removed(self) -> bool:
        """Whether any hit is reason enough."""
        return any(hit.is_removal for hit in self.hits)


@dataclass(frozen=True)
class BenchmarkFindings:
    """What was found of one benchmark."""

    source: BenchmarkSource
    flagged: tuple[str, ...]
    """Tasks that a removed row holds."""
    rows: int
    """Rows to be removed because of this benchmark."""
    by_method: Mapping[Method, int]
    """Of these, rows by method; a row that several methods find counts for each."""
    leakage_mean: float
    """Over all tasks: the largest share of the task that one row covers, in [0, 1]."""
    leakage_max: float


class Leakage:
    """Gathers how far each task leaked, row by row.

    Args:
        index: The tasks' texts.
    """

    def __init__(self, index: TextIndex) -> None:
        self._index = index
        self._most = [0.0] * len(index.tasks)

    def add(self, texts: Iterable[str]) -> None:
        """Take in one row.

        Args:
            texts: All its texts.
        """
        for text in texts:
            for task, share in self._index.overlaps(text).items():
                self._most[task] = max(self._most[task], share)

    def of(self, source: BenchmarkSource) -> list[float]:
        """Give the largest share of each of a benchmark's tasks.

        Args:
            source: Of the tasks.
        """
        return [most for task, most in zip(self._index.tasks, self._most, strict=True) if task.source == source]


@dataclass(frozen=True)
class Report:
    """All that was found in a data set."""

    rows: tuple[CheckedRow, ...]
    benchmarks: tuple[BenchmarkFindings, ...]
    settings: Mapping[str, object]
    methods: tuple[Method, ...]
    """Those that were used."""
    missing: tuple[str, ...] = ()
    """What could not be checked against."""
    tally: Tally | None = None
    """How much of it the execution probe could try, where it was used."""

    @property
    def removed(self) -> int:
        """Rows to be removed."""
        return sum(row.is_removed for row in self.rows)

    @property
    def listed(self) -> int:
        """Rows with hits none of which is reason enough to remove them."""
        return sum(bool(row.hits) and not row.is_removed for row in self.rows)

    def plain(self) -> dict[str, object]:
        """Give the report as dicts, lists and scalars; clean rows are only counted."""
        return {
            "rows": len(self.rows),
            "removed": self.removed,
            "listed": self.listed,
            "missing": list(self.missing),
            **({"probe": asdict(self.tally)} if self.tally else {}),
            "settings": self.settings,
            "benchmarks": [
                {
                    "name": found.source.name,
                    "version": found.source.version,
                    "sha256": found.source.sha256,
                    "tasks": found.source.tasks,
                    "flagged": list(found.flagged),
                    "rows_removed": found.rows,
                    "rows_by_method": dict(found.by_method),
                    "leakage": {"mean": round(found.leakage_mean, 4), "max": round(found.leakage_max, 4)},
                }
                for found in self.benchmarks
            ],
            "hits": [
                {"row": row.name, "is_removed": row.is_removed, "hits": [asdict(hit) for hit in row.hits]}
                for row in self.rows
                if row.hits
            ],
        }


def report_of(
    rows: Sequence[CheckedRow],
    index: TextIndex,
    leakage: Leakage,
    *,
    methods: Sequence[Method],
    settings: Mapping[str, object],
    missing: Sequence[str] = (),
    tally: Tally | None = None,
) -> Report:
    """Add up what was found.

    Args:
        rows: Every row that was checked, the clean ones too.
        index: What they were checked against.
        leakage: That took in the same rows.
        methods: Those that were used.
        settings: Of the index, and of what else was used.
        missing: What could not be checked against.
        tally: Of the execution probe, where it was used.
    """
    flagged: defaultdict[str, set[str]] = defaultdict(set)
    removed: Counter[str] = Counter()
    by_method: defaultdict[str, Counter[Method]] = defaultdict(Counter)
    for row in rows:
        reasons = [hit for hit in row.hits if hit.is_removal]
        removed.update({hit.benchmark for hit in reasons})
        for benchmark, method in {(hit.benchmark, hit.method) for hit in reasons}:
            by_method[benchmark][method] += 1
        for hit in reasons:
            flagged[hit.benchmark].add(hit.task_id)
    found: list[BenchmarkFindings] = []
    for source in dict.fromkeys(task.source for task in index.tasks):
        shares = leakage.of(source)
        of_method = {method: by_method[source.name][method] for method in METHODS if method in methods}
        ids = [task.task_id for task in index.tasks if task.source == source and task.task_id in flagged[source.name]]
        mean = sum(shares) / len(shares)
        found.append(BenchmarkFindings(source, tuple(ids), removed[source.name], of_method, mean, max(shares)))
    return Report(tuple(rows), tuple(found), settings, tuple(methods), tuple(missing), tally)
