"""From standings to the board's page: a line a model with its scores and their intervals."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from harness.commands.terminal import printable
from harness.formats.run_folder import slug
from leaderboards.cells import DASH, seconds_text, shortened, status_text
from leaderboards.columns import Column
from leaderboards.comparison.words import points
from leaderboards.facts import model_size, row_facts
from leaderboards.notes import STRONG_LEVEL, is_marked, row_notes, sandbox_levels
from leaderboards.site.axis import Axis
from leaderboards.site.board_table import BoardView, ExtraColumn, Fact, Line, ScoreColumn, ShownExtra, ShownScore
from leaderboards.site.contents import Contents, Model
from leaderboards.standings import BaselineDifference, ReferenceLine, Standings
from leaderboards.statistics import RankRange

LONGEST_NAME = 72
"""Characters of a model's name on the board; its own page has the whole."""


def board_view(contents: Contents) -> BoardView:
    """Lay out the board.

    Args:
        contents: The site's.
    """
    standings = contents.standings
    shown = _in_order(standings)
    columns = tuple(_score_columns(standings, shown))
    extras = tuple(_extra_columns(contents))
    models = [(model.row.is_self_check, _model_line(model, contents, shown, extras)) for model in contents.models]
    published = [_published_line(reference, contents, shown, extras) for reference in standings.references]
    ranked = [line for is_self_check, line in models if not is_self_check]
    return BoardView(
        columns,
        extras,
        tuple(_placed(ranked, published, columns)),
        tuple(line for is_self_check, line in models if is_self_check),
    )


def _placed(models: list[Line], published: list[Line], columns: tuple[ScoreColumn, ...]) -> Iterator[Line]:
    """Put published scores where they would stand; those without a score in the sorted column come last."""
    place = next((place for place, column in enumerate(columns) if column.is_sorted), None)

    def value(line: Line) -> float:
        score = line.scores[place] if place is not None else None
        return score.value if score else -1.0

    waiting = sorted(published, key=lambda line: (-value(line), line.name))
    for line in models:
        while waiting and value(line) >= 0 and value(waiting[0]) > value(line):
            yield waiting.pop(0)
        yield line
    yield from waiting


def _in_order(standings: Standings) -> list[Column]:
    """Put the column of the ranks first, beside them, and last those that only self-checks fill."""
    filled = {column for row in standings.rows for column in row.cells}
    return sorted(standings.columns, key=lambda column: (column != standings.sort, column not in filled))


def _score_columns(standings: Standings, shown: Iterable[Column]) -> Iterator[ScoreColumn]:
    rows = [*standings.rows, *standings.self_checks]
    taken = {column.key for column in _EXTRAS} | {"rank", "model"}
    for column in shown:
        intervals = [(row.cells[column].score.low, row.cells[column].score.high) for row in rows if column in row.cells]
        intervals += [
            (line.scores[column].low, line.scores[column].high)
            for line in standings.references
            if column in line.scores
        ]
        key = slug(column.label)
        key = f"column-{key}" if key in taken else key
        yield ScoreColumn(key, column.label, Axis.around(intervals), column == standings.sort)


_EXTRAS = (
    ExtraColumn("size", "Size, B"),
    ExtraColumn("n", "n"),
    ExtraColumn("temperature", "T"),
    ExtraColumn("infra", "Infra errors"),
    ExtraColumn("sandbox", "Sandbox", "text"),
    ExtraColumn("tokens", "Tokens"),
    ExtraColumn("wall-s", "Seconds"),
    ExtraColumn("date", "Date", "date"),
    ExtraColumn("not-passed", "Not passed", "text"),
)


def _extra_columns(contents: Contents) -> Iterator[ExtraColumn]:
    """Give the columns that have anything to say on this board."""
    standings = contents.standings
    rows = [*standings.rows, *standings.self_checks]
    sizes = [model_size(row.model, row.records) for row in rows]
    sizes += [contents.published_size(line) for line in standings.references]
    is_known = {
        "size": any(size is not None for size in sizes),
        "temperature": any(value is not None for row in rows for value in row.temperatures),
        "infra": any(row.infra_errors for row in rows),
        "not-passed": any(row.not_passed for row in rows),
        "sandbox": len(sandbox_levels(standings)) > 1,
        "tokens": any(row.tokens is not None for row in rows),
    }
    # As `fuseval publish --columns` names them, where it was asked for some.
    wanted = {name.replace(" ", "-") for name in standings.extras} or {column.key for column in _EXTRAS}
    return (column for column in _EXTRAS if column.key in wanted and is_known.get(column.key, True))


