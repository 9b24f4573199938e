"""How hard the rows of a recipe are, from the easiest to the hardest, by every measure that they have.

The length of the instruction is always known; a teacher's judgement, the share of answers that passed tests and a data
set's own difficulty where rows bring them along. None of them is what a model finds hard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fusion.inspection.distribution import Distribution
from harness.formats.record_json import from_plain, to_plain
from training.study.stages import Stage
from training.study.trained_rows import Sample

_SHARES = (0.01, *(number / 20 for number in range(1, 20)), 0.99)
"""Of the rows. The ends themselves are left out: one giant row would flatten all others."""


@dataclass(frozen=True)
class Gradient:
    """One measure over the rows of a recipe."""

    measure: str
    n: int
    """Rows that have it."""
    quartiles: tuple[float, float, float, float, float]
    """Smallest, first quartile, median, third quartile, largest."""
    curve: tuple[tuple[float, float], ...]
    """The share of the rows, in [0, 1], and the value that so many do not pass."""


@dataclass(frozen=True)
class Difficulty:
    """All that is known of a recipe's difficulty."""

    recipe: str
    whole: int
    sampled: int
    gradients: tuple[Gradient, ...]


def difficulty_stage(root: Path, data: Stage, most: int) -> Stage:
    """Describe the stage.

    Args:
        root: The study's folder.
        data: The recipe's rows.
        most: Rows that are looked at.
    """
    return Stage(root, "difficulty", {"data": data.key, "rows": most})


def make_difficulty(stage: Stage, sample: Sample) -> None:
    """Measure it.

    Args:
        stage: As `difficulty_stage` gave it.
        sample: The recipe's rows.
    """
    gradients = [
        gradient_of("instruction, words", [len(row.instruction.split()) for row in sample.rows]),
        gradient_of(
            "judged, 1 to 10", [row.judged_difficulty for row in sample.rows if row.judged_difficulty is not None]
        ),
        gradient_of("pass rate", [row.pass_rate for row in sample.rows if row.pass_rate is not None]),
        gradient_of("the data set's own difficulty", sample.own_difficulty),
    ]
    known = tuple(gradient for gradient in gradients if gradient is not None)
    stage.finish({"difficulty": to_plain(Difficulty(sample.recipe, sample.whole, len(sample.rows), known))})


def read_difficulty(stage: Stage) -> Difficulty:
    """Read what was measured.

    Args:
        stage: Done.
    """
    return from_plain(Difficulty, stage.result()["difficulty"], str(stage.folder))


def gradient_of(measure: str, values: Sequence[float]) -> Gradient | None:
    """Put values in order; None where there are none.

    Args:
        measure: What they are.
        values: One a row.

    Example:
        >>> found = gradient_of("words", range(101))
        >>> found.quartiles, found.curve[0], found.curve[10]
        ((0.0, 25.0, 50.0, 75.0, 100.0), (0.01, 1.0), (0.5, 50.0))
    """
    summed = Distribution.of(measure, values)
    if summed is None:
        return None
    heights = np.quantile(np.asarray(values, float), _SHARES).tolist()
    curve = tuple((share, round(height, 6)) for share, height in zip(_SHARES, heights, strict=True))
    return Gradient(measure, summed.n, summed.quartiles, curve)
