"""The noun of this folder: one conversation to learn from, and where it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.models.model import Message


@dataclass(frozen=True)
class Conversation:
    """Turns that end with an answer.

    Example:
        >>> one = Conversation((Message("user", "Hi"), Message("assistant", "Hello")), "demo")
        >>> one.key(0) == one.key(0), one.key(0) == one.key(1)
        (True, False)
    """

    turns: tuple[Message, ...]
    source: str
    """The data set's name."""
    difficulty: float | None = None
    """Out of the row's own column; None where no order asks for it."""
    measures: Mapping[str, float] = field(default_factory=dict, compare=False)
    """What the row's columns say of its difficulty (`training.data.sources.MEASURES`), as far as they do."""

    def key(self, seed: int) -> bytes:
        """Give what a seeded choice among rows sorts by.

        It depends on the text alone, so a file in another order, or one with more rows, gives the same choice among the
        rows that it shares.

        Args:
            seed: Of the choice.
        """
        digest = hashlib.sha256(f"{seed}".encode())
        for turn in self.turns:
            digest.update(f"\0{turn.role}\0{turn.content}".encode("utf-8", "surrogatepass"))
        return digest.digest()
