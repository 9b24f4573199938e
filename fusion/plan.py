"""What a whole data set would take, told from a pilot: calls, tokens, money and hours, each with an interval.

The pilot's attempts are drawn again and again with replacement (a bootstrap of 2,000), and each draw is blown up to the
rows wanted: the spread of the results is the interval. It covers what differs from pair to pair, not a server that is
slower tomorrow or a price that changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fusion.dataset.rows import Rejected, Row
from fusion.teachers.call_journal import CALLS, read_calls
from harness.errors import InputError

_DRAWS = 2000


@dataclass(frozen=True)
class Forecast:
    """One number with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Plan:
    """What so many rows would take. Money is absent where no price is known."""

    target: int
    pilot_rows: int
    pilot_attempts: int
    valid: Forecast
    """Share of the attempts that become rows."""
    calls: Forecast
    prompt_tokens: Forecast
    completion_tokens: Forecast
    cost: Forecast | None
    """US dollars."""
    hours: Forecast | None
    """At the concurrency of the pilot; absent where the calls were not timed, as those of a batch."""


@dataclass(frozen=True)
class Attempted:
    """What one attempt took."""

    is_row: bool
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    seconds: float | None
    """Summed over its calls; absent where one was not timed."""


def attempts_of(folder: Path, rows: Sequence[Row], rejected: Sequence[Rejected]) -> list[Attempted]:
    """Look up in the journal what each attempt took.

    Args:
        folder: Of the data set.
        rows: Its rows.
        rejected: The attempts that did not become rows.
    """
    took: dict[int, list[float]] = {}
    unpriced: set[int] = set()
    untimed: set[int] = set()
    for _, _, line in read_calls(folder / CALLS):
        number = int(str(line["number"]))
        sums = took.setdefault(number, [0, 0, 0, 0.0, 0.0])
        values = [1, line.get("prompt_tokens"), line.get("completion_tokens"), line.get("cost"), line.get("seconds")]
        if line.get("cost") is None:
            unpriced.add(number)
        if line.get("seconds") is None and "refused" not in line:
            untimed.add(number)
        for place, value in enumerate(values):
            sums[place] += float(str(value or 0))
    result = []
    for is_row, items in ((True, rows), (False, rejected)):
        for item in items:
            calls, prompt, completion, cost, seconds = took.get(item.number, [0, 0, 0, 0.0, 0.0])
            known = None if item.number in unpriced else cost
            timed = None if item.number in untimed else seconds
            result.append(Attempted(is_row, int(calls), int(prompt), int(completion), known, timed))
    return result


def forecast(attempts: Sequence[Attempted], target: int, concurrency: int, seed: int = 0) -> Plan:
    """Blow a pilot up.

    Args:
        attempts: Of the pilot.
        target: Rows wanted.
        concurrency: Calls in flight.
        seed: Of the bootstrap.

    Raises:
        InputError: No attempt of the pilot became a row, so nothing can be told.

    Example:
        >>> pilot = [Attempted(n % 2 == 0, 1 + (n % 2 == 0), 300, 200, 0.01, 2.0) for n in range(50)]
        >>> plan = forecast(pilot, 1000, 10)
        >>> plan.valid.value, plan.calls.value, round(plan.cost.value, 2)
        (0.5, 3000.0, 20.0)
    """
    if not any(attempt.is_row for attempt in attempts):
        raise InputError(
            f"none of the pilot's {len(attempts)} attempts became a row: nothing can be forecast",
            hint="look at the reasons in rejected.jsonl; another teacher, or --checks paper",
        )
    table = np.array([_numbers(attempt) for attempt in attempts], dtype=float)
    generator = np.random.default_rng(seed)
    counts = generator.multinomial(len(table), np.full(len(table), 1 / len(table)), _DRAWS)
    draws = counts @ table
    draws = draws[draws[:, 0] > 0]
    whole = table.sum(axis=0)

    def blown_up(column: int, divided_by: float = 1.0) -> Forecast:
        drawn = draws[:, column] / draws[:, 0] * target / divided_by
        low, high = np.quantile(drawn, [0.025, 0.975])
        return Forecast(float(whole[column] / whole[0] * target / divided_by), float(low), float(high))

    shares = draws[:, 0] / len(table)
    low, high = np.quantile(shares, [0.025, 0.975])
    return Plan(
        target,
        int(whole[0]),
        len(table),
        Forecast(float(whole[0] / len(table)), float(low), float(high)),
        blown_up(1),
        blown_up(2),
        blown_up(3),
        None if any(attempt.cost is None for attempt in attempts) else blown_up(4),
        None if any(attempt.seconds is None for attempt in attempts) else blown_up(5, 3600.0 * concurrency),
    )


def _numbers(attempt: Attempted) -> list[float]:
    """Put what is summed up into the columns of the bootstrap."""
    return [
        float(attempt.is_row),
        attempt.calls,
        attempt.prompt_tokens,
        attempt.completion_tokens,
        attempt.cost or 0.0,
        attempt.seconds or 0.0,
    ]
