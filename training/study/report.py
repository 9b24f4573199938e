"""The report of a study: one page in Markdown and HTML, with its plots beside; only what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from harness.commands.progress import duration_words
from harness.formats.atomic import write_atomically
from leaderboards.statistics import seed_mean
from training.study.findings import Contrast, Growth, contrasts, growth
from training.study.plots import Point, Series, plot
from training.study.results import ArmResult, Cell, cells
from training.study.settings import StudySettings

_STYLE = (
    "body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 sans-serif;color:#222}"
    "table{border-collapse:collapse;display:block;overflow-x:auto}td,th{padding:.25rem .6rem;border:1px solid #ccc;"
    "text-align:left}img{max-width:100%}code{background:#f3f3f3}"
)


@dataclass(frozen=True)
class DataFacts:
    """What is known of the rows of one recipe and size."""

    recipe: str
    size: int
    instruction_words: float
    """Median."""
    answer_words: float
    """Median."""
    distinct: int
    """Instructions that are not the same."""
    costs: Sequence[dict[str, object]] = field(default_factory=tuple)
    """Of the commands that made it."""


@dataclass(frozen=True)
class Reported:
    """Everything that a report is made of."""

    study: StudySettings
    results: Sequence[ArmResult]
    data: Sequence[DataFacts]
    is_dry: bool
    missing: Sequence[str]
    """Arms without a score yet."""


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
    for name, drawing in _plots(reported, grouped).items():
        write_atomically(folder / name, drawing)
    text = _page(reported, grouped)
    write_atomically(folder / "report.md", text)
    body = MarkdownIt("commonmark").enable("table").render(text)
    title = escape(reported.study.name)
    head = f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n'
    write_atomically(folder / "report.html", f"{head}<style>{_STYLE}</style>\n{body}</html>\n")
    return folder / "report.md"


def _page(reported: Reported, grouped: Sequence[Cell]) -> str:
    study = reported.study
    lines = [f"# {study.name}", ""]
    if reported.is_dry:
        lines += ["**A dry run: a mock answered, nothing was trained. The numbers mean nothing.**", ""]
    lines += [study.question, ""] if study.question else []
    lines += [
        f"{len(study.recipes)} recipes, {_listed(study.sizes)} rows, {len(study.bases)} base models, "
        f"{len(study.seeds)} seeds: {len(reported.results)} scores of arms. The baseline is {study.baseline}.",
        "",
    ]
    if reported.missing:
        lines += [f"**Not finished: {len(reported.missing)} arms have no score yet** ({_some(reported.missing)}).", ""]
    found, grown = contrasts(grouped, study.baseline), growth(grouped)
    lines += _score_lines(reported, grouped)
    lines += _contrast_lines(study, found)
    lines += _growth_lines(grown, study)
    lines += _resolved_lines(found, study)
    lines += _cost_lines(reported, grouped)
    lines += _data_lines(reported)
    return "\n".join(lines) + "\n"


def _score_lines(reported: Reported, grouped: Sequence[Cell]) -> list[str]:
    lines = [
        "## Scores",
        "",
        "| benchmark | base | rows | recipe | pass@1 | 95% interval over seeds | by seed | tasks |",
    ]
    lines.append("|---|---|---|---|---|---|---|---|")
    for cell in sorted(grouped, key=lambda one: (one.column, one.base, one.size, -seed_mean(one.values).mean)):
        mean = seed_mean(cell.values)
        interval = (
            "one seed" if mean.low is None or mean.high is None else f"{_percent(mean.low)} to {_percent(mean.high)}"
        )
        by_seed = ", ".join(_percent(value) for value in cell.values)
        lines.append(
            f"| {cell.column} | {cell.base} | {cell.size:,} | {cell.recipe} | {_percent(mean.mean)} | {interval} | "
            f"{by_seed} | {len(cell.arms[0].tasks)} |"
        )
    for name in _plots(reported, grouped):
        words = "Loss by step" if name.startswith("loss") else "pass@1 by rows"
        lines += ["", f"![{words}]({name})"]
    return [*lines, ""]


def _contrast_lines(study: StudySettings, found: Sequence[Contrast]) -> list[str]:
    if not found:
        return []
    lines = [
        f"## Against {study.baseline}",
        "",
        "Differences in percentage points. Over seeds: a claim about the recipe. Over tasks: about these very models. p is "
        "adjusted by Holm over the comparisons of a benchmark.",
        "",
        "| benchmark | base | rows | recipe | over seeds | over tasks | adjusted p | could have been seen | finding |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for one in found:
        cell, seeds, tasks = one.cell, one.over_seeds, one.over_tasks
        over = f"{_points(seeds.difference)} [{_points(seeds.low)}, {_points(seeds.high)}]" if seeds else "one seed"
        can = f"{100 * one.detectable:.1f}" if one.detectable is not None else "not known"
        lines.append(
            f"| {cell.column} | {cell.base} | {cell.size:,} | {cell.recipe} | {over} | {_points(tasks.difference)} "
            f"[{_points(tasks.low)}, {_points(tasks.high)}] | {one.adjusted_p:.3g} | {can} | {_finding(one)} |"
        )
    return [*lines, ""]


def _growth_lines(grown: Sequence[Growth], study: StudySettings) -> list[str]:
    lines = ["## What more rows gain", ""]
    if not grown:
        sizes = len(study.sizes)
        return [*lines, f"Not fitted: it takes three sizes, and this study has {sizes}.", ""]
    lines += [
        "| benchmark | base | recipe | a doubling gains | 95% interval | the last step up | saturated |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in grown:
        last = (
            f"{_points(one.last.difference)} [{_points(one.last.low)}, {_points(one.last.high)}]"
            if one.last
            else "one seed"
        )
        said = {None: "not measured", True: "no gain can be told from 0", False: "no"}[one.has_saturated]
        lines.append(
            f"| {one.column} | {one.base} | {one.recipe} | {_points(one.a_doubling)} | {_points(one.low)} to "
            f"{_points(one.high)} | {last} | {said} |"
        )
    return [*lines, ""]


def _resolved_lines(found: Sequence[Contrast], study: StudySettings) -> list[str]:
    lines = ["## What this settles, and what it does not", ""]
    settled = [one for one in found if one.is_settled]
    lines += [
        f"- {one.cell.recipe} is {'better' if one.difference.difference > 0 else 'worse'} than {study.baseline} by "
        f"{_points(one.difference.difference)} points on {one.cell.column} with {one.cell.size:,} rows ({one.cell.base})."
        for one in settled
    ]
    open_ones = [one for one in found if not one.is_settled]
    lines += [
        f"- {one.cell.recipe} against {study.baseline} on {one.cell.column} with {one.cell.size:,} rows is open: "
        + (
            f"a true difference below {100 * one.detectable:.1f} points would mostly be missed."
            if one.detectable is not None
            else "nothing scatters, so what could be seen is not known."
        )
        for one in open_ones
    ]
    if len(study.seeds) < 2:
        lines.append("- With one seed nothing is said of recipes, only of these models.")
    lines.append("- One choice of rows and one teacher: that another choice comes out alike is not tested.")
    return [*lines, ""]


def _cost_lines(reported: Reported, grouped: Sequence[Cell]) -> list[str]:
    made = [(cell, [one.cost for one in cell.arms if one.cost]) for cell in grouped]
    first = reported.results[0].column if reported.results else ""
    rows = [(cell, costs) for cell, costs in made if costs and cell.column == first]
    lines = ["## What it cost", ""]
    if not rows:
        return [*lines, "Nothing was trained.", ""]
    lines += [
        "| recipe | rows | base | seeds | tokens a training | time a training | energy a training |",
        "|---|---|---|---|---|---|---|",
    ]
    for cell, costs in rows:
        joules = [cost.joules for cost in costs if cost.joules is not None]
        energy = f"{sum(joules) / len(joules) / 3.6e6:.4f} kWh" if joules else "not told by the machine"
        lines.append(
            f"| {cell.recipe} | {cell.size:,} | {cell.base} | {len(costs)} | "
            f"{sum(cost.tokens for cost in costs) / len(costs):,.0f} | "
            f"{duration_words(sum(cost.seconds for cost in costs) / len(costs))} | {energy} |"
        )
    spent = [(facts, cost) for facts in reported.data for cost in facts.costs]
    if spent:
        lines += ["", "| data of | made by | rows | calls | tokens | dollars | time |", "|---|---|---|---|---|---|---|"]
        lines += list(dict.fromkeys(_made_line(facts, cost) for facts, cost in spent))
    return [*lines, ""]


def _made_line(facts: DataFacts, cost: dict[str, object]) -> str:
    tokens = cost.get("tokens")
    total = sum(value for value in tokens.values() if isinstance(value, int)) if isinstance(tokens, dict) else None
    shown = f"{total:,}" if total is not None else "not known"
    seconds = cost.get("seconds")
    time = duration_words(seconds) if isinstance(seconds, float) else "not known"
    dollars = cost.get("usd", "not known")
    command = f"`fuseval {cost.get('command')}`"
    return f"| {facts.recipe} | {command} | {cost.get('rows')} | {cost.get('calls')} | {shown} | {dollars} | {time} |"


def _data_lines(reported: Reported) -> list[str]:
    lines = [
        "## The data",
        "",
        "The rows of a smaller size are among those of a larger one. Words are medians.",
        "",
        "| recipe | rows | words of an instruction | words of an answer | different instructions |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {facts.recipe} | {facts.size:,} | {facts.instruction_words:.0f} | {facts.answer_words:.0f} | {facts.distinct:,} |"
        for facts in reported.data
    ]
    return [*lines, ""]


def _plots(reported: Reported, grouped: Sequence[Cell]) -> dict[str, str]:
    drawings = {}
    for column in dict.fromkeys(cell.column for cell in grouped):
        for base in dict.fromkeys(cell.base for cell in grouped):
            series = []
            for recipe in reported.study.recipes:
                members = sorted(
                    (c for c in grouped if (c.column, c.base, c.recipe) == (column, base, recipe.name)),
                    key=lambda cell: cell.size,
                )
                points = [_point(cell) for cell in members]
                series += [Series(recipe.name, points)] if points else []
            if series:
                drawing = plot(series, "rows", f"{column} pass@1, %", has_marks=True, is_log=True)
                drawings[f"scores-{_file(column)}-{_file(base)}.svg"] = drawing
    losses = [
        Series(one.arm.recipe.name, [Point(step, loss) for step, loss in one.cost.losses])
        for one in reported.results
        if one.cost
        and one.cost.losses
        and one.arm.seed == reported.study.seeds[0]
        and one.arm.size == max(reported.study.sizes)
        and one.arm.base == reported.study.bases[0]
        and one.column == reported.results[0].column
    ]
    if losses:
        drawings["loss.svg"] = plot(losses, "step", "loss", has_marks=False)
    return drawings


def _point(cell: Cell) -> Point:
    mean = seed_mean(cell.values)
    low = 100 * mean.low if mean.low is not None else None
    high = 100 * mean.high if mean.high is not None else None
    return Point(float(cell.size), 100 * mean.mean, low, high)


def _finding(one: Contrast) -> str:
    if not one.is_settled:
        return "open"
    return "better" if one.difference.difference > 0 else "worse"


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.1f}%"


def _points(fraction: float) -> str:
    return f"{100 * fraction:+.1f}"


def _listed(sizes: Sequence[int]) -> str:
    return ", ".join(f"{size:,}" for size in sizes)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


def _file(name: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in name)
