"""A badge for a README: one score with its interval and n, as a small SVG, and the Markdown line that embeds it.

Made here and not by a badge service, so that a README shows a file of its own repository and asks no other host. The
colours are the same for every score: whether 70 % is good, the badge can not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from rich.cells import cell_len

from harness.commands.terminal import printable
from harness.errors import InputError
from harness.formats.run_folder import slug
from leaderboards.cells import is_narrow, percent
from leaderboards.publish.markdown import escaped
from leaderboards.standings import Row, Standings

_CHARACTER_PX = 6.6
_MARGIN_PX = 6
_NO_XML = dict.fromkeys((0xFFFE, 0xFFFF), "?")

_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{alt}">
  <title>{title}</title>
  <clipPath id="r"><rect width="{width}" height="20" rx="3"/></clipPath>
  <g clip-path="url(#r)">
    <rect width="{left}" height="20" fill="#555"/>
    <rect x="{left}" width="{right}" height="20" fill="#1b5e8c"/>
  </g>
  <g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
    <text x="{margin}" y="14" textLength="{label_px}" lengthAdjust="spacingAndGlyphs">{label}</text>
    <text x="{value_x}" y="14" textLength="{value_px}" lengthAdjust="spacingAndGlyphs">{value}</text>
  </g>
</svg>
"""


@dataclass(frozen=True)
class Badge:
    """One row's badge in the column that the board is ranked by."""

    name: str
    """A file name that tells the rows and columns of a board apart."""
    svg: str
    alt: str
    """What the badge says, for readers who do not see it."""

    def markdown(self, address: str) -> str:
        """Give the line that embeds it.

        Args:
            address: Where the SVG lies, as the README names it.

        Example:
            >>> Badge("x.svg", "<svg/>", "mbpp+ pass@1: 64.0%").markdown("badges/my model.svg")
            '![mbpp+ pass@1: 64.0%](<badges/my model.svg>)'
        """
        return f"![{escaped(self.alt)}](<{address}>)" if " " in address else f"![{escaped(self.alt)}]({address})"


def badges(standings: Standings) -> list[Badge]:
    """Draw a badge for each ranked model of a board.

    A score over a part of the tasks gets none: it would be quoted as the whole one.

    Args:
        standings: The board; `standings.sort` is the column that the badges show.

    Example:
        >>> from leaderboards.demo import demo_standings
        >>> badge = badges(demo_standings())[0]
        >>> badge.name, badge.alt
        ('fused-13b-humaneval+.svg', 'humaneval+ pass@1: 74% (67–80), n = 1')
    """
    return [badge for row in standings.rows if (badge := _badge(standings, row)) is not None]


def only_badge(standings: Standings) -> Badge:
    """Give the badge of a board with one ranked model.

    Args:
        standings: The board.

    Raises:
        InputError: The board has another number of ranked models.
    """
    found = badges(standings)
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError("no model of this board has a score over all tasks", hint="fuseval leaderboard")
    name = standings.rows[0].model
    raise InputError(
        f"a badge shows one model, this board has {len(found)}",
        hint=f"--where 'model=={name}' for one, or --out FOLDER for a file each",
    )


def _badge(standings: Standings, row: Row) -> Badge | None:
    column = standings.sort
    cell = row.cells.get(column) if column else None
    if column is None or cell is None or cell.is_partial or cell.seed_values:
        return None
    score = cell.score
    label = f"{column.label} pass@{score.k}"
    narrow = is_narrow(score.low, score.high)
    number, low, high = (percent(part, is_narrow=narrow) for part in (score.value, score.low, score.high))
    value = f"{number}% ({low}–{high}), n = {score.samples}"
    asked = " ".join(filter(None, [row.model, row.variant]))
    title = f"{asked}: {label} {value}, 95% interval, {score.tasks} tasks, {cell.record.finished_utc[:10]}"
    which = [cell.record.run_id[:8]] if row.variant else []
    name = "-".join(map(slug, [row.model, *which, column.label.replace(":", "-").replace(" ", "-")]))
    return Badge(f"{name}.svg", _svg(label, value, title), f"{label}: {value}")


def _svg(label: str, value: str, title: str) -> str:
    label_px, value_px = (round(cell_len(text) * _CHARACTER_PX) for text in (label, value))
    left, right = label_px + 2 * _MARGIN_PX, value_px + 2 * _MARGIN_PX
    return _SVG.format(
        width=left + right,
        left=left,
        right=right,
        margin=_MARGIN_PX,
        label_px=label_px,
        value_px=value_px,
        value_x=left + _MARGIN_PX,
        label=_xml(label),
        value=_xml(value),
        alt=_xml(f"{label}: {value}"),
        title=_xml(title),
    )


def _xml(text: str) -> str:
    """Escape a text for XML; what XML has no form for at all becomes a question mark."""
    return escape(printable(text).translate(_NO_XML))
