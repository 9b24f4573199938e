"""Claims about a method, of which several training runs were made: the training seed is the unit, not the task.

Two recipes that were each trained once can not be told apart from two seeds of one recipe, however many tasks they are
scored on. Covers means over seeds and their difference. Does not cover the tasks being a sample too: the claim is about
this benchmark.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from harness.grading.pass_at_k import wilson
from leaderboards.statistics.difference import PairedDifference
from leaderboards.statistics.unpaired import welch


class SeedMean(NamedTuple):
    """The mean over training seeds with its 95 % interval; the ends are None where one seed alone gives none."""

    mean: float
    low: float | None
    high: float | None
    seeds: int


def seed_mean(values: Sequence[float]) -> SeedMean:
    """Average a recipe's scores over its training seeds: t with seeds - 1 degrees of freedom.

    Args:
        values: One score a seed, fractions.

    Raises:
        ValueError: There is none.

    Example:
        >>> found = seed_mean([0.70, 0.72, 0.74])
        >>> round(found.mean, 2), round(found.low, 3), round(found.high, 3), found.seeds
        (0.72, 0.67, 0.77, 3)
    """
    from scipy.special import stdtrit

    if not values:
        raise ValueError("there is no seed")
    mean = math.fsum(values) / len(values)
    if len(values) < 2:
        return SeedMean(mean, None, None, 1)
    if max(values) - min(values) < 1e-12:
        # Seeds that came out the same by chance do not make a mean certain; see `task_interval`.
        return SeedMean(mean, *wilson(min(mean, 1.0) * len(values), len(values)), len(values))
    error = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1) / len(values))
    reach = float(stdtrit(len(values) - 1, 0.975)) * error
    return SeedMean(mean, max(0.0, mean - reach), min(1.0, mean + reach), len(values))


def seed_level_difference(values_a: Sequence[float], values_b: Sequence[float]) -> PairedDifference:
    """Compare two recipes by their scores over training seeds: Welch's t, as the seeds of the two are not paired.

    Args:
        values_a: The first recipe's score of each seed, fractions.
        values_b: The second one's.

    Returns:
        `tasks` and `clusters` are the seeds of the smaller side.

    Raises:
        ValueError: One has fewer than two seeds.

    Example:
        >>> found = seed_level_difference([0.70, 0.72, 0.74], [0.66, 0.67, 0.68])
        >>> round(found.difference, 3), round(found.p_value, 3), found.test
        (0.05, 0.032, 'Welch t over seeds')
    """
    fewest = min(len(values_a), len(values_b))
    if fewest < 2:
        raise ValueError(
            f"{len(values_a)} and {len(values_b)} seeds: a claim about a method needs two of each at least"
        )
    difference, low, high, p_value = welch(np.asarray(values_a, np.float64), np.asarray(values_b, np.float64))
    low, high = max(-1.0, low), min(1.0, high)
    return PairedDifference(difference, low, high, p_value, "Welch t over seeds", fewest, fewest, 0, 0, 0)
