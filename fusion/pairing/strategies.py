"""How the two seeds of a pair are drawn.

`random` is the paper's: any two. The others ask whether a better choice makes better data: alike or unlike in
difficulty, in language, in meaning, or seldom used so far (after TaCIE, arXiv 2410.02795, equation 8; near neighbours
as MathFusion does, arXiv 2503.16212).
"""

from __future__ import annotations

import bisect
import itertools
import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy

from fusion.seeds import SeedPool
from harness.errors import InputError, nearest

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEIGHBOURS = 20
_FAR_CANDIDATES = 16
_MID_BAND = (0.3, 0.6)
"""Cosine between two instructions that have something to do with each other and are not the same."""


class Partners(Protocol):
    """Draws the two seeds of a pair."""

    name: str
    count: int
    """Seeds in the pool."""

    def draw(self, generator: random.Random) -> tuple[int, int]:
        """Give two places in the pool; they may be equal or drawn before, then they are drawn again."""
        ...

    def allows(self, first: int, second: int) -> bool:
        """Say whether these two could be drawn."""
        ...


class _Weighted:
    """Draws one seed by its weight."""

    def __init__(self, places: Sequence[int], weights: Sequence[float]) -> None:
        self._places = places
        self._is_even = len({weights[place] for place in places}) == 1
        self._sums = [] if self._is_even else list(itertools.accumulate(weights[place] for place in places))

    def draw(self, generator: random.Random) -> int:
        if self._is_even:
            return self._places[int(generator.random() * len(self._places))]
        return self._places[bisect.bisect(self._sums, generator.random() * self._sums[-1], hi=len(self._sums) - 1)]


class _Random:
    """Any two."""

    name = "random"

    def __init__(self, pool: SeedPool) -> None:
        self.count = len(pool.seeds)
        self._all = _Weighted(range(self.count), pool.weights)

    def draw(self, generator: random.Random) -> tuple[int, int]:
        return self._all.draw(generator), self._all.draw(generator)

    def allows(self, first: int, second: int) -> bool:
        return True


class _Grouped:
    """The first by weight, the second out of the same group, or out of another one."""

    def __init__(self, name: str, pool: SeedPool, group_of: Sequence[object], *, is_same: bool) -> None:
        self.name, self.count = name, len(pool.seeds)
        self._group_of, self._is_same = group_of, is_same
        groups: dict[object, list[int]] = {}
        for place, group in enumerate(group_of):
            if group not in (None, ""):  # a seed of which nothing is known has no partner
                groups.setdefault(group, []).append(place)
        if is_same:
            groups = {group: places for group, places in groups.items() if len(places) > 1}
        known = [place for places in groups.values() for place in places]
        if not known or (not is_same and len(groups) < 2):
            raise InputError(
                f"--pairing {name} finds no pair: the seeds are of {len(groups)} kinds",
                hint="--pairing random, or seeds whose language or difficulty is known",
            )
        self._first = _Weighted(sorted(known), pool.weights)
        self._partners = {group: _Weighted(places, pool.weights) for group, places in groups.items()}

    def draw(self, generator: random.Random) -> tuple[int, int]:
        first = self._first.draw(generator)
        if self._is_same:
            return first, self._partners[self._group_of[first]].draw(generator)
        second = self._first.draw(generator)
        return (first, second) if self.allows(first, second) else (first, first)

    def allows(self, first: int, second: int) -> bool:
        groups = self._group_of[first], self._group_of[second]
        return all(group in self._partners for group in groups) and (groups[0] == groups[1]) == self._is_same


