"""What changed between two boards: rows that came and went, scores, ranks.

Compares the boards' JSON (`fuseval publish --format json`), so that the earlier one may come from another machine or
another commit. Says of each score whether it is over the same data: a change of the data set is no change of the model.
Does not cover significance: a board's JSON holds no outcomes of tasks. `fuseval compare` tests two runs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.errors import InputError
from harness.formats.record_json import from_json, from_plain
from leaderboards.board_json import to_plain_standings
from leaderboards.standings import Standings


@dataclass(frozen=True)
class BoardColumn:
    """One column of a board's JSON."""

    label: str
    name: str
    dataset_sha256: str


@dataclass(frozen=True)
class BoardScore:
    """One score of a board's JSON; fractions in [0, 1]."""

    value: float
    low: float
    high: float
    tasks: int
    samples: int


@dataclass(frozen=True)
class BoardRow:
    """One model of a board's JSON, asked in one way."""

    model: str
    variant: str
    scores: Mapping[str, BoardScore]
    rank: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """The model, and the way it was asked where that tells rows apart."""
        return f"{self.model}, {self.variant}" if self.variant else self.model


@dataclass(frozen=True)
class BoardFile:
    """What of a board's JSON two boards are compared by."""

    k: int
    columns: list[BoardColumn]
    rows: list[BoardRow]
    sort: str | None = None
    other_columns: list[BoardColumn] = field(default_factory=list)
    """Those that rows have scores in but that are not shown."""

    def scores(self, row: BoardRow) -> dict[tuple[str, str], BoardScore]:
        """Give a row's scores by the column's name and the hash of its data, in the order of the columns."""
        columns = [column for column in self.columns + self.other_columns if column.label in row.scores]
        return {(column.name, column.dataset_sha256): row.scores[column.label] for column in columns}

    def sorted_by(self) -> tuple[str, str] | None:
        """Give the name of the column that the board is ranked by, and the hash of its data."""
        columns = self.columns + self.other_columns
        return next(((column.name, column.dataset_sha256) for column in columns if column.label == self.sort), None)


@dataclass(frozen=True)
class ScoreChange:
    """One model's score in one column, before and now."""

    row: BoardRow
    column: str
    before: BoardScore
    now: BoardScore
    data_before: str
    data_now: str

    @property
    def is_comparable(self) -> bool:
        """Whether both are over the same data and the same number of tasks."""
        return self.data_before == self.data_now and self.before.tasks == self.now.tasks


@dataclass(frozen=True)
class RankChange:
    """One model's range of ranks, before and now; None where it had none."""

    row: BoardRow
    before: tuple[int, int] | None
    now: tuple[int, int] | None


@dataclass(frozen=True)
class BoardDiff:
    """What changed between two boards."""

    k: int
    sort: str | None
    """The column that both are ranked by; None where they are ranked by different ones, or over other data."""
    new: list[BoardRow] = field(default_factory=list)
    gone: list[BoardRow] = field(default_factory=list)
    scores: list[ScoreChange] = field(default_factory=list)
    filled: list[tuple[BoardRow, str]] = field(default_factory=list)
    """Rows of both boards with a column that only the present one has a score in."""
    emptied: list[tuple[BoardRow, str]] = field(default_factory=list)
    ranks: list[RankChange] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not any((self.new, self.gone, self.scores, self.filled, self.emptied, self.ranks))


def read_board(text: str, where: str) -> BoardFile:
    """Read a board's JSON.

    Args:
        text: What `fuseval publish --format json` wrote.
        where: The file, for the error.

    Raises:
        InputError: It is no board.
    """
    try:
        return from_json(BoardFile, text, where)
    except InputError as error:
        raise InputError(str(error), hint="fuseval publish --format json --out board.json writes a board") from None


def board_of(standings: Standings) -> BoardFile:
    """Give the present board in the form in which boards are compared.

    Args:
        standings: The board.
    """
    return from_plain(BoardFile, to_plain_standings(standings), "the board")


def difference(before: BoardFile, now: BoardFile) -> BoardDiff:
    """Compare two boards.

    Rows are matched by model and by the way it was asked; where a model has one row left on both boards, that is a
    match too, because the way is only named where several rows must be told apart.

    Args:
        before: The earlier board.
        now: The present one.

    Raises:
        InputError: They show another pass@k.

    Example:
        >>> from leaderboards.demo import demo_standings
        >>> board = board_of(demo_standings())
        >>> difference(board, board).is_empty
        True
    """
    if before.k != now.k:
        raise InputError(f"the earlier board shows pass@{before.k}, this one pass@{now.k}", hint=f"--k {before.k}")
    pairs = _matched(before.rows, now.rows)
    matched_before, matched_now = (
        ({id(row) for row in rows} for rows in zip(*pairs, strict=True)) if pairs else ((), ())
    )
    sort = now.sorted_by() if before.sorted_by() == now.sorted_by() else None
    diff = BoardDiff(
        now.k,
        sort[0] if sort else None,
        new=[row for row in now.rows if id(row) not in matched_now],
        gone=[row for row in before.rows if id(row) not in matched_before],
    )
    for old, new in pairs:
        _compare_scores(diff, new, before.scores(old), now.scores(new))
        if sort and old.rank != new.rank:
            diff.ranks.append(RankChange(new, old.rank, new.rank))
    return diff


def _matched(before: list[BoardRow], now: list[BoardRow]) -> list[tuple[BoardRow, BoardRow]]:
    exact = {(row.model, row.variant): row for row in before}
    pairs = {id(new): (exact.pop((new.model, new.variant)), new) for new in now if (new.model, new.variant) in exact}
    left_before = list(exact.values())
    left_now = [new for new in now if id(new) not in pairs]
    once = [Counter(row.model for row in rows) for rows in (left_before, left_now)]
    for new in left_now:
        old = next((row for row in left_before if row.model == new.model), None)
        if old is not None and all(counts[new.model] == 1 for counts in once):
            pairs[id(new)] = (old, new)
    return [pairs[id(new)] for new in now if id(new) in pairs]


def _compare_scores(
    diff: BoardDiff,
    row: BoardRow,
    before: dict[tuple[str, str], BoardScore],
    now: dict[tuple[str, str], BoardScore],
) -> None:
    """Note what changed in one row: first what is over the same data, then what moved to other data."""
    for key in [key for key in before if key in now]:
        old, new = before.pop(key), now.pop(key)
        if (round(old.value, 9), old.tasks, old.samples) != (round(new.value, 9), new.tasks, new.samples):
            diff.scores.append(ScoreChange(row, key[0], old, new, key[1], key[1]))
    for name, data in list(before):
        others = [key for key in now if key[0] == name]
        old = before[name, data]
        if len(others) == 1 and sum(key[0] == name for key in before) == 1:
            diff.scores.append(ScoreChange(row, name, old, now.pop(others[0]), data, others[0][1]))
        else:
            diff.emptied.append((row, name))
    diff.filled.extend((row, name) for name, _ in now)
