"""How the rows of all recipes are spread, in one space: distances to the nearest row, repetitions, and a map.

More rows lie nearer to each other and repeat each other more, so all recipes are measured at the same number of rows,
and gzip at the same amount of text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fusion.embedding import Embedder, Vectors, load_embedder
from fusion.inspection.diversity import MOST_PICTURED, Spread, laid_out, spread_of
from fusion.inspection.sameness import compression_ratio, sameness_of
from fusion.inspection.subject import Subject
from fusion.word_vectors import WordVectors
from harness.formats.record_json import from_plain, to_plain
from training.study.stages import Stage, content_hash
from training.study.trained_rows import Sample

FEWEST = 3
"""Rows of which a spread is told."""
_WORDS = "words"
_PACKAGED = "minilm"


@dataclass(frozen=True)
class RecipeSpread:
    """How the rows of one recipe are spread."""

    recipe: str
    spread: Spread
    repeated: int
    """Rows whose instruction has the words of an earlier one."""
    near: int
    """Rows that nearly do (MinHash)."""
    compression: float
    """Size of the instructions over their size after gzip: the larger, the more they repeat each other."""
    points: tuple[tuple[float, float], ...]
    """Some of the rows in the map, which all recipes share; both in [0, 1]."""


@dataclass(frozen=True)
class Diversity:
    """How the rows of all recipes are spread."""

    model: str
    """What made the vectors."""
    projection: str
    """`t-SNE` or `PCA`."""
    rows: int
    """Of each recipe."""
    compressed_bytes: int
    recipes: tuple[RecipeSpread, ...]


def diversity_stage(root: Path, data: Mapping[str, Stage], most: int, embedding: str) -> Stage:
    """Describe the stage.

    Args:
        root: The study's folder.
        data: The rows, a stage a recipe.
        most: Rows of a recipe that are looked at.
        embedding: words, minilm, or a model's folder.
    """
    keys = {name: stage.key for name, stage in data.items()}
    model = embedding if embedding in (_WORDS, _PACKAGED) else content_hash(embedding)
    return Stage(root, "diversity", {"data": keys, "rows": most, "embedding": model})


def make_diversity(stage: Stage, samples: Sequence[Sample], embedding: str, seed: int = 0) -> None:
    """Measure how the rows are spread.

    Args:
        stage: As `diversity_stage` gave it.
        samples: Of every recipe, `FEWEST` rows at least.
        embedding: words, minilm, or a model's folder.
        seed: Of the bootstrap and the map.

    Raises:
        InputError: There is no such folder of a model.
        EnvironmentLacking: The embedding model's package is not installed.
    """
    count = min(len(sample.rows) for sample in samples)
    asked = {sample.recipe: [row.instruction for row in sample.rows[:count]] for sample in samples}
    embedder = _embedder(embedding, [text for texts in asked.values() for text in texts])
    vectors = {recipe: embedder.embed(texts) for recipe, texts in asked.items()}
    joined = {recipe: "\n".join(texts).encode("utf-8", "surrogatepass") for recipe, texts in asked.items()}
    size = min(map(len, joined.values()))
    rng = np.random.default_rng(seed)
    projection, points = _map(vectors, rng)
    spreads = []
    for sample in samples:
        same = sameness_of(Subject(sample.recipe, sample.rows[:count]))
        spreads.append(
            RecipeSpread(
                sample.recipe,
                spread_of(vectors[sample.recipe], rng),
                same.repeated,
                same.near,
                compression_ratio(joined[sample.recipe][:size]),
                points[sample.recipe],
            )
        )
    made = Diversity(embedder.name, projection, count, size, tuple(spreads))
    stage.finish({"diversity": to_plain(made)})


def read_diversity(stage: Stage) -> Diversity:
    """Read what was measured.

    Args:
        stage: Done.
    """
    return from_plain(Diversity, stage.result()["diversity"], str(stage.folder))


def _embedder(embedding: str, corpus: Sequence[str]) -> Embedder:
    if embedding == _WORDS:
        return WordVectors(corpus)
    return load_embedder(None if embedding == _PACKAGED else embedding)


def _map(
    vectors: Mapping[str, Vectors], rng: np.random.Generator
) -> tuple[str, dict[str, tuple[tuple[float, float], ...]]]:
    """Lay the first rows of every recipe out in one plane, as many of each."""
    count = max(1, min(*map(len, vectors.values()), MOST_PICTURED // len(vectors)))
    projection, places = laid_out(np.concatenate([one[:count] for one in vectors.values()]), rng)
    found = {
        recipe: tuple(
            (round(float(x), 4), round(float(y), 4)) for x, y in places[number * count : (number + 1) * count]
        )
        for number, recipe in enumerate(vectors)
    }
    return projection, found
