"""Size against score: every model whose size is known, drawn as SVG, with the same numbers as a table beside it.

Sizes are on a logarithmic axis. Models that no smaller one (nor one of the same size) beats are named in the drawing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from harness.commands.terminal import printable
from leaderboards.cells import shortened
from leaderboards.columns import Column
from leaderboards.facts import model_size
from leaderboards.site.axis import Axis
from leaderboards.site.contents import Contents

WIDTH, HEIGHT = 880, 360
LEFT, RIGHT, TOP, BOTTOM = 44, 864, 14, 316
_LETTER = 6.4
"""Width of a letter of a label, for keeping labels apart."""
_LONGEST_LABEL = 28


@dataclass(frozen=True)
class Point:
    """One model in the drawing."""

    name: str
    page: str
    kind: str
    """`model` or `published`"""
    size: float
    score: float
    interval: tuple[float, float]
    x: float = 0.0
    y: float = 0.0
    low: float = 0.0
    high: float = 0.0
    label: str = ""
    is_label_before: bool = False

    @property
    def size_text(self) -> str:
        """The size in billions."""
        return f"{self.size:g}"

    @property
    def label_x(self) -> float:
        """Where its name begins, or ends."""
        return round(self.x - 8 if self.is_label_before else self.x + 8, 1)


@dataclass(frozen=True)
class Tick:
    """A line of the grid, and what stands beside it."""

    place: float
    text: str


@dataclass(frozen=True)
class Scatter:
    """The drawing: points from the smallest model to the largest."""

    label: str
    points: tuple[Point, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    without_size: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM

    @property
    def description(self) -> str:
        """What the drawing shows, in words."""
        best = [point for point in self.points if point.label]
        leaders = "; ".join(f"{point.name}, {point.size:g} billion, {100 * point.score:.1f}" for point in best)
        return f"{len(self.points)} models. From the smallest, those that no smaller one beats: {leaders}."

    @property
    def caption(self) -> str:
        """What a reader needs to know of the drawing."""
        words = "Each model whose size is known, with its 95 % interval; named are those that no smaller one beats."
        if any(point.kind == "published" for point in self.points):
            words += " Hollow: published scores."
        if self.without_size:
            words += f" Without a known size: {self.without_size}."
        return words


def scatter_of(contents: Contents) -> Scatter | None:
    """Draw size against score in the column that the board is ranked by.

    Args:
        contents: The site's.

    Returns:
        None where fewer than two models have a size and a score.
    """
    column = contents.standings.sort
    if column is None:
        return None
    scored = list(_points(contents, column))
    known = sorted(
        (point for point in scored if point.size > 0), key=lambda point: (point.size, -point.score, point.name)
    )
    if len(known) < 2:
        return None
    axis = Axis.around(point.interval for point in known)
    # A little more than the sizes themselves, so that no point lies on the edge.
    first, last = math.log2(known[0].size) - 0.3, math.log2(known[-1].size) + 0.3

    def x_of(size: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * (math.log2(size) - first) / (last - first), 1)

    def y_of(score: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * (score - axis.low) / (axis.high - axis.low), 1)

    placed = [
        replace(
            point, x=x_of(point.size), y=y_of(point.score), low=y_of(point.interval[0]), high=y_of(point.interval[1])
        )
        for point in known
    ]
    tenths = range(round(axis.low * 10), round(axis.high * 10) + 1)
    return Scatter(
        column.label,
        tuple(_labelled(placed)),
        tuple(Tick(x_of(2.0**power), f"{2.0**power:g}") for power in range(math.ceil(first), math.floor(last) + 1)),
        tuple(Tick(y_of(tenth / 10), f"{10 * tenth}") for tenth in tenths),
        len(scored) - len(known),
    )


def _points(contents: Contents, column: Column) -> Iterator[Point]:
    """Give every model with a score over all tasks; without a known size its size is 0."""
    for model in contents.ranked:
        cell = model.row.cells.get(column)
        if cell is not None and not cell.is_partial:
            size = model_size(model.row.model, model.row.records) or 0.0
            score = cell.score
            yield Point(printable(model.title), model.page, "model", size, score.value, (score.low, score.high))
    for line in contents.standings.references:
        if column in line.scores:
            published = line.scores[column]
            size = contents.published_size(line) or 0.0
            interval = (published.low, published.high)
            yield Point(printable(line.model), "", "published", size, published.value, interval)


def _labelled(points: Sequence[Point]) -> Iterator[Point]:
    """Name the points that nothing smaller beats, as far as their names do not lie on each other."""
    boxes: list[tuple[float, float, float]] = []
    best = -1.0
    for point in points:
        if point.score <= best:
            yield point
            continue
        best = point.score
        label = shortened(point.name, _LONGEST_LABEL)
        width = _LETTER * len(label)
        is_before = point.x + 8 + width > RIGHT
        start = point.x - 8 - width if is_before else point.x + 8
        if _is_free(boxes, start, start + width, point.y):
            boxes.append((start, start + width, point.y))
            yield replace(point, label=label, is_label_before=is_before)
        else:
            yield point


def _is_free(boxes: Iterable[tuple[float, float, float]], start: float, end: float, y: float) -> bool:
    return not any(start < right and left < end and abs(y - height) < 14 for left, right, height in boxes)
