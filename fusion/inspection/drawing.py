"""Histograms and point clouds as SVG, for a page or alone. Every text in them is escaped, and there is no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from fusion.inspection.distribution import Distribution
from harness.commands.terminal import printable

WIDTH, HEIGHT = 640, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 624, 34, 376
_BARS_WIDTH, _BARS_HEIGHT = 320, 90
_STYLE = (
    "svg{font:13px system-ui,sans-serif}.line{stroke:#8a8a84;stroke-width:1}.words{fill:#5d5d58}"
    ".rows{fill:#1b5a94;fill-opacity:.7}.seeds{fill:#b3541e;fill-opacity:.7}.bar{fill:#1b5a94}"
    "@media(prefers-color-scheme:dark){.words{fill:#a5a49f}.rows{fill:#8dbbe8}.seeds{fill:#f0a35c}.bar{fill:#8dbbe8}}"
)


@dataclass(frozen=True)
class Dot:
    """One point of a cloud."""

    x: float
    y: float
    series: str
    """`rows` or `seeds`; also its colour and its shape."""
    title: str
    """Shown when the pointer rests on it."""


def cloud(dots: Sequence[Dot], description: str, x_name: str = "", y_name: str = "") -> str:
    """Draw points in a plane; with names for its axes, the axes too.

    Args:
        dots: At least one.
        description: What is seen, for those who do not see it.
        x_name: Of the axis from left to right.
        y_name: Of the axis from bottom to top.

    Example:
        >>> drawn = cloud([Dot(0, 0, "rows", "<b>"), Dot(1, 1, "seeds", "y")], "Two points.")
        >>> drawn.count("<circle"), drawn.count("<rect"), "&lt;b&gt;" in drawn
        (2, 2, True)
    """
    low = min(dot.x for dot in dots), min(dot.y for dot in dots)
    high = max(dot.x for dot in dots), max(dot.y for dot in dots)
    parts = [_start(WIDTH, HEIGHT, description)]
    names = list(dict.fromkeys(dot.series for dot in dots))
    for place, name in enumerate(names if len(names) > 1 else ()):
        left = _LEFT + 100 * place
        parts.append(_mark(name, left, 14, name))
        parts.append(f'<text class="words" x="{left + 10}" y="18">{escape(name)}</text>')
    if x_name:
        parts += _axes(low, high, x_name, y_name)
    for dot in dots:
        x, y = _place(dot.x, low[0], high[0], _LEFT, _RIGHT), _place(dot.y, low[1], high[1], _BOTTOM, _TOP)
        parts.append(_mark(dot.series, x, y, dot.title))
    return "".join([*parts, "</svg>\n"])


def bars(found: Distribution) -> str:
    """Draw a distribution as bars with the ends of its range below.

    Args:
        found: The distribution.

    Example:
        >>> drawn = bars(Distribution("words", 3, 1.0, (0, 1, 1, 1, 2), (0, 1, 2), (1, 2)))
        >>> drawn.count("<rect"), "words" in drawn
        (2, True)
    """
    most = max(found.counts) or 1
    step = _BARS_WIDTH / len(found.counts)
    parts = [_start(_BARS_WIDTH, _BARS_HEIGHT + 24, f"Histogram of {found.name}, {found.n} values.")]
    for place, count in enumerate(found.counts):
        height = round(_BARS_HEIGHT * count / most, 1)
        title = f"<title>{found.edges[place]:g} to {found.edges[place + 1]:g}: {count:,}</title>"
        parts.append(
            f'<rect class="bar" x="{place * step + 1:.1f}" y="{_BARS_HEIGHT - height:.1f}" '
            f'width="{step - 2:.1f}" height="{height}">{title}</rect>'
        )
    y = _BARS_HEIGHT + 17
    parts.append(f'<line class="line" x1="0" x2="{_BARS_WIDTH}" y1="{_BARS_HEIGHT}" y2="{_BARS_HEIGHT}"/>')
    parts.append(f'<text class="words" x="0" y="{y}">{found.quartiles[0]:,.4g}</text>')
    parts.append(f'<text class="words" x="{_BARS_WIDTH}" y="{y}" text-anchor="end">{found.quartiles[4]:,.4g}</text>')
    return "".join([*parts, "</svg>\n"])


def _start(width: int, height: int, description: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
        f"<title>{_text(description)}</title><style>{_STYLE}</style>"
    )


def _mark(series: str, x: float, y: float, title: str) -> str:
    """Draw a point; a seed is a square, so that colour is not all that tells it from a row."""
    inner = f"<title>{_text(title)}</title>"
    if series == "seeds":
        return f'<rect class="seeds" x="{x - 2.5:.1f}" y="{y - 2.5:.1f}" width="5" height="5">{inner}</rect>'
    return f'<circle class="rows" cx="{x}" cy="{y}" r="3">{inner}</circle>'


def _axes(low: tuple[float, float], high: tuple[float, float], x_name: str, y_name: str) -> Iterable[str]:
    yield f'<line class="line" x1="{_LEFT}" x2="{_RIGHT}" y1="{_BOTTOM + 8}" y2="{_BOTTOM + 8}"/>'
    yield f'<line class="line" x1="{_LEFT - 8}" x2="{_LEFT - 8}" y1="{_TOP}" y2="{_BOTTOM}"/>'
    y = _BOTTOM + 26
    yield f'<text class="words" x="{_LEFT}" y="{y}">{low[0]:.3g}</text>'
    yield f'<text class="words" x="{(_LEFT + _RIGHT) / 2}" y="{y}" text-anchor="middle">{escape(x_name)}</text>'
    yield f'<text class="words" x="{_RIGHT}" y="{y}" text-anchor="end">{high[0]:.3g}</text>'
    yield f'<text class="words" x="{_LEFT - 12}" y="{_BOTTOM}" text-anchor="end">{low[1]:.3g}</text>'
    yield f'<text class="words" x="{_LEFT - 12}" y="{_TOP + 10}" text-anchor="end">{high[1]:.3g}</text>'
    turned = f'transform="rotate(-90 18 {(_TOP + _BOTTOM) / 2})"'
    yield f'<text class="words" x="18" y="{(_TOP + _BOTTOM) / 2}" text-anchor="middle" {turned}>{escape(y_name)}</text>'


def _place(value: float, low: float, high: float, start: float, end: float) -> float:
    share = (value - low) / (high - low) if high > low else 0.5
    return round(start + share * (end - start), 1)


def _text(text: str) -> str:
    return escape(printable(text))
