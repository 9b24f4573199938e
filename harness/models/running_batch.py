"""Requests that arrive while others are being answered, each with a sampling of its own.

A run knows all of its requests before it asks (`Model.answer`); a server does not. Engines that take a new prompt in
between two tokens have a running batch of their own; for the others `CollectedBatch` answers together what has come.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from harness.models.model import Model, Prompt, Request, Sampling
from harness.records import Completion


@dataclass(frozen=True)
class Answered:
    """One request's answer, under the number that it was added with."""

    number: int
    completion: Completion
    prompt_tokens: int


class RunningBatch(Protocol):
    """Requests in work. Used from one thread."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits and nothing is being answered."""
        ...

    def add(self, number: int, request: Request, sampling: Sampling) -> None:
        """Take a request in.

        Args:
            number: What its answer is given under; no other in work has it.
            request: The sample.
            sampling: How it is drawn.
        """
        ...

    def drop(self, number: int) -> None:
        """Forget a request: nobody waits for it any more. What is not in work is passed over."""
        ...

    def step(self) -> Iterator[Answered]:
        """Work for a while, and give the answers that are ready."""
        ...


class LocalModel(Model, Protocol):
    """A model in this process, which can be served."""

    def __enter__(self) -> LocalModel:
        """Give the model itself."""
        ...

    def running_batch(self) -> RunningBatch:
        """Begin an empty batch; the weights are loaded for it."""
        ...


class CountingModel(Model, Protocol):
    """A model that counts a prompt's tokens."""

    def prompt_tokens(self, prompt: Prompt) -> int:
        """Count them, special tokens among them."""
        ...


class CollectedBatch:
    """Answers together what has been added and is drawn alike; what comes meanwhile waits for the next step.

    Args:
        model: Answers batches of one sampling.
    """

    def __init__(self, model: CountingModel) -> None:
        self._model = model
        self._waiting: dict[int, tuple[Request, Sampling]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting

    def add(self, number: int, request: Request, sampling: Sampling) -> None:
        """Take a request in; one whose seed its sampling says keeps it, whatever else it is answered with."""
        seed = sampling.seed_of(request)
        self._waiting[number] = dataclasses.replace(request, seed=seed), dataclasses.replace(sampling, seed=0)

    def drop(self, number: int) -> None:
        """Forget a request that waits; one that is being answered is answered to the end."""
        self._waiting.pop(number, None)

    def step(self) -> Iterator[Answered]:
        """Answer all that is drawn like the one that has waited longest."""
        if not self._waiting:
            return
        sampling = next(iter(self._waiting.values()))[1]
        chosen = [(number, request) for number, (request, said) in self._waiting.items() if said == sampling]
        # An answer is known by its task and sample only, so those are its number here.
        asked = [dataclasses.replace(request, task_id=str(number), sample_index=0) for number, request in chosen]
        for number, _ in chosen:
            del self._waiting[number]
        requests = dict(chosen)
        for completion in self._model.answer(asked, sampling):
            number = int(completion.task_id)
            request = requests[number]
            yield Answered(
                number,
                dataclasses.replace(completion, task_id=request.task_id, sample_index=request.sample_index),
                self._model.prompt_tokens(request.prompt),
            )
