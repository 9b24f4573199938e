"""The sections of a study's report that tell of the rows, as lines of Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from training.study.contamination import Contamination
from training.study.difficulty import Difficulty
from training.study.diversity import Diversity
from training.study.trained_rows import DataFacts


def data_lines(data: Sequence[DataFacts]) -> list[str]:
    """Give what is known of all rows.

    Args:
        data: Of every recipe and size.
    """
    lines = [
        "## The data",
        "",
        "The rows of a smaller size are among those of a larger one. Words are medians.",
        "",
        "| recipe | rows | words of an instruction | words of an answer | different instructions |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {facts.recipe} | {facts.rows:,} | {facts.instruction_words:.0f} | {facts.answer_words:.0f} | "
        f"{facts.distinct:,} |"
        for facts in data
    ]
    return [*lines, ""]


def diversity_lines(found: Diversity | None, picture: str) -> list[str]:
    """Give how the rows are spread.

    Args:
        found: What was measured; None where a recipe has too few rows.
        picture: The map's file.
    """
    lines = ["## Diversity", ""]
    if found is None:
        return [*lines, "Not measured: a recipe has fewer than three rows.", ""]
    pictured = len(found.recipes[0].points)
    lines += [
        f"{found.rows:,} rows of each recipe at its largest size, by {found.model} of their instructions. Distance: to "
        "the nearest other row of the recipe, 0 to 2, mean. U: the variance of that distance, the smaller the more "
        f"even. Compression: what gzip makes of {found.compressed_bytes:,} bytes of instructions, the larger the more "
        "alike.",
        "",
        "| recipe | distance | U, 95% interval | repeat an earlier row | nearly do | compression |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.recipe} | {one.spread.mean_distance:.3f} | {one.spread.variance:.5f} [{one.spread.low:.5f}, "
        f"{one.spread.high:.5f}] | {one.repeated:,} | {one.near:,} | {one.compression:.2f} |"
        for one in found.recipes
    ]
    lines += [
        "",
        f"![The rows of all recipes in one plane]({picture})",
        "",
        f"{pictured:,} rows of each recipe in one plane, {found.projection}: near points are alike, far ones tell "
        "little.",
        "",
    ]
    return lines


def difficulty_lines(found: Sequence[Difficulty], pictures: Sequence[tuple[str, str]]) -> list[str]:
    """Give how hard the rows are.

    Args:
        found: A recipe each.
        pictures: Measure and file, of every measure that some rows have.
    """
    lines = [
        "## Difficulty",
        "",
        f"Of {_sampled([(one.recipe, one.sampled, one.whole) for one in found])}.",
        "",
        "| measure | recipe | rows that have it | smallest | 25% | median | 75% | largest |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for measure, _ in pictures:
        for one in found:
            for gradient in one.gradients:
                if gradient.measure == measure:
                    values = " | ".join(f"{value:,.4g}" for value in gradient.quartiles)
                    lines.append(f"| {measure} | {one.recipe} | {gradient.n:,} | {values} |")
    lines.append("")
    for measure, picture in pictures:
        lines += [f"![{measure}, from the smallest to the largest]({picture})", ""]
    if len(pictures) < 2:
        lines += ["No row brings a difficulty of its own; `--judge` and `--verify` of `fuseval fuse` measure some.", ""]
    return lines


def contamination_lines(found: Sequence[Contamination]) -> list[str]:
    """Give which benchmarks' tasks the rows hold.

    Args:
        found: A recipe each.
    """
    methods = list(dict.fromkeys(method for one in found for of in one.found for method in of.by_method))
    lines = [
        "## Contamination",
        "",
        f"Of {_sampled([(one.recipe, one.checked, one.whole) for one in found])}. By words; answers were not run, "
        "which `fuseval decontaminate --execute` does.",
        "",
        f"| recipe | rows checked | benchmark | tasks found | rows with a task | {' | '.join(methods)} |",
        f"|---|---|---|---|---|{'---|' * len(methods)}",
    ]
    for one in found:
        for of in one.found:
            by_method = " | ".join(str(of.by_method.get(method, 0)) for method in methods)
            lines.append(
                f"| {one.recipe} | {one.checked:,} | {of.benchmark} | {of.flagged:,} of {of.tasks:,} | {of.rows:,} | "
                f"{by_method} |"
            )
    lines.append("")
    lines += [
        f"- {one.recipe}: {one.rows:,} of {one.checked:,} rows ({100 * one.rows / one.checked:.1f}%) hold a task of a "
        "benchmark above."
        for one in found
    ]
    missing = dict.fromkeys(name for one in found for name in one.missing)
    if missing:
        lines += ["", f"Not checked against, since the data is not here: {'; '.join(missing)}."]
    return [*lines, ""]


def _sampled(counts: Sequence[tuple[str, int, int]]) -> str:
    """Say how many rows of how many were looked at; rows looked at are the first by a hash of their text."""
    if all(seen == whole for _, seen, whole in counts):
        return "all rows of each recipe at its largest size"
    words = ", ".join(f"{seen:,} of {whole:,} ({recipe})" for recipe, seen, whole in counts)
    return f"a sample of the rows at the largest size, drawn by a hash of their text: {words}"
