"""What the rows of the recipes look like before anything is trained: diversity, difficulty, contamination.

The rows are those of the largest size. Each of the three is a stage, measured once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from training.study.contamination import (
    Contamination,
    contamination_stage,
    make_contamination,
    read_contamination,
    texts_for,
)
from training.study.difficulty import Difficulty, difficulty_stage, make_difficulty, read_difficulty
from training.study.diversity import FEWEST, Diversity, diversity_stage, make_diversity, read_diversity
from training.study.settings import StudySettings
from training.study.stages import Stage
from training.study.trained_rows import Sample, sample_of


@dataclass(frozen=True)
class Looks:
    """What was seen in the rows."""

    diversity: Diversity | None
    """None where a recipe has fewer than three rows."""
    difficulty: tuple[Difficulty, ...]
    contamination: tuple[Contamination, ...]


def look(study: StudySettings, root: Path, data: Mapping[str, Stage], say: Callable[[str], None]) -> Looks:
    """Look at the rows of every recipe, where that was not done before.

    Args:
        study: Which.
        root: Its folder.
        data: The rows at the largest size, a stage a recipe; all done.
        say: Prints a line.

    Raises:
        InputError: There is no such benchmark, or no such embedding model.
        EnvironmentLacking: The embedding model's package is not installed.
    """
    most, embedding = study.inspect.rows, study.inspect.embedding
    texts = texts_for(study)
    spread = diversity_stage(root, data, most, embedding)
    hard = {name: difficulty_stage(root, stage, most) for name, stage in data.items()}
    held = {name: contamination_stage(root, stage, texts, most) for name, stage in data.items()}
    samples: dict[str, Sample] = {}

    def sample(name: str) -> Sample:
        if name not in samples:
            samples[name] = sample_of(name, data[name], most)
        return samples[name]

    for name in data:
        if not (hard[name].is_done and held[name].is_done):
            say(f"look        {name}: difficulty, contamination")
            make_difficulty(hard[name], sample(name))
            make_contamination(held[name], sample(name), texts)
    if not spread.is_done and all(len(sample(name).rows) >= FEWEST for name in data):
        say("look        all recipes: diversity")
        make_diversity(spread, [sample(name) for name in data], embedding)
    return Looks(
        read_diversity(spread) if spread.is_done else None,
        tuple(read_difficulty(stage) for stage in hard.values()),
        tuple(read_contamination(stage) for stage in held.values()),
    )
