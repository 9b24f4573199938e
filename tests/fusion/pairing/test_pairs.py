"""Pairs: never twice, the same for the same seed, all of them in the end, and as each strategy says."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fusion.pairing import STRATEGIES, Pair, PairsSpent, pairs, strategy
from fusion.seeds import Seed, SeedPool
from harness.errors import InputError


def _pool(count: int, weights: Sequence[float] = ()) -> SeedPool:
    languages = ("python", "go", "rust")
    seeds = tuple(
        Seed(str(n), f"Task number {n}.", language=languages[n % 3], difficulty=float(n % 5)) for n in range(count)
    )
    return SeedPool(seeds, tuple(weights) or (1.0,) * count, "")


def _embed(texts: Sequence[str]) -> NDArray[np.float32]:
    angles = np.linspace(0, np.pi, len(texts))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


@given(count=st.integers(2, 30), seed=st.integers(0, 2**32), name=st.sampled_from(["random", "usage_penalised"]))
@settings(max_examples=40, deadline=None)
def test_every_pair_comes_once_and_then_none(count: int, seed: int, name: str) -> None:
    drawn: list[Pair] = []
    with pytest.raises(PairsSpent):
        drawn.extend(pairs(strategy(name, _pool(count)), seed))
    keys = [frozenset((pair.first, pair.second)) for pair in drawn]
    assert len(set(keys)) == len(keys) == count * (count - 1) // 2
    assert [pair.number for pair in drawn] == list(range(len(drawn)))


@pytest.mark.parametrize("name", STRATEGIES)
def test_the_same_seed_gives_the_same_pairs(name: str) -> None:
    first, second, other = (
        list(itertools.islice(pairs(strategy(name, _pool(60), _embed), seed), 100)) for seed in (1, 1, 2)
    )
    assert first == second
    assert first != other
    assert len({frozenset((pair.first, pair.second)) for pair in first}) == 100


@pytest.mark.parametrize(
    ("name", "is_as_said"),
    [
        ("same_language", lambda a, b: a.language == b.language),
        ("cross_language", lambda a, b: a.language != b.language),
        ("difficulty_matched", lambda a, b: a.difficulty == b.difficulty),
    ],
)
def test_a_strategy_keeps_to_what_it_says(name: str, is_as_said: object) -> None:
    pool = _pool(60)
    for pair in itertools.islice(pairs(strategy(name, pool), 5), 200):
        assert is_as_said(pool.seeds[pair.first], pool.seeds[pair.second])  # type: ignore[operator]


def test_meaning_decides_who_is_near_and_who_is_far() -> None:
    pool = _pool(60)
    vectors = _embed([""] * 60)

    def mean_cosine(name: str) -> float:
        drawn = itertools.islice(pairs(strategy(name, pool, _embed), 5), 150)
        return float(np.mean([vectors[pair.first] @ vectors[pair.second] for pair in drawn]))

    assert mean_cosine("embedding_near") > 0.8 > mean_cosine("random") > mean_cosine("embedding_far")
    for pair in itertools.islice(pairs(strategy("mid_band", pool, _embed), 5), 100):
        assert 0.3 <= vectors[pair.first] @ vectors[pair.second] <= 0.6


def test_usage_is_evened_out() -> None:
    weights = [20.0] + [1.0] * 39

    def most_used(name: str) -> int:
        drawn = itertools.islice(pairs(strategy(name, _pool(40, weights)), 9), 60)
        return Counter(place for pair in drawn for place in (pair.first, pair.second)).most_common(1)[0][1]

    assert most_used("usage_penalised") < most_used("random")


def test_weights_are_kept() -> None:
    pool = _pool(200, [9.0] * 100 + [1.0] * 100)
    drawn = list(itertools.islice(pairs(strategy("random", pool), 3), 2000))
    heavy = sum(place < 100 for pair in drawn for place in (pair.first, pair.second)) / 4000
    assert 0.86 < heavy < 0.93


def test_what_can_not_be_drawn_is_said() -> None:
    alone = SeedPool((Seed("a", "A.", language="go"), Seed("b", "B.", language="go")), (1.0, 1.0), "")
    with pytest.raises(InputError, match="finds no pair"):
        strategy("cross_language", alone)
    with pytest.raises(InputError, match="goes by meaning"):
        strategy("embedding_near", alone)
    with pytest.raises(InputError, match="no pairing 'rnadom'") as caught:
        strategy("rnadom", alone)
    assert caught.value.hint == "did you mean 'random'?"
