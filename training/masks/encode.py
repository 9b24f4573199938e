"""A rendered conversation as tokens, each with whether it is learned.

A model that is asked reads its prompt as tokens of their own, so no token may reach over the border between a prompt
and its answer. Mostly none does: then the tokens of the whole text begin with those of the prompt alone. Where that
does not hold (a tokenizer that has a token for two newlines, and an answer that begins with one), the text is cut at
the borders and each piece is encoded by itself; that the pieces decode to the text is checked. The places that
tokenizers give for their tokens are not used: some leave out spaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from harness.errors import InputError
from training.masks.template import Rendered

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

IGNORED = -100
"""The label of a token that is not learned, in torch's cross entropy."""


@dataclass(frozen=True)
class Encoded:
    """A conversation as tokens."""

    ids: NDArray[np.int32]
    is_learned: NDArray[np.bool_]
    """One a token."""
    whole: int
    """Tokens before anything was cut."""

    @property
    def is_cut(self) -> bool:
        """Whether the end did not fit into the window."""
        return len(self.ids) < self.whole

    @property
    def labels(self) -> NDArray[np.int32]:
        """The ids where they are learned, -100 elsewhere.

        Example:
            >>> Encoded(np.array([5, 6], np.int32), np.array([False, True]), 2).labels
            array([-100,    6], dtype=int32)
        """
        return np.where(self.is_learned, self.ids, np.int32(IGNORED)).astype(np.int32)


def encode(rendered: Rendered, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Encoded:
    """Encode a conversation and cut it to the window, from the end.

    Args:
        rendered: The text; its special tokens are in it.
        tokenizer: The base model's.
        max_length: Of the window, in tokens.

    Raises:
        InputError: The text can not be cut at the borders of its answers without changing it.
    """
    ids = _ids(rendered.text, tokenizer)
    spans = _spans(ids, rendered, tokenizer)
    if spans is None:
        ids, spans = _in_pieces(rendered, tokenizer)
    learned = np.zeros(len(ids), dtype=np.bool_)
    for begin, end in spans:
        learned[begin:end] = True
    return Encoded(np.array(ids[:max_length], dtype=np.int32), learned[:max_length], len(ids))


def _ids(text: str, tokenizer: PreTrainedTokenizerBase) -> list[int]:
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


def _spans(ids: list[int], rendered: Rendered, tokenizer: PreTrainedTokenizerBase) -> list[tuple[int, int]] | None:
    """The answers in tokens; None where a token of the whole text reaches over a border."""
    edges = []
    for edge in (edge for answer in rendered.answers for edge in answer):
        before = ids if edge == len(rendered.text) else _ids(rendered.text[:edge], tokenizer)
        if ids[: len(before)] != before:
            return None
        edges.append(len(before))
    return list(zip(edges[::2], edges[1::2], strict=True))


def _in_pieces(rendered: Rendered, tokenizer: PreTrainedTokenizerBase) -> tuple[list[int], list[tuple[int, int]]]:
    text, at = rendered.text, 0
    ids: list[int] = []
    spans = []
    for begin, end in rendered.answers:
        ids += _ids(text[at:begin], tokenizer)
        first = len(ids)
        ids += _ids(text[begin:end], tokenizer)
        spans.append((first, len(ids)))
        at = end
    ids += _ids(text[at:], tokenizer)
    if _text(ids, tokenizer) != _text(_ids(text, tokenizer), tokenizer):
        raise InputError(
            f"the tokenizer can not begin an answer after {text[: rendered.answers[0][0]][-30:]!r} without changing it",
            hint="another --template",
        )
    return ids, spans


def _text(ids: list[int], tokenizer: PreTrainedTokenizerBase) -> str:
    return str(tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False))
