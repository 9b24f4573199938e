"""The sequence of pairs: the same one for the same seed, no pair in either order twice, until every pair was drawn.

A run that goes on after a stop draws the sequence from its start and passes over what it has: nothing of the generator
has to be kept on disk.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

from fusion.pairing.strategies import Partners
from harness.errors import InputError

_TRIES, _TRIES_OF_MANY = 200, 200_000
"""Draws in a row that give no new pair, until the pairs that are left are listed instead; where those are too many to
list, until none is taken to be left."""
_MOST_LISTED = 4_000_000


@dataclass(frozen=True)
class Pair:
    """Two seeds, by their place in the pool, in the order in which the teacher sees them."""

    number: int
    """Its place in the sequence, from 0."""
    first: int
    second: int


class PairsSpent(InputError):
    """Every pair that the strategy allows was drawn."""


def pairs(partners: Partners, seed: int) -> Iterator[Pair]:
    """Draw pair after pair.

    Args:
        partners: Draws the two seeds of a pair, by some strategy.
        seed: Of the generator.

    Raises:
        PairsSpent: No pair is left.

    Example:
        >>> from fusion.pairing.strategies import strategy
        >>> from fusion.seeds import Seed, SeedPool
        >>> pool = SeedPool(tuple(Seed(name, name) for name in "abc"), (1.0, 1.0, 1.0), "")
        >>> drawn = pairs(strategy("random", pool, None), 123)
        >>> sorted(tuple(sorted((pair.first, pair.second))) for pair in itertools.islice(drawn, 3))
        [(0, 1), (0, 2), (1, 2)]
    """
    generator = random.Random(seed)
    count = partners.count
    seen: set[int] = set()
    tries = _TRIES if count * (count - 1) // 2 <= _MOST_LISTED else _TRIES_OF_MANY
    for number in itertools.count():
        for _ in range(tries):
            first, second = partners.draw(generator)
            key = min(first, second) * count + max(first, second)
            if first != second and key not in seen:
                break
        else:
            left = _left(partners, seen)
            if not left:
                raise PairsSpent(
                    f"all {number:,} pairs of {count:,} seeds that the strategy {partners.name!r} allows are drawn",
                    hint="more seeds, or a smaller --target-size",
                )
            first, second = generator.choice(left)
            if generator.random() < 0.5:
                first, second = second, first
            key = min(first, second) * count + max(first, second)
        seen.add(key)
        yield Pair(number, first, second)


def _left(partners: Partners, seen: set[int]) -> list[tuple[int, int]]:
    """List the pairs that are allowed and not drawn yet; none where they are too many to list."""
    count = partners.count
    if count * (count - 1) // 2 > _MOST_LISTED:
        return []
    return [
        (first, second)
        for first, second in itertools.combinations(range(count), 2)
        if first * count + second not in seen and partners.allows(first, second)
    ]
