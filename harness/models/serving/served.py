"""A model as it is served: its names, its chat template, and what a body of OpenAI's API asks of it."""

from __future__ import annotations

import dataclasses
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import InputError, nearest
from harness.models.model import Message, Prompt, Request, Role, Sampling
from harness.models.prompts.chat_template import ChatTemplate
from harness.models.serving.wire_forms import ApiError, AskedChat, AskedCompletions, AskedMessage

_COMPLETION_TOKENS = 16
"""OpenAI's own default; a chat answer may fill the context."""
_NO_LIMIT = 1 << 30
_MOST_SAMPLES = 1024


@dataclass(frozen=True)
class Served:
    """What is served under which names."""

    names: Sequence[str]
    """The first is the one that is listed first."""
    chat_template: ChatTemplate | None

    def check_name(self, name: str) -> None:
        """Refuse the name of another model.

        Raises:
            ApiError: 404, with the name to ask for.
        """
        if name not in self.names:
            raise ApiError(404, f"no model {name!r} here; {nearest(name, self.names)}", code="model_not_found")

    def chat(self, asked: AskedChat) -> tuple[list[Request], Sampling]:
        """Give the samples that a chat asks for.

        Raises:
            ApiError: The model has no chat template, or it refuses the conversation.
        """
        self.check_name(asked.model)
        if self.chat_template is None:
            raise ApiError(400, f"{asked.model} has no chat template; ask /v1/completions")
        messages = tuple(Message(_role(message), message.text) for message in asked.messages)
        try:
            text = self.chat_template.render(messages)
        except InputError as error:
            raise ApiError(400, str(error), param="messages") from None
        prompt = Prompt(text, messages, stop=tuple(asked.stop), kind="raw")
        longest = asked.max_completion_tokens or asked.max_tokens or _NO_LIMIT
        return _samples([prompt], asked), Sampling(asked.temperature, asked.top_p, longest)

    def completions(self, asked: AskedCompletions) -> tuple[list[Request], Sampling]:
        """Give the samples that a completion asks for, prompt by prompt.

        Raises:
            ApiError: There is no prompt, or more than a request may ask for.
        """
        self.check_name(asked.model)
        texts = [asked.prompt] if isinstance(asked.prompt, str) else asked.prompt
        if not texts or len(texts) * asked.n > _MOST_SAMPLES:
            raise ApiError(400, f"{len(texts)} prompts, not 1 to {_MOST_SAMPLES // asked.n}", param="prompt")
        if not all(texts):
            raise ApiError(400, "an empty prompt: there is nothing to go on from", param="prompt")
        prompts = [Prompt(text, stop=tuple(asked.stop)) for text in texts]
        longest = asked.max_tokens or _COMPLETION_TOKENS
        return _samples(prompts, asked), Sampling(asked.temperature, asked.top_p, longest)


def _role(message: AskedMessage) -> Role:
    return "system" if message.role == "developer" else message.role


def _samples(prompts: Sequence[Prompt], asked: AskedChat | AskedCompletions) -> list[Request]:
    """Give `n` samples a prompt; each has a seed of its own, made of the one that was said."""
    said = secrets.randbits(63) if asked.seed is None else asked.seed
    first = Request("", 0, Prompt(""))
    return [
        dataclasses.replace(first, prompt=prompt, sample_index=index, seed=_seed(said, place, index))
        for place, prompt in enumerate(prompts)
        for index in range(asked.n)
    ]


def _seed(said: int, place: int, index: int) -> int:
    digest = hashlib.sha256(f"{said}\0{place}\0{index}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1
