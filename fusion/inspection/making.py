"""How a data set was made: what part of the attempts became rows, by what was tried, and why the others did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fusion.dataset.rate import Rate
from fusion.dataset.record import DatasetRecord


@dataclass(frozen=True)
class Making:
    """How a data set was made."""

    method: str
    teacher: str
    is_complete: bool
    valid: Rate
    by: Mapping[str, Mapping[str, Rate]]
    """By operator, strategy and pair of languages; the most tried first."""
    rejected: Mapping[str, Rate]
    """Of all attempts, by reason; the most frequent first."""
    seconds: float
    licences: Mapping[str, int]
    """Of the seeds that were used."""


def making_of(record: DatasetRecord) -> Making:
    """Sum up a record.

    Args:
        record: Of the data set.

    Example:
        >>> made = making_of(DatasetRecord("fuse", {}, rows=2, attempts=3, rejected={"invalid": 1}))
        >>> made.valid.words, made.rejected["invalid"].count
        ('66.7 % [9.4, 99.2]', 1)
    """
    by = {
        kind: {
            name: Rate.of(valid, attempts)
            for name, (valid, attempts) in sorted(tally.items(), key=lambda item: (-item[1][1], item[0]))
        }
        for kind, tally in record.tallies.items()
    }
    reasons = sorted(record.rejected.items(), key=lambda item: (-item[1], item[0]))
    return Making(
        record.method,
        str(record.settings.get("teacher", "")),
        record.is_complete,
        Rate.of(record.rows, record.attempts),
        {kind: rates for kind, rates in by.items() if any(name for name in rates)},
        {reason: Rate.of(count, record.attempts) for reason, count in reasons},
        record.seconds,
        record.licences,
    )
