"""What a teacher is: messages go in, a reply comes out, and both are named so that they are found again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from harness.errors import EnvironmentLacking
from harness.models.model import Message

_BYTES_A_TOKEN = 4
TaskKind = Literal["fuse", "evolve", "answer", "tests", "judge", "improved"]
"""What a call is for: `judge` rates a row, `improved` says whether an evolved instruction asks for anything new."""


@dataclass(frozen=True)
class Settings:
    """How replies are drawn. The paper used its server's defaults: temperature 1."""

    temperature: float = 1.0
    top_p: float = 1.0
    max_tokens: int = 2048


@dataclass(frozen=True)
class Ask:
    """One question to the teacher."""

    task: TaskKind
    number: int
    """Of the pair or the row it is for."""
    messages: tuple[Message, ...]
    settings: Settings = Settings()
    draw: int = 0
    """Which of several replies to the same messages."""

    def key(self, teacher: str) -> str:
        """Name the question by all that can change the reply: 32 hexadecimal digits.

        Args:
            teacher: The teacher's name.

        Example:
            >>> ask = Ask("fuse", 0, (Message("user", "Hello."),))
            >>> ask.key("gpt") == Ask("answer", 7, (Message("user", "Hello."),)).key("gpt"), len(ask.key("gpt"))
            (True, 32)
        """
        settings = self.settings
        parts = [
            teacher,
            [[message.role, message.content] for message in self.messages],
            [settings.temperature, settings.top_p, settings.max_tokens, self.draw],
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]

    def seed(self, teacher: str) -> int:
        """Give the number that a server's generator starts from for this reply, 31 bits.

        Args:
            teacher: The teacher's name.
        """
        return int(self.key(teacher)[:8], 16) >> 1


@dataclass(frozen=True)
class Reply:
    """What a teacher said. Tokens are absent where nobody counts them."""

    text: str
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None
    """US dollars; absent where the price is not known."""
    body: Mapping[str, object] = field(default_factory=dict)
    """All that the server said, as it was."""
    seconds: float | None = None

    @property
    def text_tokens(self) -> int | None:
        """Tokens of `text`, without hidden reasoning, which servers count with it; absent where nobody counts.

        Estimated from the text where a server sends its reasoning along and does not count it.

        Example:
            >>> usage = {"completion_tokens_details": {"reasoning_tokens": 128}}
            >>> Reply("It is 7.", "stop", 9, 130, body={"usage": usage}).text_tokens
            2
        """
        if self.completion_tokens is None:
            return None
        reasoning = _at(self.body, "usage", "completion_tokens_details", "reasoning_tokens")
        if isinstance(reasoning, int) and reasoning:
            return max(0, self.completion_tokens - reasoning)
        message = ("choices", 0, "message")
        if _at(self.body, *message, "reasoning_content") or _at(self.body, *message, "reasoning"):
            return len(self.text.encode("utf-8", "replace")) // _BYTES_A_TOKEN
        return self.completion_tokens


def _at(plain: object, *path: str | int) -> object:
    """Give what is at a place in plain data; None where there is nothing."""
    for step in path:
        try:
            plain = plain[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return None
    return plain


class Refusal(Exception):
    """The teacher does not take this one question (a content filter, a prompt that is too long)."""


class Unrecorded(EnvironmentLacking):
    """A teacher that only says again what another one said has no reply to this question."""


class Teacher(Protocol):
    """Answers questions. Use as an async context manager."""

    @property
    def name(self) -> str:
        """What the server calls it; part of every key."""
        ...

    @property
    def about(self) -> Mapping[str, str | float | None]:
        """What else the data set's record says of it: its kind, its address, its price."""
        ...

    @property
    def concurrency(self) -> int:
        """Questions that may be open at once."""
        ...

    async def ask(self, ask: Ask) -> Reply:
        """Answer one question.

        Raises:
            Refusal: It does not take this one.
            EnvironmentLacking: It can not be reached, keeps failing, or refuses key or name; or the budget is spent.
        """
        ...

    async def __aenter__(self) -> Teacher:
        """Give the teacher itself."""
        ...

    async def __aexit__(self, *_: object) -> None:
        """Close what was opened."""
        ...
