"""The sections of a study's report, as lines of Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence

from harness.commands.progress import duration_words
from leaderboards.statistics import seed_mean
from training.study.findings import Contrast, Growth
from training.study.reported import Reported
from training.study.results import Cell, common_tasks
from training.study.settings import StudySettings
from training.study.trained_rows import DataFacts


def score_lines(grouped: Sequence[Cell]) -> list[str]:
    """Give pass@1 of each recipe, size and base, the best first.

    Args:
        grouped: The arms, seeds together.
    """
    lines = [
        "## Scores",
        "",
        "| benchmark | base | rows | recipe | pass@1 | 95% interval over seeds | by seed | tasks |",
    ]
    lines.append("|---|---|---|---|---|---|---|---|")
    for cell in sorted(grouped, key=lambda one: (one.column, one.base, _order(one), -seed_mean(one.values).mean)):
        mean = seed_mean(cell.values)
        interval = (
            "one seed" if mean.low is None or mean.high is None else f"{_percent(mean.low)} to {_percent(mean.high)}"
        )
        by_seed = ", ".join(_percent(value) for value in cell.values)
        lines.append(
            f"| {cell.column} | {cell.base} | {cell.rows:,} | {cell.recipe} | {_percent(mean.mean)} | {interval} | "
            f"{by_seed} | {_tasks(cell)} |"
        )
    return [*lines, ""]


def contrast_lines(study: StudySettings, found: Sequence[Contrast]) -> list[str]:
    """Give the differences to the baseline.

    Args:
        study: Which.
        found: The comparisons.
    """
    if not found:
        return []
    lines = [
        f"## Against {study.baseline}",
        "",
        "Differences in percentage points. Over seeds: a claim about the recipe. Over tasks: about these very models. "
        "p is adjusted by Holm over the comparisons of a benchmark.",
        "",
        "| benchmark | base | rows | recipe | over seeds | over tasks | adjusted p | could have been seen | finding |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for one in found:
        cell, seeds, tasks = one.cell, one.over_seeds, one.over_tasks
        over = f"{_points(seeds.difference)} [{_points(seeds.low)}, {_points(seeds.high)}]" if seeds else "one seed"
        can = f"{100 * one.detectable:.1f}" if one.detectable is not None else "not known"
        lines.append(
            f"| {cell.column} | {cell.base} | {_rows(one)} | {cell.recipe} | {over} | {_points(tasks.difference)} "
            f"[{_points(tasks.low)}, {_points(tasks.high)}] | {one.adjusted_p:.3g} | {can} | {_finding(one)} |"
        )
    return [*lines, ""]


def growth_lines(grown: Sequence[Growth], study: StudySettings) -> list[str]:
    """Give what more rows gain.

    Args:
        grown: The fits.
        study: Which.
    """
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


def resolved_lines(found: Sequence[Contrast], study: StudySettings) -> list[str]:
    """Say what is settled, what is open, and how small a difference could have been seen.

    Args:
        found: The comparisons.
        study: Which.
    """
    lines = ["## What this settles, and what it does not", ""]
    settled = [one for one in found if one.is_settled]
    lines += [
        f"- {one.cell.recipe} is {'better' if one.difference.difference > 0 else 'worse'} than {study.baseline} by "
        f"{_points(one.difference.difference)} points on {one.cell.column}, {_rows(one)} rows, {one.cell.base}."
        for one in settled
    ]
    open_ones = [one for one in found if not one.is_settled]
    lines += [
        f"- {one.cell.recipe} against {study.baseline} on {one.cell.column} with {_rows(one)} rows is open: "
        + (
            f"a true difference below {100 * one.detectable:.1f} points would mostly be missed."
            if one.detectable is not None
            else "nothing scatters, so what could be seen is not known."
        )
        for one in open_ones
    ]
    if len(study.seeds) < 2:
        lines.append("- With one seed nothing is said of recipes, only of these models.")
    if "all" in study.sizes:
        lines.append(
            "- With all rows of each recipe their numbers may differ, and with them the steps of a training: such a "
            "difference is that of the data as a whole, not of a row."
        )
    lines.append("- One choice of rows and one teacher: that another choice comes out alike is not tested.")
    return [*lines, ""]


def cost_lines(reported: Reported, grouped: Sequence[Cell]) -> list[str]:
    """Give what trainings and data took, where it was measured.

    Args:
        reported: What was measured.
        grouped: The arms, seeds together.
    """
    made = [(cell, [one.cost for one in cell.arms if one.cost]) for cell in grouped]
    first = reported.results[0].column if reported.results else ""
    rows = [(cell, costs) for cell, costs in made if costs and cell.column == first]
    lines = ["## What it cost", ""]
    if rows:
        lines += [
            "| recipe | rows | base | seeds | tokens a training | time a training | energy a training |",
            "|---|---|---|---|---|---|---|",
        ]
    else:
        lines.append("Nothing was trained.")
    for cell, costs in rows:
        joules = [cost.joules for cost in costs if cost.joules is not None]
        energy = f"{sum(joules) / len(joules) / 3.6e6:.4f} kWh" if joules else "not told by the machine"
        lines.append(
            f"| {cell.recipe} | {cell.rows:,} | {cell.base} | {len(costs)} | "
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
    command = f"`fuseval {str(cost.get('command')).replace('|', chr(92) + '|')}`"
    return f"| {facts.recipe} | {command} | {cost.get('rows')} | {cost.get('calls')} | {shown} | {dollars} | {time} |"


def _order(cell: Cell) -> float:
    """Place a size among the others, all behind the numbers."""
    return math.inf if cell.size == "all" else cell.size


def _tasks(cell: Cell) -> str:
    """Give how many tasks all arms have, and of how many, where some could not be graded."""
    most, common = max(len(one.tasks) for one in cell.arms), len(common_tasks([cell]))
    return f"{common}" if common == most else f"{common} of {most} that all seeds have"


def _rows(one: Contrast) -> str:
    """Give the rows of both sides; once, where they are as many."""
    rows, baseline = one.cell.rows, one.baseline.rows
    return f"{rows:,}" if rows == baseline else f"{rows:,} against {baseline:,}"


def _finding(one: Contrast) -> str:
    if not one.is_settled:
        return "open"
    return "better" if one.difference.difference > 0 else "worse"


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.1f}%"


def _points(fraction: float) -> str:
    return f"{100 * fraction:+.1f}"
