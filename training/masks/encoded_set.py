"""All conversations of a training as tokens, and what was learned about them on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from harness.errors import InputError
from training.data.conversation import Conversation
from training.masks.encode import Encoded, encode
from training.masks.template import TrainingTemplate

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True)
class EncodedSet:
    """What a model learns from, in order."""

    rows: list[Encoded]
    unlearnable: int
    """Conversations left out: their window ends before the first answer begins."""
    cut: int
    """Conversations whose end did not fit into the window."""

    @cached_property
    def tokens(self) -> int:
        """Tokens in all."""
        return sum(len(row.ids) for row in self.rows)

    @cached_property
    def learned(self) -> int:
        """Tokens that are learned."""
        return sum(int(row.is_learned.sum()) for row in self.rows)

    @property
    def longest(self) -> int:
        """Tokens of the longest row."""
        return max(len(row.ids) for row in self.rows)

    @cached_property
    def sha256(self) -> str:
        """A hash of all tokens and masks, in order: two trainings that share it learn the same."""
        digest = hashlib.sha256()
        for row in self.rows:
            digest.update(len(row.ids).to_bytes(4, "little") + row.ids.tobytes() + row.is_learned.tobytes())
        return digest.hexdigest()


def encode_all(
    conversations: Sequence[Conversation],
    template: TrainingTemplate,
    tokenizer: PreTrainedTokenizerBase,
    max_length: int,
) -> EncodedSet:
    """Encode conversations in their order.

    Args:
        conversations: Of a mixture, in the order in which they are learned.
        template: What they look like.
        tokenizer: The base model's.
        max_length: Of the window, in tokens.

    Raises:
        InputError: The template can not be followed, or no conversation has an answer inside the window.
    """
    template.check(is_multi_turn=any(sum(t.role == "assistant" for t in row.turns) > 1 for row in conversations))
    rows = []
    unlearnable = cut = 0
    for conversation in conversations:
        row = encode(template.render(conversation.turns), tokenizer, max_length)
        # The first token of a window is never predicted.
        if not row.is_learned[1:].any():
            unlearnable += 1
            continue
        cut += row.is_cut
        rows.append(row)
    if not rows:
        raise InputError(
            f"no answer begins within {max_length} tokens in any of {len(conversations)} conversations",
            hint=f"--set data.max_length={2 * max_length}",
        )
    return EncodedSet(rows, unlearnable, cut)
