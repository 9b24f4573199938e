"""Which columns of a board fit a width, and what stands in them.

The rank, the model and the sorted column always stay. The others are taken in the order of their importance as long as
they fit, so that a narrow board drops the date before it drops a score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.commands.terminal import printable
from leaderboards.beside_scores import COMPARED, Bars, beside_score
from leaderboards.cells import DASH, difference_parts, is_narrow, reference_parts, score_parts, shortened
from leaderboards.columns import Column
from leaderboards.grid import GAP, Grid, GridColumn, Parts
from leaderboards.notes import is_marked, sandbox_levels
from leaderboards.standings import ReferenceLine, Row, Standings
from leaderboards.store import EXTRAS

_WIDEST_MODEL, _USUAL_MODEL, _NARROWEST_MODEL = 48, 32, 20
_FIRST = ("seeds", "n", "infra", "sandbox", *COMPARED)
"""Columns beside the scores that come before any score but the sorted one: they say whether to believe it."""
_TEXTS = ("interval", "not passed", "sandbox", "date")

_Line = Row | ReferenceLine | str | None
"""What a line of the table shows: a row, a published one, a title, or nothing."""


class BoardColumns:
    """The columns of one board.

    Args:
        standings: The board.
        signs: Replacements for signs that the output can not show, as `str.translate` takes them.
    """

    def __init__(self, standings: Standings, signs: Mapping[int, str]) -> None:
        self._standings = standings
        self._signs = signs
        self._bars = Bars(standings)
        self._lines: list[_Line] = [*standings.rows]
        # Beside differences, scores as such would be misread.
        if standings.references and not standings.baseline:
            self._lines += [None, "published elsewhere, in no test", *standings.references]
        if standings.self_checks and not standings.baseline:
            self._lines += [None, "self-checks, not ranked", *standings.self_checks]

    def fitted(self, width: int) -> tuple[Grid, list[str]]:
        """Choose the columns that fit.

        Args:
            width: Of the terminal.

        Returns:
            The table, and the names of the columns that did not fit, in the order they would stand.
        """
        standings = self._standings
        rank = self._rank_column()
        names_width = max((self._model_column(_WIDEST_MODEL).width, 5))
        model_width = min(names_width, _NARROWEST_MODEL)
        spare = width - rank.width - GAP - model_width
        scores: dict[Column, GridColumn] = {}
        extras: dict[str, GridColumn] = {}
        by_importance = list(self._by_importance())
        for item in by_importance:
            made = self._score_column(item) if isinstance(item, Column) else self._extra_column(item, statuses=1)
            # The first one stands whatever the width: a board without its sorted column says nothing.
            if made.width + GAP > spare and item is not by_importance[0]:
                continue
            spare -= made.width + GAP
            if isinstance(item, Column):
                scores[item] = made
            else:
                extras[item] = made
        if "not passed" in extras:
            full = self._extra_column("not passed", statuses=3)
            more = full.width - extras["not passed"].width
            if more + min(names_width, _USUAL_MODEL) - model_width <= spare:
                extras["not passed"], spare = full, spare - more
        model_width = min(names_width, model_width + max(0, spare))
        shown = [scores[column] for column in standings.columns if column in scores]
        if standings.sort in scores and standings.sort not in standings.columns:
            shown.insert(0, scores[standings.sort])
        order = standings.extras or (*COMPARED, *EXTRAS)
        shown += [extras[name] for name in order if name in extras]
        missing = [column.label for column in standings.columns if column not in scores]
        missing += [name for name in order if name in by_importance and name not in extras]
        titles = {place: line for place, line in enumerate(self._spread()) if isinstance(line, str)}
        return Grid([rank, self._model_column(model_width), *shown], titles), missing

    def _by_importance(self) -> Iterator[Column | str]:
        """Give all columns but rank and model, the most important first."""
        standings = self._standings
        known = list(standings.extras) or list(self._known_extras())
        if standings.sort is not None:
            yield standings.sort
        yield from (name for name in known if name in _FIRST)
        filled = {column for row in standings.rows for column in row.cells}
        others = [column for column in standings.columns if column != standings.sort]
        # Columns that only self-checks fill go last, and base ones after plus ones.
        yield from sorted(others, key=lambda column: (column not in filled, column.is_base))
        order = ("temperature", "interval", "tokens", "wall s", "not passed", "cpu s", "date")
        yield from (name for name in order if name in known)

    def _known_extras(self) -> Iterator[str]:
        """Name the columns beside the scores that have anything to say on this board."""
        standings = self._standings
        rows = standings.rows + standings.self_checks
        records = [record for row in rows for record in row.records]
        if standings.baseline:
            # A method's seeds are not paired, so none of them is won or lost.
            yield from COMPARED[bool(standings.by) :]
        yield "interval"
        if standings.by:
            yield "seeds"
        if len({sample for row in rows for sample in row.samples}) > 1:
            yield "n"
        if len({value for row in standings.rows for value in row.temperatures}) > 1:
            yield "temperature"
        if any(row.infra_errors for row in rows):
            yield "infra"
        if any(row.not_passed for row in rows):
            yield "not passed"
        if len(sandbox_levels(standings)) > 1:
            yield "sandbox"
        if any("cpu" in record.seconds for record in records):
            yield "cpu s"
        yield "wall s"
        if any(record.tokens is not None for record in records):
            yield "tokens"
        yield "date"

    def _made(self, title: str, cells: list[Parts], *, is_right: bool = False) -> GridColumn:
        if not self._signs:
            return GridColumn(title, cells, is_right)
        replaced = [tuple((text.translate(self._signs), style) for text, style in parts) for parts in cells]
        return GridColumn(title.translate(self._signs), replaced, is_right)

    def _rank_column(self) -> GridColumn:
        cells: list[Parts] = []
        for line in self._spread():
            is_model = isinstance(line, Row) and not line.is_self_check
            cells.append(((str(line.rank or DASH), ""),) if isinstance(line, Row) and is_model else ())
        return self._made("#", cells, is_right=True)

    def _model_column(self, width: int) -> GridColumn:
        cells: list[Parts] = []
        for line in self._lines:
            if isinstance(line, Row):
                cells.append(((shortened(printable(line.model), width), ""),))
                if line.variant:
                    cells.append(((f"  {shortened(printable(line.variant), width - 2)}", "dim"),))
            elif isinstance(line, ReferenceLine):
                cells.append(((shortened(printable(line.model), width), "dim"),))
            else:
                cells.append(())
        return self._made("recipe" if self._standings.by else "model", cells)

    def _spread(self) -> Iterator[_Line]:
        """Give the lines as they stand: under a row with a variant, which takes two, there is an empty one."""
        for line in self._lines:
            yield line
            if isinstance(line, Row) and line.variant:
                yield None

    def _score_column(self, column: Column) -> GridColumn:
        standings = self._standings
        cells: list[Parts] = []
        scores = [row.cells[column].score for row in standings.rows if column in row.cells]
        published = [line.scores[column] for line in standings.references if column in line.scores]
        ends = [(score.low, score.high) for score in scores] + [(score.low, score.high) for score in published]
        is_padded = any(is_narrow(*pair) for pair in ends)
        for line in self._spread():
            if isinstance(line, Row):
                cell = line.cells.get(column)
                if standings.baseline and line is not standings.baseline and not line.is_self_check:
                    cells.append(difference_parts(line.differences.get(column)))
                else:
                    is_noted = cell is not None and is_marked(cell)
                    cells.append(
                        score_parts(cell, is_padded=is_padded, is_marked=is_noted, is_exact=line.is_self_check)
                    )
            elif isinstance(line, ReferenceLine):
                cells.append(reference_parts(line.scores.get(column), is_padded=is_padded))
            else:
                cells.append(())
        title = column.label.replace(" ", "\n") + (" ↓" if column == standings.sort else "")
        if column.parts:
            title += f"\nmean of {len(column.parts)}"
        return self._made(title, cells)

    def _extra_column(self, name: str, *, statuses: int) -> GridColumn:
        cells: list[Parts] = []
        for line in self._spread():
            text = ""
            if isinstance(line, Row | ReferenceLine):
                text = (
                    self._bars.bar(line) if name == "interval" else beside_score(line, name, self._standings, statuses)
                )
            cells.append(((text, "dim" if isinstance(line, ReferenceLine) else ""),) if text else ())
        title = self._bars.title if name == "interval" else name
        return self._made(title, cells, is_right=name not in _TEXTS)
