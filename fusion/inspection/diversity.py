"""How the rows are spread, by the meaning of their instructions.

The paper's measure: the distance d_i of every instruction's embedding to its nearest neighbour, and the variance
U = 1/N sum (d_i - mean d)^2; the smaller, the more even. Distances are Euclidean, of unit vectors: 0 to 2.
Both depend on how many rows there are (more rows lie nearer), so rows and seeds are also compared at the same number.

Covers instructions, not answers. The clusters are those of the seeds that rows were made of: seeds that were never used
are in no file of the data set.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusion.embedding import Embedder, Vectors
from fusion.inspection.subject import Subject

Numbers = npt.NDArray[np.float64]
_BLOCK = 1024
_BOOTSTRAPS = 500
_FEWEST = 3
MOST_PICTURED = 1500
"""Points of a picture: more hide each other, and t-SNE takes long over them."""
_FEWEST_FOR_TSNE = 50


@dataclass(frozen=True)
class Spread:
    """How some texts are spread."""

    n: int
    mean_distance: float
    """To the nearest neighbour."""
    variance: float
    """The paper's U."""
    low: float
    high: float
    """Ends of U's 95 % interval: a bootstrap over the distances as they are, not over the texts."""


@dataclass(frozen=True)
class Coverage:
    """How the rows fill the clusters that their seeds form."""

    clusters: int
    reached: int
    """Clusters with a row in them."""
    evenness: float
    """Entropy of the rows over the clusters, over its largest value: 1 where all clusters have the same number."""
    seeds_evenness: float


@dataclass(frozen=True)
class Point:
    """One text in the picture."""

    x: float
    y: float
    """Both in [0, 1]."""
    is_seed: bool
    title: str
    """How the instruction begins."""


@dataclass(frozen=True)
class Diversity:
    """How the rows are spread."""

    model: str
    rows: Spread
    seeds: Spread | None
    rows_at_same_n: Spread | None
    seeds_at_same_n: Spread | None
    """Both at the smaller of the two numbers; absent without seeds."""
    coverage: Coverage | None
    projection: str
    """`t-SNE` or `PCA`; empty where no picture was asked for."""
    points: tuple[Point, ...]


def diversity_of(subject: Subject, embedder: Embedder, *, is_pictured: bool = True, seed: int = 0) -> Diversity | None:
    """Embed the instructions and measure how they are spread; None for fewer than three rows.

    Args:
        subject: The rows, and the seeds where there are any.
        embedder: Makes the vectors.
        is_pictured: Whether to lay the texts out in a plane, which takes the longest.
        seed: Of what is drawn: parts of equal number, bootstrap, clusters, picture.
    """
    if len(subject.rows) < _FEWEST:
        return None
    rng = np.random.default_rng(seed)
    texts = [row.instruction for row in subject.rows]
    seed_texts = [item.instruction for item in subject.seeds.values()]
    rows, seeds = embedder.embed(texts), embedder.embed(seed_texts)
    has_seeds = len(seeds) >= _FEWEST
    n = min(len(rows), len(seeds))
    projection, points = _picture(rows, seeds, texts, seed_texts, rng) if is_pictured else ("", ())
    return Diversity(
        embedder.name,
        spread_of(rows, rng),
        spread_of(seeds, rng) if has_seeds else None,
        spread_of(_part(rows, n, rng), rng) if has_seeds else None,
        spread_of(_part(seeds, n, rng), rng) if has_seeds else None,
        coverage_of(rows, seeds, seed) if has_seeds else None,
        projection,
        points,
    )


def spread_of(vectors: Vectors, rng: np.random.Generator) -> Spread:
    """Measure the distances to the nearest neighbours.

    Args:
        vectors: (n, d), each of length 1; n at least 2.
        rng: Draws the bootstrap.

    Example:
        >>> corners = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]], np.float32)
        >>> found = spread_of(corners, np.random.default_rng(0))
        >>> round(found.mean_distance, 4), found.variance
        (1.4142, 0.0)
    """
    distances = nearest_distances(vectors)
    variances = [rng.choice(distances, len(distances)).var() for _ in range(_BOOTSTRAPS)]
    low, high = np.quantile(variances, [0.025, 0.975])
    return Spread(
        len(distances),
        round(float(distances.mean()), 6),
        round(float(distances.var()), 8),
        round(float(low), 8),
        round(float(high), 8),
    )


