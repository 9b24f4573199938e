"""What a failed request tells: the server's own words, and whether anybody heard it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import openai


def never_arrived(error: BaseException | None) -> bool:
    """Say whether nobody was there to take a request: then it was not billed.

    Args:
        error: What the client library raised.

    Example:
        >>> never_arrived(ConnectionRefusedError(111, "refused")), never_arrived(ConnectionResetError())
        (True, False)
    """
    while error is not None:
        if isinstance(error, ConnectionRefusedError) or "Connect call failed" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def words_of(error: openai.APIStatusError) -> str:
    """Give what a server says of a refusal, in one line.

    Args:
        error: What the client library raised.
    """
    body = error.body
    message = body.get("message") if isinstance(body, dict) else None
    return " ".join(str(message or error.message).split())[:300]
