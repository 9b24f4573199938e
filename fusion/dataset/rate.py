"""A part of a whole as a rate with its interval: how many attempts became rows, how many answers pass."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """So many of so many."""

    count: int
    total: int
    value: float | None
    """In [0, 1]; absent where there is nothing to count."""
    low: float
    high: float
    """Ends of the 95 % interval (Clopper and Pearson's, which is never too narrow)."""

    @classmethod
    def of(cls, count: int, total: int) -> Rate:
        """Make a rate.

        Args:
            count: Those that are counted.
            total: All.

        Example:
            >>> rate = Rate.of(63, 100)
            >>> rate.value, round(rate.low, 3), round(rate.high, 3), rate.words
            (0.63, 0.528, 0.724, '63.0 % [52.8, 72.4]')
        """
        low, high = valid_interval(count, total)
        return cls(count, total, count / total if total else None, low, high)

    @property
    def words(self) -> str:
        """The rate in percent with its interval."""
        if self.value is None:
            return "unknown"
        return f"{100 * self.value:.1f} % [{100 * self.low:.1f}, {100 * self.high:.1f}]"


def valid_interval(valid: int, attempts: int) -> tuple[float, float]:
    """Give the 95 % interval of a rate (Clopper and Pearson's, which is never too narrow).

    Args:
        valid: Rows.
        attempts: Attempts.

    Example:
        >>> low, high = valid_interval(63, 100)
        >>> round(low, 3), round(high, 3)
        (0.528, 0.724)
    """
    from scipy.stats import beta

    low = float(beta.ppf(0.025, valid, attempts - valid + 1)) if valid else 0.0
    high = float(beta.ppf(0.975, valid + 1, attempts - valid)) if valid < attempts else 1.0
    return low, high
