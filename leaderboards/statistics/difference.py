"""What a comparison of two models gives, whichever test made it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PairedDifference:
    """How far apart two models are, and how sure that is; `a` and `b` are those of the function that made it.

    Fractions, never percents. The interval is at 95 %. A `p_value` is of this one comparison: where several are made,
    it has still to be adjusted (`holm`).

    Example:
        >>> PairedDifference(0.05, 0.01, 0.09, 0.02, "paired t", 164, 164, 20, 12, 132).is_significant
        True
    """

    difference: float
    """mean(a) - mean(b)"""
    low: float
    high: float
    p_value: float
    test: str
    """`mid-p McNemar`, `paired t`, `clustered paired t`, or the name of an unpaired one."""
    tasks: int
    """How many tasks were compared; of the smaller side where they are not the same ones."""
    clusters: int
    """How many of them are independent of each other: one problem in several languages is one cluster."""
    wins: int
    """Tasks on which `a` passes more often; 0 where no two tasks belong together."""
    losses: int
    ties: int
    permutation_p: float | None = None
    """The sign-flip test's p-value beside a t test's: it assumes nothing but that both models are alike."""

    @property
    def is_significant(self) -> bool:
        """Whether this one comparison, taken alone, is significant at 5 %."""
        return self.p_value < 0.05
