"""How long a server that refuses a call wants to be left alone."""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Mapping

_LONGEST_ASKED_WAIT_S = 300.0


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Read how long a server wants to be left alone: seconds, a date, or OpenAI's `6m0s`.

    Args:
        headers: Of its refusal, names in lower case.

    Returns:
        Seconds, at most five minutes; None where it does not say.

    Example:
        >>> asked_wait({"retry-after": "1.5"}), asked_wait({"x-ratelimit-reset-tokens": "1m2s"}), asked_wait({})
        (1.5, 62.0, None)
    """
    said = headers.get("retry-after", "")
    if re.fullmatch(r"\d+(\.\d+)?", said):
        return min(float(said), _LONGEST_ASKED_WAIT_S)
    if said:
        try:
            moment = email.utils.parsedate_to_datetime(said).timestamp()
        except ValueError:
            return None
        return min(max(0.0, moment - time.time()), _LONGEST_ASKED_WAIT_S)
    reset = headers.get("x-ratelimit-reset-requests") or headers.get("x-ratelimit-reset-tokens") or ""
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|h|m|s)", reset)
    if not parts:
        return None
    units = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
    return min(sum(float(number) * units[unit] for number, unit in parts), _LONGEST_ASKED_WAIT_S)
