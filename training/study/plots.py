"""Plots as SVG, written by hand: points with intervals, lines, and clouds; every value that is drawn was measured."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT, _MAP_HEIGHT = 640, 360, 480
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 170, 20, 48
_COLOURS = ("#1b6ca8", "#c1440e", "#3a7d44", "#7b4ea3", "#a67c00", "#5b6770")
"""Told apart by most people; the legend and the order say the same."""
_SHAPES = ("circle", "square", "diamond", "triangle", "cross", "ring")


@dataclass(frozen=True)
class Point:
    """One value with its interval."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Series:
    """One line of a plot; without points it keeps its colour and its place in the legend."""

    name: str
    points: Sequence[Point]


def plot(series: Sequence[Series], x_label: str, y_label: str, *, has_marks: bool, is_log: bool = False) -> str:
    """Draw lines through points.

    Args:
        series: One a colour; at least one point in all.
        x_label: Below.
        y_label: Beside.
        has_marks: Whether to draw points and their intervals, or the line alone.
        is_log: Whether x is in doublings.

    Example:
        >>> drawn = plot([Series("a", [Point(1, 0.5, 0.4, 0.6)])], "rows", "pass@1", has_marks=True)
        >>> drawn.startswith("<svg"), drawn.count("<circle")
        (True, 2)
    """
    points = [point for one in series for point in one.points]
    xs = [math.log2(point.x) if is_log else point.x for point in points]
    ys = [value for point in points for value in (point.y, point.low, point.high) if value is not None]
    at_x = _scale(min(xs), max(xs), _LEFT, _WIDTH - _RIGHT, 0.06)
    at_y = _scale(min(ys), max(ys), _HEIGHT - _BOTTOM, _TOP, 0.08)
    parts = [
        *_start(_HEIGHT, f"{y_label} by {x_label}"),
        *_axes(at_x, at_y, (min(xs), max(xs)), (min(ys), max(ys)), x_label, y_label, is_log),
    ]
    for number, one in enumerate(series):
        colour = _COLOURS[number % len(_COLOURS)]
        shift = (number - (len(series) - 1) / 2) * 7 if has_marks else 0.0
        placed = [
            (at_x(math.log2(point.x) if is_log else point.x) + shift, at_y(point.y), point) for point in one.points
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in placed)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        if has_marks:
            for x, y, point in placed:
                if point.low is not None and point.high is not None:
                    ends = f'y1="{at_y(point.low):.1f}" y2="{at_y(point.high):.1f}"'
                    parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" {ends} stroke="{colour}"/>')
                parts.append(_mark(x, y, number, colour))
        parts += _legend(one.name, number)
    return "\n".join([*parts, "</svg>"]) + "\n"


def cloud(series: Sequence[Series], description: str) -> str:
    """Draw points in a plane whose axes mean nothing.

    Args:
        series: One a colour and a shape; all points in [0, 1].
        description: What is seen, for those who do not see it.

    Example:
        >>> cloud([Series("a", [Point(0, 1), Point(1, 0)]), Series("b", [Point(0, 0)])], "three").count("<circle")
        3
    """
    at_x, at_y = _scale(0, 1, 10, _WIDTH - _RIGHT, 0.02), _scale(0, 1, _MAP_HEIGHT - 10, 10, 0.02)
    parts = [*_start(_MAP_HEIGHT, description), '<g fill-opacity="0.7">']
    # In turn, so that no series hides another.
    for turn in itertools.zip_longest(*(one.points for one in series)):
        parts += [
            _mark(at_x(point.x), at_y(point.y), number, _COLOURS[number % len(_COLOURS)], 0.6)
            for number, point in enumerate(turn)
            if point is not None
        ]
    parts.append("</g>")
    for number, one in enumerate(series):
        parts += _legend(one.name, number)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _start(height: int, description: str) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{escape(description)}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
    ]


