"""A server's reply, taken apart: servers differ in what they put where, and some count in words or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_LONGEST_WORDS = 300
_MOST_TOKENS = 1 << 53
"""Above this it is no count."""


@dataclass(frozen=True)
class Choice:
    """One answer in a reply; `reasoning` is what the server keeps apart from it."""

    text: str
    finish_reason: str | None
    reasoning: str = ""


@dataclass(frozen=True)
class Reply:
    """A server's answer, all in `body`. Tokens are absent where it does not count; `cost` is in the budget's unit."""

    choices: list[Choice]
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int = 0
    cost: float | None = None
    body: Mapping[str, object] = field(default_factory=dict)
    seconds: float | None = None  # from sending: without waits for a place and tries that failed


class NoReply(Exception):
    """A body that holds no answer; it says what the server says instead, or else what is wrong with it."""


def read_reply(content: bytes, *, is_chat: bool) -> Reply:
    """Take a reply apart.

    Args:
        content: Its body.
        is_chat: Whether a chat was asked, and not for a completion.

    Raises:
        NoReply: It holds no answer.

    Example:
        >>> read_reply(b'{"choices": [{"text": "    return 1", "finish_reason": "stop"}]}', is_chat=False).choices
        [Choice(text='    return 1', finish_reason='stop', reasoning='')]
    """
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NoReply(type(error).__name__) from None
    return read_body(body, is_chat=is_chat)


def read_body(body: object, *, is_chat: bool) -> Reply:
    """Take a decoded reply apart, as `read_reply` does.

    Args:
        body: Of the reply.
        is_chat: Whether a chat was asked, and not for a completion.

    Raises:
        NoReply: It holds no answer.
    """
    try:
        return _reply(body, is_chat)  # type: ignore[arg-type]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NoReply(_error_words(body) or type(error).__name__) from None


def read_usage(body: object) -> tuple[int | None, int | None, int]:
    """Give the tokens of the prompt, of the answers, and those of the prompt that were kept; None where none is said.

    Args:
        body: A decoded reply, with an answer in it or without.

    Example:
        >>> read_usage({"usage": {"prompt_tokens": 12, "completion_tokens": "5"}})
        (12, 5, 0)
    """
    usage = _object(_object(body).get("usage"))
    cached = _count(_object(usage.get("prompt_tokens_details")).get("cached_tokens"))
    return _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")), cached or 0


def _reply(body: dict[str, object], is_chat: bool) -> Reply:
    choices = [_choice(item, is_chat) for item in body["choices"]]  # type: ignore[attr-defined]
    if not choices:
        raise KeyError("choices")
    return Reply(choices, *read_usage(body), body=body)


def _choice(item: dict[str, object], is_chat: bool) -> Choice:
    reason = item.get("finish_reason")
    reason = reason if isinstance(reason, str) else None
    if not is_chat:
        return Choice("".join(_texts(item["text"])), reason)
    message: dict[str, object] = item["message"]  # type: ignore[assignment]
    text, thoughts = _texts(message.get("content"))
    kept_apart = "".join(_texts(message.get("reasoning_content") or message.get("reasoning")))
    return Choice(text or "".join(_texts(message.get("refusal"))), reason, kept_apart or thoughts)


def _texts(content: object) -> tuple[str, str]:
    """Give answer and reasoning of a content, which is a string or a list of parts.

    Example:
        >>> _texts([{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "One."}])
        ('One.', 'Hm.')
    """
    if content is None or isinstance(content, str):
        return content or "", ""
    text = reasoning = ""
    parts: list[Any] = content if isinstance(content, list) else [content]
    for part in parts:
        if isinstance(part, str):
            text += part
        elif part.get("type") in ("thinking", "reasoning"):
            reasoning += "".join(_texts(part.get("thinking") or part.get("reasoning") or part.get("text")))
        else:
            text += "".join(_texts(part.get("text") or part.get("refusal")))
    return text, reasoning


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _count(value: object) -> int | None:
    """Read a number of tokens; None for what is none.

    Example:
        >>> [_count(value) for value in (12, "12", 12.0, 1.5, -1, True, None)]
        [12, 12, 12, None, None, None, None]
    """
    if (isinstance(value, str) and value.isdecimal()) or (isinstance(value, float) and value.is_integer()):
        value = int(value)
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST_TOKENS
    return value if is_count else None  # type: ignore[return-value]


def _error_words(body: object) -> str:
    """Give what a server says that puts its error into a reply with status 200; empty where it says nothing."""
    error = _object(body).get("error")
    message = error.get("message") if isinstance(error, dict) else error
    return " ".join(str(message or "").split())[:_LONGEST_WORDS]