def _model_line(model: Model, contents: Contents, shown: Iterable[Column], extras: tuple[ExtraColumn, ...]) -> Line:
    row = model.row
    facts = row_facts(row, contents.columns)
    values: dict[str, ShownExtra] = {
        "size": _number(facts["size"]),
        "n": ShownExtra("/".join(str(samples) for samples in row.samples), float(row.samples[0])),
        "temperature": ShownExtra(
            "/".join(DASH if value is None else f"{value:g}" for value in row.temperatures), facts["temperature"]
        ),
        "infra": ShownExtra(f"{row.infra_errors:,}", facts["infra"]),
        "not-passed": ShownExtra(status_text(row.not_passed, most=2), float(sum(row.not_passed.values()))),
        "sandbox": ShownExtra(", ".join(sorted({record.sandbox for record in row.records} - {STRONG_LEVEL}))),
        "tokens": ShownExtra(DASH if row.tokens is None else f"{row.tokens:,}", facts["tokens"]),
        "wall-s": ShownExtra(seconds_text(row.wall_seconds), facts["seconds"]),
        "date": ShownExtra(str(facts["date"]), facts["date"]),
    }
    notes = row_notes(row)
    return Line(
        "self-check" if row.is_self_check else "model",
        shortened(printable(row.model), LONGEST_NAME),
        shortened(printable(row.variant), 2 * LONGEST_NAME) if row != contents.standings.baseline else "baseline",
        f"{row.model} {row.variant}",
        _facts_json(facts),
        tuple(_shown(model, column, contents, notes) for column in shown),
        tuple(values[column.key] for column in extras),
        link=model.page,
        pick=model.stem if model.outcomes else "",
        rank="" if row.is_self_check else _rank_text(row.rank),
    )


def _published_line(
    line: ReferenceLine, contents: Contents, shown: Iterable[Column], extras: tuple[ExtraColumn, ...]
) -> Line:
    size = contents.published_size(line)
    facts: dict[str, Fact] = {"model": line.model, "size": size}
    facts |= {column.label: 100 * score.value for column, score in line.scores.items()}
    # Foreign data: only an address that a browser opens as a page becomes a link.
    is_link = (line.link or "").startswith(("https://", "http://"))
    return Line(
        "published",
        shortened(printable(line.model), LONGEST_NAME),
        line.source,
        f"{line.model} {line.source}",
        _facts_json(facts),
        tuple(
            ShownScore(score.value, score.low, score.high) if (score := line.scores.get(column)) else None
            for column in shown
        ),
        tuple(_number(size) if column.key == "size" else ShownExtra("") for column in extras),
        link=(line.link or "") if is_link else "",
    )


def _shown(model: Model, column: Column, contents: Contents, notes: Iterable[str]) -> ShownScore | None:
    cell = model.row.cells.get(column)
    if cell is None:
        return None
    note = "; ".join(notes) if is_marked(cell) else ""
    rank = "" if model.row.is_self_check else _rank_text(contents.ranks[column].get(model.stem))
    difference = model.row.differences.get(column)
    return ShownScore(
        cell.score.value,
        cell.score.low,
        cell.score.high,
        note,
        rank,
        _difference_text(difference) if difference else "",
        cell.is_partial,
    )


def _rank_text(rank: RankRange | None) -> str:
    """Give the rank, or the ranks it may be."""
    return DASH if rank is None else str(rank).replace("-", DASH)


def _difference_text(difference: BaselineDifference) -> str:
    """Give a difference in points with its interval, as `+4.3 (+0.1 to +8.5) ▲`; the mark is for one that is shown."""
    paired = difference.paired
    mark = "" if not difference.is_significant else " ▲ better" if paired.difference > 0 else " ▼ worse"
    text = f"{points(paired.difference)} ({points(paired.low)} to {points(paired.high)})"
    return text.replace("-", "−") + mark


def _number(value: Fact) -> ShownExtra:
    return ShownExtra(f"{value:g}", value) if isinstance(value, float) else ShownExtra(DASH)


def _facts_json(facts: Mapping[str, Fact]) -> str:
    """Write a row's facts without those that it does not know."""
    return json.dumps({name: value for name, value in facts.items() if value is not None}, sort_keys=True)
