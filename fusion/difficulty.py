"""How difficult a row is, as a judge says it."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(?<![\d.])(10|[1-9])(?:\.\d+)?(?!\d)")


def read_judgement(reply: str) -> float | None:
    """Read a difficulty from 1 to 10; None where the reply holds none.

    Args:
        reply: What the judge said.

    Example:
        >>> read_judgement("7"), read_judgement("Difficulty: 4/10"), read_judgement("hard")
        (7.0, 4.0, None)
    """
    match = _NUMBER.search(reply)
    return float(match[1]) if match else None
