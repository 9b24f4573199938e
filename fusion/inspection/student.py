"""How a model finds the rows: its loss on the answers, and the task map that the paper draws.

The map is that of Active Instruction Tuning (Kung and others 2023, arXiv 2311.00288, its published code): the
prediction probability of an answer is exp(-loss), the loss being the mean over its tokens; the uncertainty is the mean
of |probability after words were dropped from the instruction - probability|, over ten instructions of which a fifth of
the words is missing. Uncertain and improbable rows are hard, certain and probable ones are known already.

The paper's own axes run to 3 and are told nowhere: these are the definitions of the work that it follows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fusion.dataset import Row
from fusion.inspection.distribution import Distribution
from harness.errors import EnvironmentLacking, InputError

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

SAMPLED = 100
"""Rows that are looked at: each takes eleven passes through the model."""
PERTURBED = 10
DROPPED = 0.2
_LONGEST = 1024
"""Tokens of instruction and answer together; longer answers are cut."""
_PACKAGES = ("torch", "transformers")


@dataclass(frozen=True)
class MapPoint:
    """One row in the task map."""

    row_id: str
    loss: float
    """Mean over the answer's tokens, in nats."""
    probability: float
    uncertainty: float


@dataclass(frozen=True)
class TaskMap:
    """How a model finds the rows."""

    checkpoint: str
    rows: int
    """Of which the points are a seeded sample."""
    points: tuple[MapPoint, ...]
    loss: Distribution | None
    probability: Distribution | None
    uncertainty: Distribution | None


def task_map(
    checkpoint: str, rows: Sequence[Row], on_progress: Callable[[str, int, int], None], seed: int = 0
) -> TaskMap:
    """Ask a checkpoint how probable the answers are.

    Args:
        checkpoint: A folder that `save_pretrained` wrote, or a Hub id.
        rows: The rows; those without an answer are passed over.
        on_progress: Told of every row.
        seed: Of the sample, and of the words that are dropped.

    Raises:
        InputError: It is no checkpoint, or no row has an answer.
        EnvironmentLacking: transformers is missing, or the memory does not hold the model.
    """
    student = _load(checkpoint)
    answered = [row for row in rows if row.output.strip()]
    if not answered:
        raise InputError("no row has an answer, so a student has nothing to predict", hint="leave --student out")
    rng = np.random.default_rng(seed)
    size = min(SAMPLED, len(answered))
    chosen = [answered[place] for place in np.sort(rng.choice(len(answered), size, replace=False))]
    points = []
    for done, row in enumerate(chosen, start=1):
        points.append(_point(row, student, rng))
        on_progress("read", done, size)
    return TaskMap(
        student.name,
        len(answered),
        tuple(points),
        Distribution.of("student's loss", [point.loss for point in points]),
        Distribution.of("probability", [point.probability for point in points]),
        Distribution.of("uncertainty", [point.uncertainty for point in points]),
    )


def without_words(text: str, rng: np.random.Generator, share: float = DROPPED) -> str:
    """Drop words of a text by chance; one stays at least.

    Args:
        text: An instruction.
        rng: Draws.
        share: How many of the words are dropped, in expectation.

    Example:
        >>> without_words("Write a function that reverses a list.", np.random.default_rng(0), 0.5)
        'Write reverses a list.'
    """
    words = text.split()
    kept = [word for word, chance in zip(words, rng.random(len(words)), strict=True) if chance >= share]
    return " ".join(kept or words[:1])


@dataclass(frozen=True)
class _Student:
    name: str
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase

    def loss(self, instruction: str, answer: str) -> float:
        """Mean negative log-probability of the answer's tokens behind the instruction."""
        import torch

        before = self.tokenizer.encode(
            self._prompt(instruction), add_special_tokens=self.tokenizer.chat_template is None
        )
        after = self.tokenizer.encode(answer, add_special_tokens=False)[: _LONGEST // 2]
        before = before[: _LONGEST - len(after)] or [self.tokenizer.bos_token_id or 0]
        ids = torch.tensor([before + after], device=self.model.device)
        with torch.inference_mode():
            logits = self.model(ids).logits[0, len(before) - 1 : -1].float()
        return float(torch.nn.functional.cross_entropy(logits, ids[0, len(before) :]))

    def _prompt(self, instruction: str) -> str:
        if self.tokenizer.chat_template is None:
            return f"### Instruction:\n{instruction}\n\n### Response:\n"
        turn = [{"role": "user", "content": instruction}]
        return str(self.tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True))


def _point(row: Row, student: _Student, rng: np.random.Generator) -> MapPoint:
    loss = student.loss(row.instruction, row.output)
    changed = [math.exp(-student.loss(without_words(row.instruction, rng), row.output)) for _ in range(PERTURBED)]
    probability = math.exp(-loss)
    uncertainty = sum(abs(other - probability) for other in changed) / PERTURBED
    return MapPoint(row.id, round(loss, 6), round(probability, 6), round(uncertainty, 6))


def _load(checkpoint: str) -> _Student:
    import importlib.util

    lacking = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if lacking:
        raise EnvironmentLacking(
            f"--student needs {' and '.join(lacking)}, not installed here", hint="pip install 'fuseval[transformers]'"
        )
    from harness.models.backends.transformers import TransformersModel

    opened = TransformersModel(checkpoint)
    return _Student(opened.info.name, opened.loaded.model, opened.loaded.tokenizer)
