"""Scores on the way: the harness asks the model as it is in memory, on tasks that no benchmark asks.

Only a development split is allowed: a checkpoint that was chosen by a benchmark's own tasks has a score there that is
too good, by nobody knows how much.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError
from typing_extensions import override

from harness.benchmarks import load
from harness.benchmarks.registry import ENTRIES
from harness.errors import InputError
from harness.formats.atomic import write_atomically
from harness.models.backends.generated_batch import Loaded
from harness.models.backends.transformers import TransformersModel
from harness.models.model import Sampling
from harness.models.prompts import build_prompts
from harness.models.prompts.chat_template import ChatTemplate
from harness.records import Benchmark, ModelInfo, Score
from harness.request import Ask, ScoreRequest
from harness.run import score
from training.masks.template import without_marks
from training.run.prepare import Prepared
from training.run.watch import Guard, Watcher

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

DEVELOPMENT = "mbpp-dev"


@dataclass(frozen=True)
class StepScore:
    """pass@1 at one step, with its 95% interval; shares of 1."""

    step: int
    value: float
    low: float
    high: float
    tasks: int


def development_benchmark(name: str) -> Benchmark:
    """Load what may be asked while a model is trained.

    Args:
        name: mbpp-dev, or a private benchmark's file.

    Raises:
        InputError: It is a public benchmark, or has tasks of one.
        EnvironmentLacking: The data is not on this machine.

    Example:
        >>> development_benchmark("humaneval+")
        Traceback (most recent call last):
        harness.errors.InputError: humaneval+ is a benchmark: a checkpoint chosen by it has no honest score
    """
    refused = InputError(
        f"{name} is a benchmark: a checkpoint chosen by it has no honest score",
        hint=f"{DEVELOPMENT}, or a private benchmark's file",
    )
    public = [entry for entry in ENTRIES.values() if entry.name != DEVELOPMENT]
    if any(entry.name == name for entry in public):
        raise refused
    benchmark = load(name)
    if benchmark.name == DEVELOPMENT:
        return benchmark
    if any(task.kind == "program" for task in benchmark.tasks.values()):  # MultiPL-E's, of HumanEval and MBPP
        raise refused
    taken = next((task_id for task_id in benchmark.tasks for entry in public if entry.knows(task_id)), None)
    if taken is not None:
        raise InputError(
            f"{name} has the task {taken}, which is a benchmark's",
            hint=f"{DEVELOPMENT} has MBPP's tasks that are in none",
        )
    return benchmark


class _LiveModel(TransformersModel):
    """The model that is being trained, asked as any other.

    Were a name of the parent's to change, the base model would be asked in silence: hence `override`.
    """

    def __init__(self, base: str, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, info: ModelInfo) -> None:
        self._live, self._live_tokenizer, self._live_info = model, tokenizer, info
        super().__init__(base)

    @cached_property
    @override
    def info(self) -> ModelInfo:
        return self._live_info

    @cached_property
    @override
    def settings(self) -> dict[str, str | int | float]:
        return {"weights": "in training"}

    @cached_property
    @override
    def loaded(self) -> Loaded:
        return Loaded.of(self._live, self._live_tokenizer)


class Evaluator(Watcher):
    """Scores the model every so many steps, remembers the best, and ends a training that gets no better.

    Args:
        prepared: What is learned, by which template it is asked, and what and when to ask.
        folder: Where runs and scores are kept; scores that are there already are not made again.
        guard: Told which checkpoint must stay.
        training: Which training it is; scores of others are not taken over.

    Raises:
        InputError: What is to be asked is a benchmark.
        EnvironmentLacking: Its data is not on this machine.
    """

    def __init__(self, prepared: Prepared, folder: Path, guard: Guard, training: str) -> None:
        self._settings, self._folder, self._guard = prepared.settings.evaluation, folder, guard
        self._base, self._name = prepared.settings.model.base, folder.parent.name
        self._benchmark = development_benchmark(self._settings.benchmark)
        self._tokenizer = prepared.tokenizer
        chat = prepared.template.chat
        self._chat = ChatTemplate(without_marks(chat.text), chat.special_tokens)
        self._asked_what = _Asked(
            training=training,
            benchmark=self._benchmark.sha256,
            limit=self._settings.limit,
            max_tokens=self._settings.max_tokens,
        )
        self.scores: list[StepScore] = []
        self.model: PreTrainedModel | None = None
        """Given once the trainer has it."""
        self.say: Callable[[str], None] = print

    @property
    def best(self) -> StepScore | None:
        """The best checkpoint so far, the earlier of two alike; the untrained model is none."""
        return max((one for one in self.scores if one.step > 0), key=lambda one: (one.value, -one.step), default=None)

    @property
    def is_over(self) -> bool:
        """Whether the last scores were no better than the best."""
        since = [one for one in self.scores if self.best and one.step > self.best.step]
        return self._settings.patience is not None and len(since) >= self._settings.patience

    def restore(self, step: int) -> None:
        """Take over what was scored until a checkpoint; what was scored behind it is scored again.

        Args:
            step: Of the checkpoint.
        """
        self.scores = [one for one in _read_scores(self._path, self._asked_what) if one.step <= step]
        self._guard.best = self.best.step if self.best else None

    def begun(self, step: int, total: int) -> None:
        """Score the untrained model, or the checkpoint that a stop left without its score."""
        self.restore(step)
        if step == 0 or self.wants_checkpoint(step):
            self.kept(step)

    def wants_checkpoint(self, step: int) -> bool:
        """At every score there is a checkpoint."""
        return step % self._settings.every == 0

    def kept(self, step: int) -> None:
        """Score the checkpoint that was just saved."""
        if (step % self._settings.every == 0) and not any(one.step == step for one in self.scores):
            self._score(step)

    @property
    def _path(self) -> Path:
        return self._folder / "scores.json"

    def _score(self, step: int) -> None:
        assert self.model is not None
        is_training = self.model.training
        self.model.eval()  # type: ignore[no-untyped-call,unused-ignore]
        try:
            made = self._asked(self.model, step)
        finally:
            self.model.train(is_training)
        one = StepScore(step, made.value, made.low, made.high, made.tasks)
        self.scores.append(one)
        stored = _Stored(asked=self._asked_what, scores=self.scores)
        write_atomically(self._path, stored.model_dump_json(indent=1) + "\n")
        self._guard.best = self.best.step if self.best else None
        self.say(
            f"step {step}: {self._benchmark.name} pass@1 {100 * one.value:.1f}% "
            f"[{100 * one.low:.1f}, {100 * one.high:.1f}], {one.tasks} tasks"
        )

    def _asked(self, model: PreTrainedModel, step: int) -> Score:
        tokenizer = self._tokenizer
        side = tokenizer.padding_side
        tokenizer.padding_side = "left"
        try:
            prompts = build_prompts(self._benchmark, "fuseval", "chat", self._chat)
            info = ModelInfo(self._name, f"step-{step}", "transformers")
            with _LiveModel(self._base, model, tokenizer, info) as asked:
                ask = Ask(asked, prompts, Sampling(max_tokens=self._settings.max_tokens))
                request = ScoreRequest(
                    self._name,
                    self._settings.benchmark,
                    ask=ask,
                    extraction=prompts.extraction,
                    runs_root=self._folder,
                    limit=self._settings.limit,
                    fresh=True,
                )
                return score(request).load().scores[-1]
        finally:
            tokenizer.padding_side = side


class _Asked(BaseModel):
    """What was asked of which training: scores of anything else do not choose together with these."""

    training: str
    benchmark: str
    """Hash of its tasks."""
    limit: int | None
    max_tokens: int


class _Stored(BaseModel):
    asked: _Asked
    scores: list[StepScore]


def _read_scores(path: Path, asked: _Asked) -> list[StepScore]:
    try:
        stored = _Stored.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):  # none yet, or a disk that was full: they are made again
        return []
    return stored.scores if stored.asked == asked else []
