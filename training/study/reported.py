"""Everything that a study's report is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from training.study.results import ArmResult
from training.study.settings import StudySettings


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