class _ByMeaning:
    """The first by weight, the second by the cosine of their embeddings."""

    def __init__(self, name: str, pool: SeedPool, vectors: NDArray[numpy.float32]) -> None:
        self.name, self.count = name, len(pool.seeds)
        self._vectors = vectors
        self._all = _Weighted(range(self.count), pool.weights)
        self._near: dict[int, list[int]] = {}

    def draw(self, generator: random.Random) -> tuple[int, int]:
        first = self._all.draw(generator)
        if self.name == "embedding_near":
            return first, generator.choice(self._neighbours(first))
        if self.name == "embedding_far":
            some = [self._all.draw(generator) for _ in range(_FAR_CANDIDATES)]
            return first, min(some, key=lambda place: self._cosine(first, place))
        second = self._all.draw(generator)
        return (first, second) if self.allows(first, second) else (first, first)

    def allows(self, first: int, second: int) -> bool:
        if self.name == "mid_band":
            return _MID_BAND[0] <= self._cosine(first, second) <= _MID_BAND[1]
        if self.name == "embedding_near":
            return second in self._neighbours(first) or first in self._neighbours(second)
        return True

    def _cosine(self, first: int, second: int) -> float:
        return float(self._vectors[first] @ self._vectors[second])

    def _neighbours(self, place: int) -> list[int]:
        if place not in self._near:
            cosines = self._vectors @ self._vectors[place]
            cosines[place] = -2.0
            count = min(_NEIGHBOURS, self.count - 1)
            nearest_first = numpy.lexsort((numpy.arange(self.count), -cosines))[:count]
            self._near[place] = [int(other) for other in nearest_first]
        return self._near[place]


class _UsagePenalised:
    """Each seed the less often the more it was drawn: by weight over one more than its uses."""

    name = "usage_penalised"

    def __init__(self, pool: SeedPool) -> None:
        self.count = len(pool.seeds)
        self._all = _Weighted(range(self.count), pool.weights)
        self._uses = [0] * self.count

    def draw(self, generator: random.Random) -> tuple[int, int]:
        first = self._one(generator)
        second = self._one(generator)
        if first != second:
            self._uses[first] += 1
            self._uses[second] += 1
        return first, second

    def _one(self, generator: random.Random) -> int:
        least = min(self._uses) if self.count < 64 else 0
        while True:  # rejection: a seed drawn by weight is kept with the odds of its penalty
            place = self._all.draw(generator)
            if generator.random() < 1 / (1 + self._uses[place] - least):
                return place

    def allows(self, first: int, second: int) -> bool:
        return True


STRATEGIES = (
    "random",
    "difficulty_matched",
    "embedding_near",
    "embedding_far",
    "mid_band",
    "same_language",
    "cross_language",
    "usage_penalised",
)
NEEDS_EMBEDDING = ("embedding_near", "embedding_far", "mid_band")


def strategy(
    name: str, pool: SeedPool, embed: Callable[[Sequence[str]], NDArray[numpy.float32]] | None = None
) -> Partners:
    """Make the strategy of a name.

    Args:
        name: One of `STRATEGIES`.
        pool: The seeds.
        embed: Gives unit vectors of texts, for the strategies that go by meaning.

    Raises:
        InputError: There is no such strategy, or these seeds have no pair of that kind.
    """
    if name not in STRATEGIES:
        raise InputError(f"no pairing {name!r}", hint=nearest(name, STRATEGIES))
    if name in NEEDS_EMBEDDING:
        if embed is None:
            raise InputError(f"--pairing {name} goes by meaning", hint="--embedding says by which model")
        return _ByMeaning(name, pool, embed([seed.instruction for seed in pool.seeds]))
    if name in ("same_language", "cross_language"):
        languages = [seed.language for seed in pool.seeds]
        return _Grouped(name, pool, languages, is_same=name == "same_language")
    if name == "difficulty_matched":
        return _Grouped(name, pool, difficulty_bands(pool), is_same=True)
    return _Random(pool) if name == "random" else _UsagePenalised(pool)


def difficulty_bands(pool: SeedPool, bands: int = 5) -> list[int]:
    """Put each seed into one of five bands of difficulty, easiest first, of equal size.

    The source's own difficulty counts where every seed has one; else the length of instruction and answer stands in.

    Args:
        pool: The seeds.
        bands: How many.
    """
    has_all = all(seed.difficulty is not None for seed in pool.seeds)
    measured = [
        (seed.difficulty or 0.0) if has_all else float(len(seed.instruction) + len(seed.response))
        for seed in pool.seeds
    ]
    order = sorted(range(len(measured)), key=lambda place: (measured[place], place))
    result = [0] * len(order)
    for rank, place in enumerate(order):
        result[place] = rank * bands // len(order)
    return result
