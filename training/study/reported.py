"""Everything that a study's report is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from training.study.looked import Looks
from training.study.results import ArmResult
from training.study.settings import StudySettings
from training.study.trained_rows import DataFacts


@dataclass(frozen=True)
class Reported:
    """Everything that a report is made of."""

    study: StudySettings
    results: Sequence[ArmResult]
    data: Sequence[DataFacts]
    looks: Looks
    is_dry: bool
    missing: Sequence[str]
    """Arms without a score yet."""
