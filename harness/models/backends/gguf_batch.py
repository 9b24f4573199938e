"""A running batch of openvino-genai's: an answer that ends leaves its place to the next prompt at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from harness.models.answer_text import cut_at_stop
from harness.models.model import Prompt, Request, Sampling
from harness.models.running_batch import Answered
from harness.records import Completion

IN_FLIGHT = 32


class _Tokens(Protocol):
    generated_ids: Sequence[int]
    finish_reason: object


class _Handle(Protocol):
    def get_status(self) -> object: ...

    def read_all(self) -> list[_Tokens]: ...

    def cancel(self) -> None: ...


class _Ids(Protocol):
    def get_shape(self) -> Sequence[int]: ...


class _Encoded(Protocol):
    input_ids: _Ids


class _Tokenizer(Protocol):
    def decode(self, ids: Sequence[int]) -> str: ...

    def encode(self, text: str, *, add_special_tokens: bool) -> _Encoded: ...


class Pipeline(Protocol):
    """What is used of openvino-genai's ContinuousBatchingPipeline."""

    def add_request(self, number: int, ids: object, config: object) -> _Handle:
        """Begin a request."""
        ...

    def step(self) -> None:
        """Make one more token of every request in flight."""
        ...

    def get_tokenizer(self) -> _Tokenizer:
        """Give the file's tokenizer."""
        ...


class GgufBatch:
    """Requests in a pipeline, and those that wait for a place in it.

    Args:
        pipeline: The engine, which other batches may use before and after this one, but not meanwhile.
        context: Tokens that prompt and answer may have together; None where the file does not say.
        in_flight: Answers written at once.
    """

    def __init__(self, pipeline: Pipeline, context: int | None, in_flight: int = IN_FLIGHT) -> None:
        self._pipeline, self._context, self._in_flight = pipeline, context, in_flight
        self._tokenizer = pipeline.get_tokenizer()
        self._waiting: dict[int, tuple[Request, Sampling]] = {}
        self._running: dict[int, tuple[Request, int, _Handle]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits and nothing is being answered."""
        return not self._waiting and not self._running

    def add(self, number: int, request: Request, sampling: Sampling) -> None:
        """Take a request in."""
        self._waiting[number] = request, sampling

    def drop(self, number: int) -> None:
        """Forget a request; the engine lets it go with its next step."""
        self._waiting.pop(number, None)
        if (running := self._running.pop(number, None)) is not None:
            running[2].cancel()

    def step(self) -> Iterator[Answered]:
        """Make one more token of every request in flight, and give the answers that are ready.

        A prompt that leaves no room in the context is answered with nothing, and the reason `prompt_too_long`.
        """
        while self._waiting and len(self._running) < self._in_flight:
            number = next(iter(self._waiting))
            request, sampling = self._waiting.pop(number)
            # A rendered chat has its special tokens already; a bare text gets the tokenizer's own.
            has_special = bool(request.prompt.messages)
            ids = self._tokenizer.encode(request.prompt.text, add_special_tokens=not has_special).input_ids
            length = ids.get_shape()[-1]
            room = sampling.max_tokens if self._context is None else min(sampling.max_tokens, self._context - length)
            if room < 1:
                yield Answered(number, _empty(request), length)
                continue
            handle = self._pipeline.add_request(number, ids, _config(request, sampling, room))
            self._running[number] = request, length, handle
        if self._running:
            self._pipeline.step()
        for number in [number for number, (_, _, handle) in self._running.items() if _is_finished(handle)]:
            request, length, handle = self._running.pop(number)
            yield Answered(number, _completion(request, handle.read_all(), self._tokenizer), length)


def _empty(request: Request) -> Completion:
    prompt: Prompt = request.prompt
    return Completion(request.task_id, request.sample_index, prompt.prefill, prompt.kind, "prompt_too_long", 0)


def _config(request: Request, sampling: Sampling, room: int) -> object:
    import openvino_genai

    config = openvino_genai.GenerationConfig()
    config.max_new_tokens = room
    config.do_sample = sampling.temperature > 0
    if sampling.temperature > 0:
        config.temperature = sampling.temperature
        config.top_p = sampling.top_p
        config.rng_seed = sampling.seed_of(request)
    config.stop_strings = set(request.prompt.stop)
    return config


def _is_finished(handle: _Handle) -> bool:
    import openvino_genai

    return bool(handle.get_status() != openvino_genai.GenerationStatus.RUNNING)


def _completion(request: Request, outputs: Sequence[_Tokens], tokenizer: _Tokenizer) -> Completion:
    import openvino_genai

    # An answer that is nothing but its stop string comes as no answer at all.
    ids = list(outputs[0].generated_ids) if outputs else []
    is_cut = bool(outputs) and outputs[0].finish_reason == openvino_genai.GenerationFinishReason.LENGTH
    text, is_stopped = cut_at_stop(tokenizer.decode(ids) if ids else "", request.prompt.stop)
    return Completion(
        request.task_id,
        request.sample_index,
        request.prompt.prefill + text,
        request.prompt.kind,
        "length" if is_cut and not is_stopped else "stop",
        len(ids),
    )
