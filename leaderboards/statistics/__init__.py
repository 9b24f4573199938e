"""The arithmetic of a comparison: plain numbers in, plain numbers out; nothing is read or shown here.

difference  what every comparison of two gives
paired      two models on the same tasks: mid-p McNemar, paired and clustered t, sign flips
unpaired    two samples of tasks that have nothing in common
clustered   the interval of a mean whose tasks are one problem in several languages
binary      McNemar's tests, exact and mid-p; Newcombe's intervals
pairs       all pairs of a board at once
many        several models at a time: Cochran's Q; Holm and Benjamini-Hochberg
ranks       which ranks a model may have, given the pairs
power       the smallest difference that a board can resolve
seeds       training seeds as the unit
noise       how much of a score's error comes from the tasks, and how much from drawing samples
suspects    tasks that stronger models fail and weaker ones pass

Only numpy and `scipy.special` are imported, the latter when a t or chi-square distribution is asked for: `scipy.stats`
and statsmodels take longer to import than a board takes to draw. The tests hold every function against them.
"""

from leaderboards.statistics.binary import mcnemar_exact, mcnemar_mid_p, newcombe_paired, newcombe_unpaired
from leaderboards.statistics.clustered import clustered_interval
from leaderboards.statistics.difference import PairedDifference
from leaderboards.statistics.many import benjamini_hochberg, cochran_q, holm
from leaderboards.statistics.noise import NoiseSplit, noise_split
from leaderboards.statistics.paired import paired_difference, sign_flip_p
from leaderboards.statistics.pairs import AllPairs, all_pairs, holm_pairs
from leaderboards.statistics.power import minimum_detectable_effect, minimum_detectable_over_seeds
from leaderboards.statistics.ranks import RankRange, rank_ranges
from leaderboards.statistics.seeds import SeedMean, seed_level_difference, seed_mean
from leaderboards.statistics.suspects import suspect_tasks
from leaderboards.statistics.unpaired import unpaired_difference

__all__ = [
    "AllPairs",
    "NoiseSplit",
    "PairedDifference",
    "RankRange",
    "SeedMean",
    "all_pairs",
    "benjamini_hochberg",
    "clustered_interval",
    "cochran_q",
    "holm",
    "holm_pairs",
    "mcnemar_exact",
    "mcnemar_mid_p",
    "minimum_detectable_effect",
    "minimum_detectable_over_seeds",
    "newcombe_paired",
    "newcombe_unpaired",
    "noise_split",
    "paired_difference",
    "rank_ranges",
    "seed_level_difference",
    "seed_mean",
    "sign_flip_p",
    "suspect_tasks",
    "unpaired_difference",
]
