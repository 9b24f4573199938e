"""From a folder of runs to standings: which run stands for a model in a column, and which columns may be compared.

Reads records only (`run.json`), never verdicts, so a board of hundreds of runs is drawn at once.

What is never put side by side: scores over other data. A column is a name and a dataset hash; where two runs fill the
same name from other data the column is split in two. What is never ranked: a score over a part of the tasks, and the
built-in self-checks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.errors import InputError, nearest
from harness.formats.run_folder import find_runs
from harness.records import RunRecord, Score
from leaderboards.statistics import RankRange, rank_ranges

KNOWN_COLUMNS = ("humaneval", "humaneval+", "mbpp", "mbpp+", "mbpp-500")
"""The order in which the public benchmarks' columns stand; private ones follow by name."""


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

    @property
    def is_base(self) -> bool:
        """Whether it holds the base tests' scores of a benchmark that has more tests."""
        return self.name != self.benchmark

    @property
    def label(self) -> str:
        """What the column is called: the name, with the start of the hash where the name alone would mislead."""
        return f"{self.name} {self.dataset_sha256[:6]}" if self.is_split else self.name


@dataclass(frozen=True)
class Cell:
    """One model's score in one column, and the record of the run it comes from."""

    score: Score
    record: RunRecord

    @property
    def is_partial(self) -> bool:
        """Whether it is over a part of the benchmark's tasks, so that it can not be ranked among whole ones."""
        return self.score.tasks < self.score.of_tasks


@dataclass(frozen=True)
class Row:
    """One model asked in one way; `variant` says the way, where the same model was asked in several."""

    model: str
    variant: str
    is_self_check: bool
    cells: dict[Column, Cell]
    rank: RankRange | None = None

    @property
    def records(self) -> list[RunRecord]:
        """The runs behind the row, each once, by run id."""
        return [
            record for _, record in sorted({cell.record.run_id: cell.record for cell in self.cells.values()}.items())
        ]

    @property
    def samples(self) -> list[int]:
        """The numbers of samples a task, each once."""
        return sorted({cell.score.samples for cell in self.cells.values()})

    @property
    def not_passed(self) -> dict[str, int]:
        """Samples by status over all its runs, the most frequent first, without those that passed."""
        counts: Counter[str] = Counter()
        for record in self.records:
            counts.update({status: count for status, count in record.counts.items() if status != "pass" and count})
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @property
    def wall_seconds(self) -> float:
        """Wall seconds of the row's runs, all stages together (`cpu` is no stage but what the stages used)."""
        return sum(value for record in self.records for stage, value in record.seconds.items() if stage != "cpu")

    def seconds(self, stage: str) -> float | None:
        """Sum one stage's seconds over the row's runs; None where no run knows it."""
        known = [record.seconds[stage] for record in self.records if stage in record.seconds]
        return sum(known) if known else None


@dataclass(frozen=True)
class Standings:
    """A board's data: rows in the order they are shown, ranked within `sort`."""

    k: int
    sort: Column | None
    columns: list[Column]
    rows: list[Row]
    self_checks: list[Row] = field(default_factory=list)
    older_runs: int = 0
    """Runs that a newer or a more complete one with the same question stands in for."""
    unreadable: list[str] = field(default_factory=list)
    """Why a run below the folder could not be read, one sentence a run."""


def read_standings(runs_root: Path, *, k: int = 1, benchmarks: Iterable[str] = (), sort: str = "") -> Standings:
    """Read every run below a folder and rank them.

    Args:
        runs_root: The folder that `fuseval score --runs` writes to; one that does not exist holds no runs.
        k: Which pass@k to show.
        benchmarks: Names of benchmarks or columns to keep; empty keeps all.
        sort: The column to rank within; empty takes the one that most models have.

    Raises:
        InputError: A name in `benchmarks` or `sort` is no column of these runs, or `runs_root` is a file.
    """
    records, unreadable = [], []
    for folder in find_runs(runs_root) if runs_root.exists() else []:
        try:
            records.append(folder.load())
        except InputError as error:
            # One damaged file among hundreds of runs: the board says so and shows the others.
            unreadable.append(str(error))
    return replace(standings_from(records, k=k, benchmarks=benchmarks, sort=sort), unreadable=unreadable)


def standings_from(
    records: Iterable[RunRecord], *, k: int = 1, benchmarks: Iterable[str] = (), sort: str = ""
) -> Standings:
    """Rank the given records; see `read_standings` for the arguments.

    Of several runs of one model with the same question and data, one over more tasks comes before one over fewer (a
    quick `--limit 5` does not push the real result off the board), then the newer one counts.
    """
    records = list(records)
    columns = _columns(records, k, frozenset(benchmarks))
    grouped: dict[tuple[str, ...], dict[Column, Cell]] = {}
    for record in sorted(records, key=lambda record: (record.finished_utc, record.run_id)):
        cells = grouped.setdefault(_row_key(record), {})
        for score in record.scores:
            column = columns.get((score.column, record.dataset_sha256))
            if column is None or score.k != k:
                continue
            previous = cells.get(column)
            if previous is None or score.tasks >= previous.score.tasks:
                cells[column] = Cell(score, record)
    rows = _named_rows({key: cells for key, cells in grouped.items() if cells})
    shown = {record.run_id for row in rows for record in row.records}
    older = {
        record.run_id for record in records if any(_fills(record, column, k) for column in columns.values())
    } - shown
    ordered = sorted(columns.values(), key=_column_order)
    sort_column = _sort_column(ordered, rows, sort)
    models = [row for row in rows if not row.is_self_check]
    return Standings(
        k=k,
        sort=sort_column,
        columns=ordered,
        rows=_ranked(models, sort_column),
        self_checks=_ordered([row for row in rows if row.is_self_check], sort_column),
        older_runs=len(older),
    )


