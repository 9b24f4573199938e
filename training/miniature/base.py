"""The pretraining of the miniature's base model: it learns single operations, and never sees two put together.

About a minute of one core (docs/miniature.md). One thread and one seed give the same weights on the same machine; other
processors round differently.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fusion.offline.answers import answer
from harness.benchmarks.miniature.clauses import CLAUSES
from harness.benchmarks.miniature.held_out import is_held_out
from harness.benchmarks.miniature.instruction import Instruction
from harness.benchmarks.miniature.operations import OPERATIONS
from harness.benchmarks.miniature.tasks import draw
from harness.benchmarks.miniature.wording import render
from training.miniature.tokenizer import VOCABULARY, train_tokenizer

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

STEPS = 600
BATCH = 16
LEARNING_RATE = 3e-3
CONTEXT = 256
"""Tokens of prompt and answer together."""
_WARM_UP = 0.1
_HIDDEN = -100
"""The label that torch's loss passes over."""
_TOKENIZER_ROWS = 2000


def make_base(folder: Path, *, seed: int, steps: int = STEPS) -> None:
    """Make the base model and write it as a checkpoint folder: weights, settings, tokenizer, chat template.

    Args:
        folder: Where to; made if it is not there.
        seed: Of the weights and the rows.
        steps: Batches of 16 rows.

    Raises:
        EnvironmentLacking: torch or transformers is missing.
    """
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    rng = random.Random(seed)
    tokenizer = train_tokenizer(_words(rng))
    with _one_thread():
        torch.manual_seed(seed)
        settings = LlamaConfig(
            vocab_size=VOCABULARY,
            hidden_size=128,
            intermediate_size=344,
            num_hidden_layers=4,
            num_attention_heads=4,
            num_key_value_heads=4,
            max_position_embeddings=CONTEXT,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
        model = LlamaForCausalLM(settings)
        _train(model, tokenizer, rng, steps)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _train(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, rng: random.Random, steps: int) -> None:
    import torch

    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.95), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LEARNING_RATE, total_steps=steps, pct_start=_WARM_UP, cycle_momentum=False
    )
    for _ in range(steps):
        batch = _batch(tokenizer, [_single(rng) for _ in range(BATCH)])
        # A new key-value cache a step would only cost time.
        scores = model(input_ids=batch.ids, use_cache=False).logits[:, :-1]
        loss = torch.nn.functional.cross_entropy(
            scores.flatten(0, 1), batch.labels[:, 1:].flatten(), ignore_index=_HIDDEN
        )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()


class _Batch(NamedTuple):
    """Token ids and labels, both (rows, tokens), padded on the right."""

    ids: Tensor
    labels: Tensor


def _batch(tokenizer: PreTrainedTokenizerFast, instructions: list[Instruction]) -> _Batch:
    """Rows as the chat template has them; only the answer and its end are learned."""
    import torch

    ids, labels = [], []
    for instruction in instructions:
        turns = [{"role": "user", "content": render(instruction)}]
        asked = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        prompt = tokenizer.encode(asked, add_special_tokens=False)
        said = [*tokenizer.encode(answer(instruction), add_special_tokens=False), tokenizer.eos_token_id]
        ids.append(torch.tensor([*prompt, *said]))
        labels.append(torch.tensor([*([_HIDDEN] * len(prompt)), *said]))
    pad = torch.nn.utils.rnn.pad_sequence
    return _Batch(
        pad(ids, batch_first=True, padding_value=tokenizer.pad_token_id),
        pad(labels, batch_first=True, padding_value=_HIDDEN),
    )


def _single(rng: random.Random) -> Instruction:
    """Draw one of the domain's single operations that is not held out."""
    operations = list(OPERATIONS.values())
    while is_held_out(drawn := draw("single", (operations[rng.randrange(len(operations))],), rng)):
        pass
    return drawn


def _words(rng: random.Random) -> Iterator[str]:
    """What the tokenizer is trained on: single operations, and the words of clauses, so that none is spelled out."""
    for _ in range(_TOKENIZER_ROWS):
        instruction = _single(rng)
        yield render(instruction)
        yield answer(instruction)
    for clause in CLAUSES.values():
        said, meant = clause.phrase.format(k=1), clause.expression.format(v="x", k=1)
        for _ in range(_TOKENIZER_ROWS // 20):
            yield f", if {said}, otherwise the result, then it, separately it, and returns both results; {said}."
            yield f"    if {meant}:\n        return None\n    else:\n        x = {meant}\n    y = x\n    return y, z\n"


@contextmanager
def _one_thread() -> Iterator[None]:
    """Sums are added up in one order, so that the same seed gives the same weights."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
