"""What OpenAI's API says on the wire: the bodies that are asked, the replies, and the errors.

Covers chat completions and completions with text. What would change an answer and is not done here (tools, a response
format, penalties, log probabilities, streaming) is refused by its name: an option that is silently passed over makes
data that is not what it is called.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from harness.models.running_batch import Answered

Kind = Literal["chat", "completions"]

MOST_CHOICES = 128
_MOST_STOPS = 64


class ApiError(Exception):
    """What a request is refused with.

    Args:
        status: Of HTTP.
        message: What was wrong, with the value seen.
        code: OpenAI's word for it, if it has one.
        param: The field that was wrong.
    """

    def __init__(self, status: int, message: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.param = status, code, param

    @property
    def body(self) -> dict[str, object]:
        """The error in OpenAI's form.

        Example:
            >>> ApiError(404, "no model 'm'", code="model_not_found").body["error"]["code"]
            'model_not_found'
        """
        kind = "server_error" if self.status >= 500 else "invalid_request_error"
        return {"error": {"message": str(self), "type": kind, "param": self.param, "code": self.code}}


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    model: str
    n: int = Field(1, ge=1, le=MOST_CHOICES)
    temperature: float = Field(1.0, ge=0, le=2, allow_inf_nan=False)
    top_p: float = Field(1.0, gt=0, le=1, allow_inf_nan=False)
    max_tokens: int | None = Field(None, ge=1)
    stop: list[str] = Field(default_factory=list, max_length=_MOST_STOPS)
    seed: int | None = None
    user: str | None = None
    # Taken where they ask for nothing.
    stream: Literal[False] = False
    frequency_penalty: Literal[0] = 0
    presence_penalty: Literal[0] = 0
    logit_bias: dict[str, float] = Field(default_factory=dict, max_length=0)

    @field_validator("*", mode="before")
    @classmethod
    def _null_is_unsaid(cls, value: object, info: object) -> object:
        name = getattr(info, "field_name", "")
        return cls.model_fields[name].get_default(call_default_factory=True) if value is None else value

    @field_validator("stop", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value


class _Part(BaseModel):
    type: Literal["text"]
    text: str


class AskedMessage(BaseModel):
    """One turn; a content in parts is their texts together."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[_Part]
    name: str | None = None

    @property
    def text(self) -> str:
        """What is said."""
        return self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)


class AskedChat(_Asked):
    """The body of `POST /v1/chat/completions`."""

    messages: list[AskedMessage] = Field(min_length=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    logprobs: Literal[False] = False


class AskedCompletions(_Asked):
    """The body of `POST /v1/completions`; tokens as a prompt are not taken."""

    prompt: str | list[str]
    echo: Literal[False] = False
    best_of: Literal[1] = 1


AnyAsked = TypeVar("AnyAsked", AskedChat, AskedCompletions)


def read_body(form: type[AnyAsked], content: bytes) -> AnyAsked:
    r"""Read a body strictly.

    Args:
        form: What it is to be.
        content: The bytes that came.

    Raises:
        ApiError: It is no JSON, or not of the form; the message names the field and the value.

    Example:
        >>> read_body(AskedCompletions, b'{"model": "m", "prompt": "def", "top_k": 5}')
        Traceback (most recent call last):
        harness.models.serving.wire_forms.ApiError: top_k: not taken by this server
    """
    try:
        asked = form.model_validate_json(content)
        asked.model_dump_json().encode()  # a lone surrogate is JSON, and no text
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise ApiError(400, f"{place}: not taken by this server", param=place) from None
        seen = "" if first["type"] in ("missing", "json_invalid") else f", not {str(first['input'])[:80]!r}"
        raise ApiError(400, f"{place}: {first['msg']}{seen}".removeprefix(": "), param=place or None) from None
    except ValueError as error:
        raise ApiError(400, f"the body has a text that is no Unicode: {error}") from None
    return asked


def reply(kind: Kind, model: str, answers: Sequence[Answered], prompt_tokens: int) -> dict[str, object]:
    """Write a reply.

    Args:
        kind: Of the address that was asked.
        model: As it was asked for.
        answers: In the order of the choices.
        prompt_tokens: Of all prompts, each counted once.
    """
    completion_tokens = sum(answer.completion.tokens or 0 for answer in answers)
    choices: list[dict[str, object]] = []
    for index, answer in enumerate(answers):
        said = answer.completion
        text: dict[str, object] = (
            {"message": {"role": "assistant", "content": said.text}} if kind == "chat" else {"text": said.text}
        )
        choices.append({"index": index, **text, "logprobs": None, "finish_reason": said.finish_reason})
    return {
        "id": f"{'chatcmpl' if kind == 'chat' else 'cmpl'}-{secrets.token_hex(12)}",
        "object": "chat.completion" if kind == "chat" else "text_completion",
        "created": int(time.time()),
        "model": model,
        "choices": choices,
        "usage": {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
        },
    }
