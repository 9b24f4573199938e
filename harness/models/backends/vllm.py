"""A checkpoint folder or a Hub id through vLLM, in this process: one engine that batches by itself.

Every request has its own seed, so its sample does not depend on the others but for the rounding of other batches. A
package alone is no proof that vLLM works: it can be installed where it finds no device, which is asked for first.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, cast

from harness.errors import EnvironmentLacking
from harness.models.answer_text import cut_at_stop
from harness.models.backends.checkpoint_place import CheckpointPlace, adapter_rank, check_adapter
from harness.models.checkpoint_hash import checkpoint_hash
from harness.models.model import Prompt, Request, Sampling
from harness.models.running_batch import CollectedBatch
from harness.records import Completion, ModelInfo

if TYPE_CHECKING:
    from harness.models.backends import ModelOptions

_AT_ONCE = 1024
"""Prompts handed over together: the engine batches them itself, and their answers are journalled after each lot."""
CPU_CACHE_GIB = "2"
_RANKS = (8, 16, 32, 64, 128, 256, 320, 512)


class _Text(Protocol):
    text: str
    token_ids: Sequence[int]
    finish_reason: str | None


class _Answered(Protocol):
    outputs: Sequence[_Text]


class _Tokenizer(Protocol):
    def encode(self, text: str, *, add_special_tokens: bool) -> list[int]: ...


class _ModelConfig(Protocol):
    max_model_len: int


class _Core(Protocol):
    def shutdown(self) -> None: ...


class _Engine(Protocol):
    model_config: _ModelConfig
    engine_core: _Core


class _Llm(Protocol):
    llm_engine: _Engine

    def generate(
        self, prompts: object, sampling_params: object, *, use_tqdm: bool, lora_request: object
    ) -> Sequence[_Answered]: ...

    def get_tokenizer(self) -> _Tokenizer: ...


class VllmModel:
    """A checkpoint that vLLM loads.

    Args:
        name: A folder, or a Hub id.
        revision: A Hub revision.
        dtype: Of the weights; None for the checkpoint's own.
        adapter: The folder of a peft adapter.
        most_rows: Sequences at once; None for vLLM's own choice.

    Raises:
        InputError: There is no such folder, or it holds no checkpoint or adapter.
    """

    def __init__(
        self,
        name: str,
        *,
        revision: str | None = None,
        dtype: str | None = None,
        adapter: str | None = None,
        most_rows: int | None = None,
    ) -> None:
        self._place = CheckpointPlace(name, revision)
        self._dtype = dtype
        self._adapter = check_adapter(adapter) if adapter is not None else None
        self._most_rows = most_rows

    @classmethod
    def open(cls, name: str, options: ModelOptions) -> VllmModel:
        """Open a checkpoint by the name that the person gave."""
        return cls(
            name,
            revision=options.revision,
            dtype=options.dtype,
            adapter=options.adapter,
            most_rows=options.concurrency,
        )

    @classmethod
    def probe(cls) -> str:
        """Say why this backend can not be used here; empty where it can."""
        if importlib.util.find_spec("vllm") is None:
            return "vllm missing: pip install 'fuseval[vllm]'"
        _quiet()
        try:
            from vllm.platforms import current_platform
        except Exception as error:  # noqa: BLE001 - a broken build raises whatever its libraries raise
            return f"vllm can not be imported: {(str(error).splitlines() or [type(error).__name__])[0]}"
        return "" if current_platform.device_type else "vllm finds no device that it can run on"

    @cached_property
    def info(self) -> ModelInfo:
        """The folder's name or the Hub id, and which weights they are: a hash, or the Hub's commit."""
        return ModelInfo(self._place.name, self._place.revision, "vllm")

    @cached_property
    def settings(self) -> Mapping[str, str | int | float]:
        """The kind of numbers, the kind of device, and the adapter."""
        from vllm.platforms import current_platform

        said = {"dtype": self._dtype or self._place.dtype, "device": str(current_platform.device_type)}
        return said | ({"adapter": checkpoint_hash(self._adapter)} if self._adapter else {})

    def __enter__(self) -> VllmModel:
        """Give the model itself; its engine starts with the first question."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the engine and the processes that it started."""
        if (llm := self.__dict__.pop("_llm", None)) is not None:
            cast(_Llm, llm).llm_engine.engine_core.shutdown()

    @cached_property
    def _llm(self) -> _Llm:
        _quiet()
        import vllm
        from vllm.platforms import current_platform

        options: dict[str, object] = {"dtype": self._dtype or self._place.dtype}
        if current_platform.device_type == "cpu":
            # It would take all of the memory for its cache, and compile for a minute.
            os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", CPU_CACHE_GIB)
            options["enforce_eager"] = True
        if self._adapter is not None:
            options |= {"enable_lora": True, "max_lora_rank": engine_rank(adapter_rank(self._adapter))}
        if self._most_rows is not None:
            options["max_num_seqs"] = self._most_rows
        if "revision" in self._place.arguments:
            options["revision"] = options["tokenizer_revision"] = self._place.revision
        try:
            # Not the checkpoint's own generation settings: how answers are drawn is said by whoever asks.
            return cast(_Llm, vllm.LLM(model=self._place.target, generation_config="vllm", **options))
        except Exception as error:
            words = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise EnvironmentLacking(
                f"vLLM can not load {self._place.target}: {words}", hint="--backend transformers"
            ) from error

    def prompt_tokens(self, prompt: Prompt) -> int:
        """Count a prompt's tokens, special tokens among them."""
        return len(self._ids(prompt))

    def running_batch(self) -> CollectedBatch:
        """Begin an empty batch, for requests that are not all known beforehand."""
        return CollectedBatch(self)

    def _ids(self, prompt: Prompt) -> list[int]:
        """Make tokens of a prompt. A rendered chat has its special tokens already."""
        return list(self._llm.get_tokenizer().encode(prompt.text, add_special_tokens=not prompt.messages))

    def answer(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Completion]:
        """Answer requests and give the completions lot by lot (see `Model.answer`).

        A prompt that leaves no room in the context is answered with nothing, and the reason `prompt_too_long`.
        """
        if not requests:
            return
        context = self._llm.llm_engine.model_config.max_model_len
        waiting: list[tuple[Request, list[int]]] = []
        for request in requests:
            ids = self._ids(request.prompt)
            if len(ids) < context:
                waiting.append((request, ids))
                continue
            prompt = request.prompt
            yield Completion(request.task_id, request.sample_index, prompt.prefill, prompt.kind, "prompt_too_long", 0)
        for start in range(0, len(waiting), _AT_ONCE):
            lot = waiting[start : start + _AT_ONCE]
            answered = self._llm.generate(
                [{"prompt_token_ids": ids} for _, ids in lot],
                [_parameters(request, sampling, context - len(ids)) for request, ids in lot],
                use_tqdm=False,
                lora_request=self._lora_request(),
            )
            for (request, _), answer in zip(lot, answered, strict=True):
                yield _completion(request, answer.outputs[0])

    def _lora_request(self) -> object:
        if self._adapter is None:
            return None
        from vllm.lora.request import LoRARequest

        return LoRARequest("adapter", 1, str(self._adapter.absolute()))


