"""One batch through transformers' `generate`: where each row ends, how it is drawn, and what text it is.

`generate` itself would stop a batch by the last row only, draw all rows with one random state, and lose a space where
an answer's first token begins with one. So rows are ended and drawn here. A drawn token takes one random number, which
depends on the request's seed and the token's place: a request gets the same draw in whatever batch it is answered, up
to rounding of the model's own numbers.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.models.answer_text import cut_at_stop
from harness.models.model import Prompt, Request, Sampling
from harness.records import Completion

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_CONTEXT_TOKENS = 4
_SPARE_TOKENS = 4


@dataclass(frozen=True)
class PreparedRequest:
    """A request as tokens."""

    request: Request
    ids: list[int]
    room: int
    """Tokens that may be written; none where the prompt fills the context."""

    @property
    def length(self) -> int:
        """Tokens of the prompt."""
        return len(self.ids)


@dataclass(frozen=True)
class Loaded:
    """Weights and tokenizer, and the tokens that end or fill a row."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    ends: frozenset[int]
    pad: int
    context: int | None
    """Tokens that prompt and answer may have together."""
    is_left: threading.Event = field(default_factory=threading.Event)
    """Set where nobody waits for the answers any more."""

    @classmethod
    def of(cls, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> Loaded:
        """Take what matters out of a checkpoint's settings."""
        said = model.generation_config.eos_token_id
        ends = {said} if isinstance(said, int) else set(said or ())
        if tokenizer.eos_token_id is not None:
            ends.add(tokenizer.eos_token_id)
        pad = tokenizer.pad_token_id
        context = getattr(model.config.get_text_config(), "max_position_embeddings", None)
        return cls(model, tokenizer, frozenset(ends), min(ends, default=0) if pad is None else pad, context)

    def ids_of(self, prompt: Prompt) -> list[int]:
        """Make tokens of a prompt. A rendered chat has its special tokens already."""
        ids = self.tokenizer.encode(prompt.text, add_special_tokens=not prompt.messages)
        # A model can not go on from nothing.
        return list(ids) or [self.tokenizer.bos_token_id if self.tokenizer.bos_token_id is not None else self.pad]

    def prepare(self, request: Request, sampling: Sampling) -> PreparedRequest:
        """Make tokens of a request's prompt, and tell how many may follow."""
        ids = self.ids_of(request.prompt)
        room = sampling.max_tokens if self.context is None else min(sampling.max_tokens, self.context - len(ids))
        return PreparedRequest(request, ids, room)

    def text_after(self, prompt: Sequence[int], ids: Sequence[int]) -> str:
        """Decode what follows a prompt, with the space that a tokenizer drops at the beginning of a text."""
        context = list(prompt[-_CONTEXT_TOKENS:])
        before, whole = self._decode(context), self._decode([*context, *ids])
        return whole[len(before) :] if whole.startswith(before) else self._decode(ids)

    def _decode(self, ids: Sequence[int]) -> str:
        text = self.tokenizer.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return str(text)


class _Left(Exception):
    """The batch is given up: the model was closed while it answered."""


class _RowEnds:
    """Ends each row by itself: at an end token, a stop string, or where its room is used up."""

    def __init__(self, loaded: Loaded, batch: Sequence[PreparedRequest]) -> None:
        self._loaded, self._batch = loaded, batch
        self._start = max(row.length for row in batch)
        self._ends = [loaded.ends | _stop_tokens(loaded, row.request.prompt.stop) for row in batch]
        # A token is at least a byte, so this many hold every stop string that the newest one completes.
        self._tails = [
            max((len(stop.encode()) for stop in row.request.prompt.stop), default=0) + _SPARE_TOKENS for row in batch
        ]
        self.lengths: list[int | None] = [None] * len(batch)
        """Tokens that each row has written, its end token among them; None while it goes on."""
        self.is_cut = [False] * len(batch)

    def __call__(self, input_ids: Tensor, scores: object) -> Tensor:
        import torch

        written = int(input_ids.shape[1]) - self._start
        if self._loaded.is_left.is_set():
            raise _Left
        newest = max(self._tails)
        rows = input_ids[:, max(self._start, int(input_ids.shape[1]) - newest) :].tolist()
        for number, ids in enumerate(rows):
            if self.lengths[number] is None and self._is_over(number, ids, written):
                self.lengths[number] = written
        return torch.tensor([length is not None for length in self.lengths], device=input_ids.device)

    def _is_over(self, number: int, ids: list[int], written: int) -> bool:
        row = self._batch[number]
        if ids[-1] in self._ends[number]:
            return True
        stops = row.request.prompt.stop
        if stops:
            tail = self._loaded.text_after(row.ids if len(ids) == written else (), ids[-self._tails[number] :])
            if any(stop in tail for stop in stops):
                return True
        self.is_cut[number] = written >= row.room
        return self.is_cut[number]


class _RowDraws:
    """Draws each row's next token with random numbers of its own, and leaves that token as the only possible one."""

    def __init__(self, batch: Sequence[PreparedRequest], sampling: Sampling) -> None:
        self._sampling = sampling
        self._numbers = [random.Random(sampling.seed_of(row.request)) for row in batch]

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        import torch

        # Likeliest first, so that rounding differences among the unlikely can not move a draw among the likely.
        shares = (scores.double() / self._sampling.temperature).softmax(-1)
        shares, order = shares.sort(dim=-1, descending=True, stable=True)
        heaped = shares.cumsum(-1)
        kept = (heaped - shares < self._sampling.top_p).double()
        heaped = (shares * kept).cumsum(-1)
        draws = torch.tensor([[number.random()] for number in self._numbers], dtype=heaped.dtype, device=heaped.device)
        places = torch.searchsorted(heaped, draws * heaped[:, -1:], right=True)
        # The last kept place, for a draw that rounding puts behind it.
        places = torch.minimum(places, kept.sum(-1, keepdim=True).long() - 1)
        only = torch.full_like(scores, float("-inf"))
        return only.scatter_(-1, order.gather(-1, places), 0.0)


def generate(loaded: Loaded, batch: Sequence[PreparedRequest], sampling: Sampling) -> list[Completion]:
    """Answer a batch.

    Args:
        loaded: The model.
        batch: Requests with room for at least one token.
        sampling: How answers are drawn.

    Raises:
        RuntimeError: The batch does not fit into the memory, as torch says it.
    """
    import torch
    from transformers import GenerationConfig, LogitsProcessorList, StoppingCriteriaList

    width = max(row.length for row in batch)
    device = loaded.model.device
    ids = torch.tensor([[loaded.pad] * (width - row.length) + row.ids for row in batch], device=device)
    mask = torch.tensor([[0] * (width - row.length) + [1] * row.length for row in batch], device=device)
    ends = _RowEnds(loaded, batch)
    # The checkpoint's own settings (a repetition penalty, a temperature) would be merged in otherwise.
    loaded.model.generation_config = GenerationConfig(pad_token_id=loaded.pad)  # type: ignore[no-untyped-call,unused-ignore]
    with torch.inference_mode():
        output = loaded.model.generate(
            input_ids=ids,
            attention_mask=mask,
            max_new_tokens=max(row.room for row in batch),
            do_sample=False,
            logits_processor=LogitsProcessorList([_RowDraws(batch, sampling)] if sampling.temperature > 0 else []),
            stopping_criteria=StoppingCriteriaList([ends]),
        )
    written = output[:, width:].tolist()
    return [
        _completion(loaded, row, ids[:length], is_cut)
        for row, ids, length, is_cut in zip(batch, written, ends.lengths, ends.is_cut, strict=True)
    ]


def _completion(loaded: Loaded, row: PreparedRequest, ids: list[int], is_cut: bool) -> Completion:
    prompt = row.request.prompt
    text, is_stopped = cut_at_stop(loaded.text_after(row.ids, ids), prompt.stop)
    return Completion(
        row.request.task_id,
        row.request.sample_index,
        prompt.prefill + text,
        prompt.kind,
        "length" if is_cut and not is_stopped else "stop",
        len(ids),
    )


def _stop_tokens(loaded: Loaded, stops: Sequence[str]) -> frozenset[int]:
    """Give the special tokens among stop strings: they are not in a decoded text."""
    added = loaded.tokenizer.added_tokens_decoder.items()
    return frozenset(number for number, token in added if token.special and token.content in stops)
