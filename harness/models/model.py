"""What every backend is: prompts go in, completions come out as they arrive.

A backend (`harness.models.backends`) turns a model's name into a `Model`. It knows nothing of benchmarks, grading or
run folders; the pipeline (`harness.run`) asks, journals and grades, and never asks for what it has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from harness.records import Completion, ModelInfo, SampleKind

if TYPE_CHECKING:
    from harness.models.remote.budget import Budget

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True)
class Prompt:
    """One task as it is put to a model.

    A base-style prompt has no messages: the model goes on with `text`. A chat-style one has messages; `text` is then
    what a chat template makes of them where the template is here, and empty where only the server has it.
    """

    text: str
    messages: tuple[Message, ...] = ()
    prefill: str = ""
    """How the assistant's turn begins, already part of `text`. The completion's text begins with it too."""
    stop: tuple[str, ...] = ()
    """Strings that end the answer; they are not part of it."""
    kind: SampleKind = "completion"
    """What the answer is: a continuation of the task's prompt, or a chat answer to take a program out of (`raw`)."""


@dataclass(frozen=True)
class Request:
    """One sample to ask for."""

    task_id: str
    sample_index: int
    prompt: Prompt
    seed: int | None = None
    """Of this sample, where whoever asks has drawn one; else it is made of the run's."""


@dataclass(frozen=True)
class Sampling:
    """How answers are drawn. Temperature 0 is greedy: then `top_p` and `seed` say nothing."""

    temperature: float = 0.0
    top_p: float = 1.0
    max_tokens: int = 2048
    seed: int = 0

    def seed_of(self, request: Request) -> int:
        """Give the seed of one sample: the same one whatever else is asked for, in whatever order.

        Args:
            request: The sample.

        Example:
            >>> request = Request("HumanEval/0", 3, Prompt("def"))
            >>> Sampling(seed=1).seed_of(request) == Sampling(seed=1).seed_of(request)
            True
        """
        if request.seed is not None:
            return request.seed
        name = f"{self.seed}\0{request.task_id}\0{request.sample_index}"
        return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") >> 1


@runtime_checkable
class Leavable(Protocol):
    """A model of which several answers may have come before the first of them is taken."""

    def leave(self) -> None:
        """Ask nothing more, from another thread: `answer` gives what has come, and ends."""
        ...


@runtime_checkable
class Spender(Protocol):
    """A model whose calls cost money or tokens, of which somebody may have set a limit."""

    @property
    def budget(self) -> Budget | None:
        """The limit; None where there is none."""
        ...


class Model(Protocol):
    """A model that answers. Use as a context manager; nothing is loaded or connected before `answer` is called."""

    @property
    def info(self) -> ModelInfo:
        """Name, revision and backend, as the record keeps them."""
        ...

    @property
    def settings(self) -> Mapping[str, str | int | float]:
        """What of this backend can change an answer (`dtype`, `quantization`, `base_url`, `adapter`, …).

        Part of a run's identity, so nothing in it may change from one start to the next: no speed, no batch size.
        """
        ...

    def answer(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Completion]:
        """Answer requests and give the completions as they arrive, in any order, each request once.

        Args:
            requests: The samples to ask for.
            sampling: How answers are drawn.

        Raises:
            EnvironmentLacking: The model can not be loaded or reached, the key or the name is refused, or the budget is
                spent. What was given before stays valid.
        """
        ...

    def __enter__(self) -> Model:
        """Give the model itself."""
        ...

    def __exit__(self, *_: object) -> None:
        """Free memory, close connections, end servers that this model started."""
        ...
