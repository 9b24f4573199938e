"""An inspection as one page that loads nothing: tables, histograms, the rows by meaning, the task map."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fusion.dataset.rate import Rate
from fusion.dataset.reasons import REASONS
from fusion.inspection.distribution import Distribution
from fusion.inspection.diversity import Diversity
from fusion.inspection.drawing import Dot, bars, cloud
from fusion.inspection.inspection import Inspection
from fusion.inspection.student import TaskMap
from harness.commands.terminal import printable

Line = tuple[str, ...]
_MOST_PAIRS = 20


@dataclass(frozen=True)
class Section:
    """A part of the page."""

    title: str
    head: Line = ()
    lines: tuple[Line, ...] = ()
    remark: str = ""
    drawings: tuple[tuple[str, Markup], ...] = ()
    """Each with what stands above it."""


def inspection_page(found: Inspection) -> str:
    """Write an inspection as a page.

    Args:
        found: What `inspect` gave.

    Returns:
        HTML that holds its own style and drawings, and no script.
    """
    sections = [section for part in _PARTS for section in part(found)]
    return _environment().get_template("page.html.j2").render(found=found, sections=sections)


def picture(found: Diversity) -> str:
    """Draw the rows and their seeds by meaning, as SVG.

    Args:
        found: With its points laid out.
    """
    dots = [Dot(point.x, point.y, "seeds" if point.is_seed else "rows", point.title) for point in found.points]
    seeds = sum(point.is_seed for point in found.points)
    words = f"{len(dots) - seeds} rows and {seeds} seeds by meaning: {found.projection} of {found.model}."
    return cloud(dots, words)


def _making(found: Inspection) -> Iterator[Section]:
    if found.making is None:
        return
    made = found.making
    head = ("valid by", "", "rows", "attempts", "valid, 95 % interval")
    lines = [("all", "", *_rate(made.valid))]
    left_out = 0
    for kind, rates in made.by.items():
        lines += [(kind, name or "none", *_rate(rate)) for name, rate in list(rates.items())[:_MOST_PAIRS]]
        left_out += max(0, len(rates) - _MOST_PAIRS)
    remarks = ["" if made.is_complete else "Not finished.", f"{left_out} rarer pairs are left out." * (left_out > 0)]
    yield Section("Valid", head, tuple(lines), " ".join(filter(None, remarks)))
    if made.rejected:
        lines_of_reasons = tuple(
            (reason, f"{rate.count:,}", f"{100 * (rate.value or 0):.1f} %", REASONS.get(reason, ""))
            for reason, rate in made.rejected.items()
        )
        yield Section("Rejected", ("reason", "attempts", "share", "why"), lines_of_reasons)


def _calls(found: Inspection) -> Iterator[Section]:
    if found.calls and found.calls.kinds:
        lines = tuple(
            (
                kind.kind,
                f"{kind.calls:,}",
                f"{kind.refused:,}",
                *(
                    "unknown" if count is None else f"{count:,}"
                    for count in (kind.prompt_tokens, kind.completion_tokens)
                ),
                "unknown" if kind.cost is None else f"${kind.cost:,.4f}",
            )
            for kind in found.calls.kinds
        )
        yield Section("Calls", ("kind", "calls", "refused", "prompt tokens", "completion tokens", "cost"), lines)


def _texts(found: Inspection) -> Iterator[Section]:
    yield Section(
        "Languages", ("language", "rows"), tuple((name, f"{count:,}") for name, count in found.languages.items())
    )
    yield _distributions("Lengths", found.lengths)
    difficulty = found.difficulty
    remark = ""
    if difficulty.passing is not None:
        remark = f"{difficulty.passing.words} of {difficulty.passing.total:,} answers pass their teacher's tests."
    if difficulty.measures or remark:
        yield _distributions("Difficulty", difficulty.measures, remark)
    same = found.sameness
    lines = [
        ("rows that repeat an earlier one", f"{same.repeated:,}"),
        ("that nearly do (MinHash)", f"{same.near:,}"),
    ]
    if same.compression is not None:
        lines.append(("compression", f"{same.compression:.2f}"))
    if same.seeds_compression is not None:
        lines.append(("compression of the seeds", f"{same.seeds_compression:.2f}"))
    yield Section("Sameness, by words", ("", ""), tuple(lines))


def _diversity(found: Inspection) -> Iterator[Section]:
    if (made := found.diversity) is None:
        return
    spreads = (
        ("rows", made.rows),
        ("seeds", made.seeds),
        ("rows, same n", made.rows_at_same_n),
        ("seeds, same n", made.seeds_at_same_n),
    )
    lines = [
        (name, f"{one.n:,}", f"{one.mean_distance:.4f}", f"{one.variance:.5f} [{one.low:.5f}, {one.high:.5f}]")
        for name, one in spreads
        if one is not None
    ]
    remark = "U is the variance of the distance to the nearest neighbour; the smaller, the more even."
    if cover := made.coverage:
        remark += (
            f" {cover.reached} of the seeds' {cover.clusters} clusters have rows; evenness {cover.evenness:.2f},"
            f" the seeds' own {cover.seeds_evenness:.2f}."
        )
    drawn = ((f"{made.projection} of {made.model}", Markup(picture(made))),) if made.points else ()
    head = ("", "n", "mean distance", "U, 95 % interval")
    yield Section("Diversity, by meaning", head, tuple(lines), remark, drawn)


def _student(found: Inspection) -> Iterator[Section]:
    if (made := found.student) is None:
        return
    measures = [measure for measure in (made.loss, made.probability, made.uncertainty) if measure]
    section = _distributions(f"Student {made.checkpoint}", measures)
    remark = f"{len(made.points)} of {made.rows:,} answers. Uncertain and improbable rows are hard for it."
    drawings = (("Task map", Markup(_map(made))), *section.drawings)
    yield Section(section.title, section.head, section.lines, remark, drawings)


def _map(made: TaskMap) -> str:
    dots = [Dot(point.uncertainty, point.probability, "rows", point.row_id) for point in made.points]
    return cloud(dots, f"Task map of {len(dots)} rows.", "uncertainty", "probability")


def _contamination(found: Inspection) -> Iterator[Section]:
    made = found.contamination
    rejected = ", ".join(f"{count:,} by {name}" for name, count in made.rejected_by.items())
    words = f"Rejected while it was made: {rejected or 'none'}."
    if made.report is None:
        yield Section("Contamination", remark=f"{words} {made.unchecked[:1].upper()}{made.unchecked[1:]}.")
        return
    report = made.report
    lines = tuple(
        (
            one.source.name,
            f"{len(one.flagged)} of {one.source.tasks}",
            str(one.rows),
            *(str(one.by_method[method]) for method in report.methods),
        )
        for one in report.benchmarks
    )
    words += f" {report.removed:,} of {len(report.rows):,} rows hold a task."
    if report.missing:
        words += f" Not checked against: {'; '.join(report.missing)}."
    yield Section("Contamination", ("benchmark", "tasks found", "rows", *report.methods), lines, words)


def _reviews(found: Inspection) -> Iterator[Section]:
    if (made := found.reviews) is None:
        return
    lines = tuple(
        (
            mean.criterion,
            f"{mean.origin}s",
            str(mean.n),
            f"{mean.mean:.2f}" if mean.low is None else f"{mean.mean:.2f} [{mean.low:.2f}, {mean.high:.2f}]",
        )
        for mean in made.means
    )
    raters = ", ".join(f"{name} ({count})" for name, count in made.raters.items())
    yield Section("Reviews", ("", "origin", "n", "mean, 95 % interval"), lines, f"By {raters}; from 1 to 5.")
    if made.agreement:
        pairs = tuple(
            (
                " and ".join(one.raters),
                one.criterion,
                str(one.n),
                f"{100 * one.same:.0f} %",
                one.kappa.words if one.kappa else "unknown",
            )
            for one in made.agreement
        )
        yield Section("Agreement", ("raters", "criterion", "n", "same", "kappa, 95 % interval"), pairs)


_PARTS = (_making, _calls, _texts, _diversity, _student, _contamination, _reviews)


def _distributions(title: str, found: Iterable[Distribution], remark: str = "") -> Section:
    found = list(found)
    lines = tuple(
        (one.name, f"{one.n:,}", f"{one.mean:,.2f}", *(f"{value:,.4g}" for value in one.quartiles)) for one in found
    )
    head = ("", "n", "mean", "min", "25 %", "median", "75 %", "max")
    return Section(title, head, lines, remark, tuple((one.name, Markup(bars(one))) for one in found))


def _rate(rate: Rate) -> Line:
    return f"{rate.count:,}", f"{rate.total:,}", rate.words


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("fusion.inspection"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