def nearest_distances(vectors: Vectors) -> Numbers:
    """Give each vector's distance to its nearest neighbour, block by block.

    Args:
        vectors: (n, d), each of length 1.

    Returns:
        (n,) Euclidean distances from 0 to 2.
    """
    found = np.empty(len(vectors), np.float64)
    for start in range(0, len(vectors), _BLOCK):
        cosines = vectors[start : start + _BLOCK] @ vectors.T
        places = np.arange(len(cosines))
        cosines[places, start + places] = -np.inf
        found[start : start + _BLOCK] = np.sqrt(np.maximum(0.0, 2 - 2 * cosines.max(axis=1).astype(np.float64)))
    # A product of two equal vectors is 1 only up to rounding; what is nearer than that is the same.
    found[found < 1e-3] = 0.0
    return found


def coverage_of(rows: Vectors, seeds: Vectors, seed: int) -> Coverage:
    """Say which of the clusters that the seeds form have rows in them.

    Args:
        rows: (n, d).
        seeds: (m, d); they form the square root of m/2 clusters, by k-means.
        seed: Of the clusters' first centres.
    """
    from sklearn.cluster import KMeans

    clusters = max(2, round((len(seeds) / 2) ** 0.5))
    made = KMeans(clusters, random_state=seed, n_init=4).fit(seeds)
    of_rows = np.bincount(made.predict(rows), minlength=clusters)
    of_seeds = np.bincount(made.labels_, minlength=clusters)
    return Coverage(clusters, int((of_rows > 0).sum()), _evenness(of_rows), _evenness(of_seeds))


def laid_out(vectors: Vectors, rng: np.random.Generator) -> tuple[str, Numbers]:
    """Lay vectors out in a plane: t-SNE, or PCA for fewer than 50 and where scikit-learn is not installed.

    Args:
        vectors: (n, d), n at least 2.
        rng: Draws the seed of t-SNE.

    Returns:
        The method, and (n, 2) places in [0, 1].

    Example:
        >>> corners = np.array([[1, 0], [0, 1], [-1, 0]], np.float32)
        >>> laid_out(corners, np.random.default_rng(0))[0]
        'PCA'
    """
    flat = _principal(vectors)
    name = "PCA"
    if len(vectors) >= _FEWEST_FOR_TSNE and importlib.util.find_spec("sklearn") is not None:
        from sklearn.manifold import TSNE

        name = "t-SNE"
        flat = TSNE(2, init=flat.astype(np.float32), random_state=int(rng.integers(2**31))).fit_transform(vectors)
    low, size = flat.min(axis=0), np.ptp(flat, axis=0)
    return name, np.asarray((flat - low) / np.where(size > 0, size, 1.0), np.float64)


def _evenness(counts: npt.NDArray[np.int64]) -> float:
    shares = counts[counts > 0] / counts.sum()
    return round(float(-(shares * np.log(shares)).sum() / np.log(len(counts))), 4)


def _part(vectors: Vectors, n: int, rng: np.random.Generator) -> Vectors:
    return vectors if len(vectors) == n else vectors[np.sort(rng.choice(len(vectors), n, replace=False))]


def _picture(
    rows: Vectors, seeds: Vectors, texts: Sequence[str], seed_texts: Sequence[str], rng: np.random.Generator
) -> tuple[str, tuple[Point, ...]]:
    """Lay the texts out in a plane: seeds and rows in their proportion, at most as many as can be told apart."""
    whole = len(rows) + len(seeds)
    share = min(1.0, MOST_PICTURED / whole)
    chosen_rows = np.sort(rng.choice(len(rows), int(len(rows) * share), replace=False))
    chosen_seeds = np.sort(rng.choice(len(seeds), int(len(seeds) * share), replace=False))
    vectors = np.concatenate([seeds[chosen_seeds], rows[chosen_rows]])
    name, places = laid_out(vectors, rng)
    titles = [*(seed_texts[place] for place in chosen_seeds), *(texts[place] for place in chosen_rows)]
    return name, tuple(
        Point(round(float(x), 4), round(float(y), 4), place < len(chosen_seeds), " ".join(title.split())[:120])
        for place, ((x, y), title) in enumerate(zip(places, titles, strict=True))
    )


def _principal(vectors: Vectors) -> Numbers:
    """Project onto the two directions of largest variance, scaled as t-SNE wants its start: (n, 2)."""
    centred = vectors - vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    flat = np.asarray(centred @ directions[:2].T, np.float64)
    return np.asarray(flat / max(float(flat[:, 0].std()), 1e-12) * 1e-4, np.float64)