def _fills(record: RunRecord, column: Column, k: int) -> bool:
    same_data = record.dataset_sha256 == column.dataset_sha256
    return same_data and any(score.column == column.name and score.k == k for score in record.scores)


def _columns(records: list[RunRecord], k: int, wanted: frozenset[str]) -> dict[tuple[str, str], Column]:
    """Find the columns, keyed by name and dataset hash; `wanted` names benchmarks or columns."""
    found: dict[tuple[str, str], Column] = {}
    valid: set[str] = set()
    for record in records:
        for score in record.scores:
            valid |= {score.column, record.benchmark}
            if score.k != k or (wanted and not wanted & {score.column, record.benchmark}):
                continue
            key = (score.column, record.dataset_sha256)
            column = Column(*key, record.benchmark, record.benchmark_version, score.of_tasks)
            # `mbpp` and `mbpp+` fill one column out of one file: it is named after the one with more tests.
            if key not in found or found[key].benchmark < record.benchmark:
                found[key] = column
    # Without any run the names can not be checked, and an empty board tells the person more than an error.
    for name in sorted(wanted - valid) if valid else ():
        raise InputError(f"no run of benchmark {name!r} here", hint=nearest(name, valid))
    times = Counter(name for name, _ in found)
    return {key: replace(column, is_split=times[column.name] > 1) for key, column in found.items()}


def _column_order(column: Column) -> tuple[int, str, str]:
    place = KNOWN_COLUMNS.index(column.name) if column.name in KNOWN_COLUMNS else len(KNOWN_COLUMNS)
    return place, column.name, column.dataset_sha256


_ROW_FIELDS: dict[str, Callable[[RunRecord], str]] = {
    "revision": lambda record: record.model.revision or "",
    "backend": lambda record: record.model.backend,
    "extract": lambda record: record.extraction,
    "prompt": lambda record: record.prompt_style or "",
    "template": lambda record: (record.template_sha256 or "")[:8],
    "generation": lambda record: " ".join(
        f"{name}={value}" for name, value in sorted((record.generation or {}).items())
    ),
}
"""What makes another row of the same model: another question was asked, or another part of the answer was run."""


def _row_key(record: RunRecord) -> tuple[str, ...]:
    fields = (read(record) for read in _ROW_FIELDS.values())
    return (record.model.name, "self-check" if record.model.is_self_check else "", *fields)


def _named_rows(grouped: dict[tuple[str, ...], dict[Column, Cell]]) -> list[Row]:
    """Make rows, naming only those fields in `variant` that tell the rows of one model apart."""
    rows = []
    for key, cells in grouped.items():
        siblings = [other for other in grouped if other[:2] == key[:2]]
        told_apart = [
            f"{name} {value or 'none'}"
            for place, (name, value) in enumerate(zip(_ROW_FIELDS, key[2:], strict=True), start=2)
            if len({other[place] for other in siblings}) > 1
        ]
        rows.append(Row(key[0], ", ".join(told_apart), bool(key[1]), cells))
    return rows


def _sort_column(columns: list[Column], rows: list[Row], name: str) -> Column | None:
    if name:
        chosen = [column for column in columns if name in (column.name, column.label)]
        if not chosen:
            raise InputError(
                f"no column {name!r} on this board", hint=nearest(name, [column.label for column in columns])
            )
        columns = chosen
    if not columns:
        return None
    filled = {column: sum(column in row.cells for row in rows if not row.is_self_check) for column in columns}
    return min(columns, key=lambda column: (-filled[column], column.is_base, _column_order(column)))


def _ordered(rows: list[Row], sort: Column | None) -> list[Row]:
    """Whole scores from the highest down, then those over a part of the tasks, then rows without the column."""

    def place(row: Row) -> tuple[int, float, str, str]:
        cell = row.cells.get(sort) if sort else None
        group = 2 if cell is None else int(cell.is_partial)
        return group, -cell.score.value if cell else 0.0, row.model, row.variant

    return sorted(rows, key=place)


def _ranked(rows: list[Row], sort: Column | None) -> list[Row]:
    rows = _ordered(rows, sort)
    whole = (
        [row.cells[sort].score.value for row in rows if sort in row.cells and not row.cells[sort].is_partial]
        if sort
        else []
    )
    ranks = rank_ranges(whole)
    return [replace(row, rank=ranks[place] if place < len(ranks) else None) for place, row in enumerate(rows)]
