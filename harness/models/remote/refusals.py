"""What a server's refusal says: in which words, when to come back, and how much room it has for an answer."""

from __future__ import annotations

import email.utils
import re
import socket
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import openai

_LONGEST_WAIT_S = 300.0
_NO_CONNECTION = re.compile(r"Connect call failed|Cannot connect to host|Connection timeout to host")
"""In asyncio's words and in aiohttp's."""
_LIMITS = ("requests", "tokens")
_TOO_LONG = re.compile(r"context.?length|maximum context|max_model_len|context window", re.IGNORECASE)
_SAYS_TOO_LONG = re.compile(r"too long", re.IGNORECASE)
_OF_PROMPT = re.compile(r"context|token|prompt|messages|input", re.IGNORECASE)
"""What else may be too long has none of these beside it, as a list of stop strings."""
_CONTEXT = re.compile(r"context length (?:is|of|=) *(\d+)", re.IGNORECASE)
_PROMPT = re.compile(r"(\d+) (?:in (?:the|your) (?:messages|prompt)|input tokens|of text input|tokens from the input)")


def words_of(error: openai.APIStatusError) -> str:
    """Give the message of a refusal, in one line.

    Args:
        error: As the client library raises it.
    """
    body = error.body
    message = body.get("message") if isinstance(body, dict) else None
    return " ".join(str(message or error.message).split())[:300]


def is_too_long(words: str) -> bool:
    """Tell whether prompt and answer do not fit into the model's context.

    Args:
        words: As `words_of` gives them.

    Example:
        >>> is_too_long("This model's maximum context length is 4096 tokens.")
        True
        >>> is_too_long("Invalid stop: array too long. Expected an array with maximum length 3")
        False
    """
    return bool(_TOO_LONG.search(words) or (_SAYS_TOO_LONG.search(words) and _OF_PROMPT.search(words)))


def room_for_answer(words: str) -> int | None:
    """Read how many tokens the prompt leaves for an answer, where a server counts the longest answer with the prompt.

    Args:
        words: Of a refusal that is too long.

    Returns:
        None where it is not said, 0 where the prompt alone is too long.

    Example:
        >>> room_for_answer("This model's maximum context length is 4096 tokens. However, you requested 4196 tokens "
        ...     "(100 in the messages, 4096 in the completion).")
        3996
    """
    context, prompt = _CONTEXT.search(words), _PROMPT.search(words)
    return max(0, int(context[1]) - int(prompt[1])) if context and prompt else None


def asked_wait(headers: Mapping[str, str], *, is_rate_limit: bool = True) -> float | None:
    """Read how long a server wants to be left alone: seconds, a date, or OpenAI's `6m0s`.

    Args:
        headers: Of its reply.
        is_rate_limit: Whether it refuses because of too many requests; OpenAI tells its limits in every reply.

    Returns:
        Seconds, five minutes at most; None where it says nothing.

    Example:
        >>> asked_wait({"x-ratelimit-reset-requests": "1m2s"})
        62.0
    """
    said = headers.get("retry-after", "")
    if re.fullmatch(r"\d+(\.\d+)?", said):
        return min(float(said), _LONGEST_WAIT_S)
    if said:
        try:
            moment = email.utils.parsedate_to_datetime(said).timestamp()
        except (ValueError, OverflowError):
            return None
        return min(max(0.0, moment - time.time()), _LONGEST_WAIT_S)
    resets = {kind: _seconds(headers.get(f"x-ratelimit-reset-{kind}", "")) for kind in _LIMITS if is_rate_limit}
    known = {kind: seconds for kind, seconds in resets.items() if seconds is not None}
    spent = [seconds for kind, seconds in known.items() if headers.get(f"x-ratelimit-remaining-{kind}") == "0"]
    waits = spent or list(known.values())
    return min(max(waits), _LONGEST_WAIT_S) if waits else None


def _seconds(reset: str) -> float | None:
    """Read OpenAI's way to say a time; None where it is none.

    Example:
        >>> _seconds("6m0s"), _seconds("12ms")
        (360.0, 0.012)
    """
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|h|m|s)", reset)
    units = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
    return sum(float(number) * units[unit] for number, unit in parts) if parts else None


def never_arrived(error: BaseException | None) -> bool:
    """Say whether there was no connection that could take a request, or no such host: then it was not billed.

    Args:
        error: What the client library raised.

    Example:
        >>> never_arrived(ConnectionRefusedError(111, "refused")), never_arrived(ConnectionResetError())
        (True, False)
    """
    while error is not None:
        if isinstance(error, (ConnectionRefusedError, socket.gaierror)) or _NO_CONNECTION.search(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False
