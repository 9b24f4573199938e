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
from typing import TYPE_CHECKING, cast

from harness.errors import EnvironmentLacking, InputError
from harness.formats.jsonl import no_such_file
from harness.models.backends.gguf_batch import IN_FLIGHT, GgufBatch, Pipeline
from harness.models.checkpoint_hash import checkpoint_hash
from harness.models.gguf_header import read_metadata
from harness.models.known_files import model_file
from harness.models.model import Request, Sampling
from harness.records import Completion, ModelInfo

if TYPE_CHECKING:
    from harness.models.backends import ModelOptions

_CACHE_GIB = 2
_EXACT = {"INFERENCE_PRECISION_HINT": "f32", "KV_CACHE_PRECISION": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"}
"""Otherwise activations and the cache are rounded to 8 bits, which other engines do not do."""
_ARCHITECTURE = "general.architecture"


class GgufModel:
    """A GGUF file.

    Args:
        path: The file.
        dtype: What it is calculated with: `float32`, or None for what the engine finds fastest.
        in_flight: Answers written at once.

    Raises:
        InputError: There is no such file, or another dtype is asked for.
    """

    def __init__(self, path: Path, dtype: str | None = None, in_flight: int = IN_FLIGHT) -> None:
        if dtype not in (None, "float32"):
            raise InputError(f"a GGUF file is calculated in float32, not {dtype}", hint="--dtype float32, or none")
        if not path.is_file():
            raise no_such_file(path)
        self._path, self._dtype, self._in_flight = path, dtype, in_flight

    @classmethod
    def open(cls, name: str, options: ModelOptions) -> GgufModel:
        """Open a file by the name that the person gave."""
        for option in ("adapter", "revision"):
            if getattr(options, option) is not None:
                raise InputError(f"--{option} says nothing for a GGUF file", hint=f"leave --{option} out")
        return cls(model_file(name), options.dtype, options.concurrency or IN_FLIGHT)

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
        """The device; the file says the rest, but for the kind of numbers where one was asked for."""
        return {"device": "CPU"} | ({"dtype": self._dtype} if self._dtype else {})

    def __enter__(self) -> GgufModel:
        """Give the model itself; its weights are loaded with the first question."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the weights go."""
        self.__dict__.pop("_pipeline", None)

    @cached_property
    def _pipeline(self) -> Pipeline:
        import openvino_genai

        scheduler = openvino_genai.SchedulerConfig()
        scheduler.cache_size = _CACHE_GIB
        scheduler.max_num_seqs = self._in_flight
        # Prompts that begin alike, as those of one template do, are read once: half the time of fusing.
        scheduler.enable_prefix_caching = True
        wanted: dict[str, int | str] = {"INFERENCE_NUM_THREADS": len(os.sched_getaffinity(0))}
        if self._dtype:
            wanted |= _EXACT
        try:
            return cast(
                Pipeline,
                openvino_genai.ContinuousBatchingPipeline(str(self._path), scheduler, "CPU", wanted),
            )
        except RuntimeError as error:
            words = str(error).strip().splitlines()[-1]
            raise EnvironmentLacking(
                f"openvino-genai can not load {self._path}: {words}",
                hint="it reads Llama and Qwen2 kinds of GGUF; another model: a checkpoint folder or a Hub id",
            ) from None

    @cached_property
    def _context(self) -> int | None:
        """Tokens that prompt and answer may have together, as the file says."""
        kind = read_metadata(self._path, [_ARCHITECTURE]).get(_ARCHITECTURE)
        key = f"{kind}.context_length"
        said = read_metadata(self._path, [key]).get(key)
        return int(said) if isinstance(said, int) else None

    def running_batch(self) -> GgufBatch:
        """Begin an empty batch; the weights are loaded for it."""
        return GgufBatch(self._pipeline, self._context, self._in_flight)

    def answer(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Completion]:
        """Answer requests and give the completions as they are ready (see `Model.answer`).

        A prompt that leaves no room in the context is answered with nothing, and the reason `prompt_too_long`.
        """
        if not requests:
            return
        batch = self.running_batch()
        for number, request in enumerate(requests):
            batch.add(number, request, sampling)
        try:
            while not batch.is_empty:
                for answered in batch.step():
                    yield answered.completion
        finally:
            # Where nobody takes the rest, the engine would go on with it beside the next questions.
            for number in range(len(requests)):
                batch.drop(number)
