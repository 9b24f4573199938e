"""How difficult a row is, as a judge says it."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(?<![\d.])(10|[1-9])(\.\d+)?(?!\d)(?!\.\d)")
_SCALE = re.compile(
    r"\bout of (?:10|ten)\b|/\s*10\b|\b(?:from |between )?1\s*(?:to|and|-|\u2013)\s*10\b", re.IGNORECASE
)
"""What names the scale and no place on it."""
_HIGHEST = 10.0


def read_judgement(reply: str) -> float | None:
    """Read a difficulty from 1 to 10: the last number that does not name the scale; None where the reply holds none.

    Args:
        reply: What the judge said.

    Example:
        >>> read_judgement("7"), read_judgement("Difficulty: 4/10"), read_judgement("hard")
        (7.0, 4.0, None)
        >>> read_judgement("On a scale of 1 to 10, I'd say 7.5.")
        7.5
    """
    numbers = [float(match[0]) for match in _NUMBER.finditer(_SCALE.sub(" ", reply))]
    fitting = [number for number in numbers if number <= _HIGHEST]
    return fitting[-1] if fitting else None