def _quiet() -> None:
    """Keep vLLM's log out of the results, in this process and in those that it starts; what a person has set stays."""
    os.environ.setdefault("VLLM_LOGGING_STREAM", "ext://sys.stderr")
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")


def engine_rank(rank: int) -> int:
    """Give the least rank that holds an adapter's: the engine allows a few only.

    Args:
        rank: The adapter's.

    Example:
        >>> engine_rank(48)
        64
    """
    return next((allowed for allowed in _RANKS if allowed >= rank), rank)


def _parameters(request: Request, sampling: Sampling, room: int) -> object:
    from vllm import SamplingParams

    return SamplingParams(
        n=1,
        temperature=sampling.temperature,
        top_p=sampling.top_p if sampling.temperature > 0 else 1.0,
        max_tokens=min(sampling.max_tokens, room),
        seed=sampling.seed_of(request) if sampling.temperature > 0 else None,
        stop=list(request.prompt.stop),
    )


def _completion(request: Request, output: _Text) -> Completion:
    text, is_stopped = cut_at_stop(output.text, request.prompt.stop)
    return Completion(
        request.task_id,
        request.sample_index,
        request.prompt.prefill + text,
        request.prompt.kind,
        "stop" if is_stopped else output.finish_reason,
        len(output.token_ids),
    )
