"""A GGUF file on a CPU, through openvino-genai: wheels only, no compiler, the way a laptop scores a real model.

All prompts share one engine that batches continuously, so a short answer leaves its place to the next prompt at once.
Greedy answers may still depend on what is batched together, since floats are added in another order.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from harness.errors import EnvironmentLacking, InputError
from harness.formats.jsonl import no_such_file
from harness.models.answer_text import cut_at_stop
from harness.models.checkpoint_hash import checkpoint_hash
from harness.models.known_files import model_file
from harness.models.model import Request, Sampling
from harness.records import Completion, ModelInfo

if TYPE_CHECKING:
    from harness.models.backends import ModelOptions

_IN_FLIGHT = 32
_CACHE_GIB = 2


class _Tokens(Protocol):
    generated_ids: Sequence[int]
    finish_reason: object


class _Handle(Protocol):
    def get_status(self) -> object: ...

    def read_all(self) -> list[_Tokens]: ...


class _Tokenizer(Protocol):
    def decode(self, ids: Sequence[int]) -> str: ...

    def encode(self, text: str, *, add_special_tokens: bool) -> _Encoded: ...


class _Encoded(Protocol):
    input_ids: object


class _Pipeline(Protocol):
    def add_request(self, number: int, ids: object, config: object) -> _Handle: ...

    def step(self) -> None: ...

    def get_tokenizer(self) -> _Tokenizer: ...


class GgufModel:
    """A GGUF file.

    Args:
        path: The file.

    Raises:
        InputError: There is no such file.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise no_such_file(path)
        self._path = path

    @classmethod
    def open(cls, name: str, options: ModelOptions) -> GgufModel:
        """Open a file by the name that the person gave."""
        for option in ("adapter", "revision", "dtype"):
            if getattr(options, option) is not None:
                raise InputError(f"--{option} says nothing for a GGUF file", hint=f"leave --{option} out")
        return cls(model_file(name))

    @classmethod
    def probe(cls) -> str:
        """Say why this backend can not be used here; empty where it can."""
        if importlib.util.find_spec("openvino_genai") is None:
            return "openvino-genai is missing: pip install 'fuseval[gguf]'"
        return ""

    @cached_property
    def info(self) -> ModelInfo:
        """The file's name, and what is in it as the revision."""
        return ModelInfo(self._path.name.removesuffix(".gguf"), checkpoint_hash(self._path), "gguf")

    @property
    def settings(self) -> Mapping[str, str | int | float]:
        """The file says everything."""
        return {"device": "CPU"}

    def __enter__(self) -> GgufModel:
        """Give the model itself; its weights are loaded with the first question."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the weights go."""
        self.__dict__.pop("_pipeline", None)

    @cached_property
    def _pipeline(self) -> _Pipeline:
        import openvino_genai

        scheduler = openvino_genai.SchedulerConfig()
        scheduler.cache_size = _CACHE_GIB
        scheduler.max_num_seqs = _IN_FLIGHT
        threads = {"INFERENCE_NUM_THREADS": len(os.sched_getaffinity(0))}
        try:
            return cast(
                _Pipeline,
                openvino_genai.ContinuousBatchingPipeline(str(self._path), scheduler, "CPU", threads),
            )
        except RuntimeError as error:
            words = str(error).strip().splitlines()[-1]
            raise EnvironmentLacking(
                f"openvino-genai can not load {self._path}: {words}",
                hint="it reads Llama and Qwen2 kinds of GGUF; another model: a checkpoint folder or a Hub id",
            ) from None

    def answer(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Completion]:
        """Answer requests and give the completions as they are ready (see `Model.answer`)."""
        waiting = list(reversed(requests))
        tokenizer = self._pipeline.get_tokenizer()
        running: dict[int, tuple[Request, _Handle]] = {}
        number = 0
        while waiting or running:
            while waiting and len(running) < _IN_FLIGHT:
                request = waiting.pop()
                # A rendered chat has its special tokens already; a bare text gets the tokenizer's own.
                ids = tokenizer.encode(request.prompt.text, add_special_tokens=not request.prompt.messages).input_ids
                config = _config(request, sampling)
                running[number] = request, self._pipeline.add_request(number, ids, config)
                number += 1
            self._pipeline.step()
            for key in [key for key, (_, handle) in running.items() if _is_finished(handle)]:
                request, handle = running.pop(key)
                yield _completion(request, handle.read_all(), tokenizer)


def _config(request: Request, sampling: Sampling) -> object:
    import openvino_genai

    config = openvino_genai.GenerationConfig()
    config.max_new_tokens = sampling.max_tokens
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
