"""The report of a study: one page in Markdown and HTML, with its plots beside; only what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from harness.formats.atomic import write_atomically
from leaderboards.statistics import seed_mean
from training.study.data_tables import contamination_lines, data_lines, difficulty_lines, diversity_lines
from training.study.findings import contrasts, growth
from training.study.plots import Point, Series, cloud, plot
from training.study.reported import Reported
from training.study.results import Cell, cells
from training.study.settings import Size
from training.study.tables import contrast_lines, cost_lines, growth_lines, resolved_lines, score_lines

_MAP = "map.svg"
_STYLE = (
    "body{max-width:72rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 sans-serif;color:#222}"
    "table{border-collapse:collapse;display:block;overflow-x:auto;margin:1rem 0;font-size:.9rem}"
    # A cell that wraps for one that is out of sight makes a phone's rows a thumb high.
    "td,th{padding:.25rem .6rem;border:1px solid #ccc;text-align:left;white-space:nowrap}"
    "td code{white-space:normal;display:inline-block;min-width:20rem}img{max-width:100%}code{background:#f3f3f3}"
)


def write_report(reported: Reported, folder: Path) -> Path:
    """Write the page and its plots.

    Args:
        reported: What was measured.
        folder: Where to.

    Returns:
        The Markdown page; `report.html` and the plots lie beside it.
    """
    from markdown_it import MarkdownIt

    grouped = cells(reported.results)
    drawings = _plots(reported, grouped)
    for name, drawing in (drawings | _data_plots(reported)).items():
        write_atomically(folder / name, drawing)
    text = _page(reported, grouped, list(drawings))
    write_atomically(folder / "report.md", text)
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    title = escape(reported.study.name)
    head = f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n'
    write_atomically(folder / "report.html", f"{head}<style>{_STYLE}</style>\n{body}</html>\n")
    return folder / "report.md"


def _page(reported: Reported, grouped: Sequence[Cell], drawings: Sequence[str]) -> str:
    study = reported.study
    lines = [f"# {study.name}", ""]
    if reported.is_dry:
        lines += ["**A dry run: a mock answered, nothing was trained. The scores mean nothing.**", ""]
    lines += [study.question, ""] if study.question else []
    lines += [
        f"{_counted(study.recipes, 'recipe')}, {_listed(study.sizes)} rows, {_counted(study.bases, 'base model')}, "
        f"{_counted(study.seeds, 'seed')}: {_counted(reported.results, 'score')} of arms. The baseline is "
        f"{study.baseline}.",
        "",
    ]
    if reported.missing:
        words = f"**Not finished: {_counted(reported.missing, 'arm')} without a score yet**"
        lines += [f"{words} ({_some(reported.missing)}).", ""]
    found, grown = contrasts(grouped, study.baseline), growth(grouped)
    lines += score_lines(grouped)
    for name in drawings:
        words = "Loss by step" if name.startswith("loss") else "pass@1 by rows"
        lines += [f"![{words}]({name})", ""]
    lines += contrast_lines(study, found)
    lines += growth_lines(grown, study)
    lines += resolved_lines(found, study)
    lines += cost_lines(reported, grouped)
    lines += data_lines(reported.data)
    lines += diversity_lines(reported.looks.diversity, _MAP)
    lines += difficulty_lines(reported.looks.difficulty, list(_difficulty_files(reported).items()))
    lines += contamination_lines(reported.looks.contamination)
    return "\n".join(lines) + "\n"


def _plots(reported: Reported, grouped: Sequence[Cell]) -> dict[str, str]:
    drawings = {}
    for column in dict.fromkeys(cell.column for cell in grouped):
        for base in dict.fromkeys(cell.base for cell in grouped):
            series = []
            for recipe in reported.study.recipes:
                members = sorted(
                    (c for c in grouped if (c.column, c.base, c.recipe) == (column, base, recipe.name)),
                    key=lambda cell: cell.rows,
                )
                points = [_point(cell) for cell in members]
                series.append(Series(recipe.name, points))  # without points too: a recipe has one colour everywhere
            if any(one.points for one in series):
                drawing = plot(series, "rows", f"{column} pass@1, %", has_marks=True, is_log=True)
                drawings[f"scores-{_file(column)}-{_file(base)}.svg"] = drawing
    losses = [
        Series(one.arm.recipe.name, [Point(step, loss) for step, loss in one.cost.losses])
        for one in reported.results
        if one.cost
        and one.cost.losses
        and one.arm.seed == reported.study.seeds[0]
        and one.arm.size == reported.study.largest
        and one.arm.base == reported.study.bases[0]
        and one.column == reported.results[0].column
    ]
    if losses:
        drawings["loss.svg"] = plot(losses, "step", "loss", has_marks=False)
    return drawings


def _data_plots(reported: Reported) -> dict[str, str]:
    drawings = {}
    if found := reported.looks.diversity:
        spread = [Series(one.recipe, [Point(x, y) for x, y in one.points]) for one in found.recipes]
        words = f"{len(found.recipes[0].points)} rows of each recipe: {found.projection} of {found.model}"
        drawings[_MAP] = cloud(spread, words)
    for measure, name in _difficulty_files(reported).items():
        curves = []
        for one in reported.looks.difficulty:
            of = next((gradient for gradient in one.gradients if gradient.measure == measure), None)
            points = [Point(100 * share, value) for share, value in of.curve] if of else []
            curves.append(Series(one.recipe if of else f"{one.recipe}: not known", points))
        drawings[name] = plot(curves, "% of the rows that have no more", measure, has_marks=False)
    return drawings


def _difficulty_files(reported: Reported) -> dict[str, str]:
    """Name a plot for every measure that some rows have."""
    measures = dict.fromkeys(gradient.measure for one in reported.looks.difficulty for gradient in one.gradients)
    return {measure: f"difficulty-{_file(measure)}.svg" for measure in measures}


def _point(cell: Cell) -> Point:
    mean = seed_mean(cell.values)
    low = 100 * mean.low if mean.low is not None else None
    high = 100 * mean.high if mean.high is not None else None
    return Point(float(cell.rows), 100 * mean.mean, low, high)


def _listed(sizes: Sequence[Size]) -> str:
    return ", ".join("all" if size == "all" else f"{size:,}" for size in sizes)


def _counted(things: Sequence[object], name: str) -> str:
    return f"{len(things)} {name}{'s' * (len(things) != 1)}"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


def _file(name: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in name)
