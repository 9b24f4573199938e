"""The rows laid out by meaning, as SVG: seeds hollow, rows filled, so that one sees whether rows fill gaps."""

from __future__ import annotations

from html import escape

from fusion.inspection.diversity import Diversity, Point

_SIZE, _MARGIN = 640, 24
_ROW, _SEED = "#1f5fa8", "#c2571a"


def picture(found: Diversity) -> str:
    """Draw a data set's picture.

    Args:
        found: With its points.

    Example:
        >>> drawn = picture(Diversity("m", None, None, None, None, None, "PCA", (Point(0.0, 1.0, False, "Sort."),)))
        >>> drawn.count("<circle"), "Sort." in drawn
        (2, True)
    """
    points = found.points
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE + 40}" role="img" '
        f'aria-label="Instructions by meaning ({escape(found.projection)})" font-family="sans-serif" font-size="14">',
        f'<rect width="{_SIZE}" height="{_SIZE + 40}" fill="white"/>',
    ]
    for point in points:
        parts.append(_mark(_place(point.x), _place(point.y), point))
    place = float(_MARGIN)
    for is_seed, words in ((False, "rows"), (True, "seeds")):
        if any(point.is_seed == is_seed for point in points):
            parts.append(f'<g transform="translate({place:g} {_SIZE + 16})"><circle r="5" {_paint(is_seed)}/>')
            parts.append(f'<text x="12" y="5">{words}</text></g>')
            place += 90
    parts.append(
        f'<text x="{_SIZE - _MARGIN}" y="{_SIZE + 21}" text-anchor="end">{escape(found.projection)}</text></svg>'
    )
    return "".join(parts)


def _place(value: float) -> float:
    return round(_MARGIN + value * (_SIZE - 2 * _MARGIN), 1)


def _paint(is_seed: bool) -> str:
    return f'fill="none" stroke="{_SEED}"' if is_seed else f'fill="{_ROW}" fill-opacity="0.6"'


def _mark(x: float, y: float, point: Point) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="3" {_paint(point.is_seed)}><title>{escape(point.title)}</title></circle>'