def _legend(name: str, number: int) -> list[str]:
    height = _TOP + 14 + 20 * number
    return [
        _mark(_WIDTH - _RIGHT + 20, height, number, _COLOURS[number % len(_COLOURS)]),
        f'<text x="{_WIDTH - _RIGHT + 32}" y="{height + 4}">{escape(name)}</text>',
    ]


def _scale(low: float, high: float, begin: float, end: float, margin: float) -> Callable[[float], float]:
    span = (high - low) or 1.0
    low, high = low - margin * span, high + margin * span
    return lambda value: begin + (value - low) / (high - low) * (end - begin)


def round_places(low: float, high: float) -> list[float]:
    """Give three to eight round numbers of a range; its one number where it has no width.

    Args:
        low: Its least.
        high: Its greatest.

    Example:
        >>> round_places(14.7, 34.4), round_places(0.00099, 4.03)
        ([15.0, 20.0, 25.0, 30.0], [1.0, 2.0, 3.0, 4.0])
    """
    if not high > low:
        return [low]
    size = 10.0 ** math.floor(math.log10(high - low))
    steps = (size * share for share in (2, 1, 0.5, 0.2))
    step = next(step for step in steps if math.floor(high / step) - math.ceil(low / step) >= 2)
    digits = max(0, 1 - math.floor(math.log10(step)))
    first = math.ceil(low / step)
    return [round(number * step, digits) for number in range(first, math.floor(high / step) + 1)]


def _axes(  # noqa: PLR0917
    at_x: Callable[[float], float],
    at_y: Callable[[float], float],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    x_label: str,
    y_label: str,
    is_log: bool,
) -> list[str]:
    bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    parts = [
        f'<line x1="{_LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}" stroke="#333"/>',
        f'<line x1="{_LEFT}" x2="{_LEFT}" y1="{_TOP}" y2="{bottom}" stroke="#333"/>',
        f'<text x="{(_LEFT + right) / 2}" y="{_HEIGHT - 10}" text-anchor="middle">{escape(x_label)}</text>',
        f'<text x="16" y="{(_TOP + bottom) / 2}" text-anchor="middle" '
        f'transform="rotate(-90 16 {(_TOP + bottom) / 2})">{escape(y_label)}</text>',
    ]
    for y in round_places(*y_range):
        height = at_y(y)
        parts.append(f'<line x1="{_LEFT}" x2="{right}" y1="{height:.1f}" y2="{height:.1f}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{height + 4:.1f}" text-anchor="end">{y:g}</text>')
    count = 5 if x_range[1] > x_range[0] else 1
    doublings = [x_range[0] + number / max(1, count - 1) * (x_range[1] - x_range[0]) for number in range(count)]
    for x in doublings if is_log else round_places(*x_range):
        shown = f"{2**x:,.0f}" if is_log else f"{x:,.0f}"
        parts.append(f'<text x="{at_x(x):.1f}" y="{bottom + 18}" text-anchor="middle">{shown}</text>')
    return parts


def _mark(x: float, y: float, number: int, colour: str, size: float = 1.0) -> str:
    shape, r = _SHAPES[number % len(_SHAPES)], 4 * size
    if shape in ("circle", "ring"):
        fill = colour if shape == "circle" else "white"
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:g}" fill="{fill}" stroke="{colour}"/>'
    if shape == "square":
        return f'<rect x="{x - r:.1f}" y="{y - r:.1f}" width="{2 * r:g}" height="{2 * r:g}" fill="{colour}"/>'
    corners = {
        "diamond": [(0, -5), (5, 0), (0, 5), (-5, 0)],
        "triangle": [(0, -5), (5, 4), (-5, 4)],
        "cross": [(-5, -1), (5, -1), (5, 1), (-5, 1)],
    }[shape]
    path = " ".join(f"{x + size * dx:.1f},{y + size * dy:.1f}" for dx, dy in corners)
    return f'<polygon points="{path}" fill="{colour}"/>'
