"""A checkpoint folder or a Hub id on this machine through transformers, with or without a peft adapter.

Prompts of like length are answered together, padded on the left, the longest first, so that a batch too large for the
memory shows at once: it is halved, and stays so. Greedy answers are those of the batch size 1 up to rounding; with less
than float32 a near tie can fall the other way. Of a checkpoint's own generation settings only the tokens that end an
answer are kept: how answers are drawn is said by whoever asks.
"""

from __future__ import annotations

import gc
import importlib.util
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import EnvironmentLacking, InputError
from harness.models.backends.checkpoint_place import CheckpointPlace, check_adapter
from harness.models.backends.generated_batch import Loaded, PreparedRequest, generate
from harness.models.checkpoint_hash import checkpoint_hash
from harness.models.model import Prompt, Request, Sampling
from harness.models.running_batch import CollectedBatch
from harness.records import Completion, ModelInfo

if TYPE_CHECKING:
    from harness.models.backends import ModelOptions

_PACKAGES = ("torch", "transformers", "accelerate")
_DTYPES = ("float32", "float16", "bfloat16")
_BATCH = 32
_ACCELERATOR_BATCH = 128
_TOO_LONG = "prompt_too_long"


class TransformersModel:
    """A checkpoint that transformers loads.

    Args:
        name: A folder, or a Hub id.
        revision: A Hub revision.
        dtype: Of the weights; None for the checkpoint's own.
        adapter: The folder of a peft adapter.
        batch: Prompts at once; None for what suits the device.

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
        batch: int | None = None,
    ) -> None:
        if dtype is not None and dtype not in _DTYPES:
            raise InputError(f"no dtype named {dtype!r}", hint=f"one of: {', '.join(_DTYPES)}")
        self._place = CheckpointPlace(name, revision)
        self._dtype = dtype
        self._adapter = check_adapter(adapter) if adapter is not None else None
        self._batch = batch
        self._answering = threading.Lock()

    @classmethod
    def open(cls, name: str, options: ModelOptions) -> TransformersModel:
        """Open a checkpoint by the name that the person gave."""
        if options.adapter is not None and importlib.util.find_spec("peft") is None:
            raise EnvironmentLacking("--adapter needs peft", hint="pip install 'fuseval[transformers]'")
        return cls(
            name,
            revision=options.revision,
            dtype=options.dtype,
            adapter=options.adapter,
            batch=options.concurrency,
        )

    @classmethod
    def probe(cls) -> str:
        """Say why this backend can not be used here; empty where it can."""
        missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
        return f"{', '.join(missing)} missing: pip install 'fuseval[transformers]'" if missing else ""

    @cached_property
    def info(self) -> ModelInfo:
        """The folder's name or the Hub id, and which weights they are: a hash, or the Hub's commit."""
        return ModelInfo(self._place.name, self._place.revision, "transformers")

    @cached_property
    def settings(self) -> Mapping[str, str | int | float]:
        """The kind of numbers, the kind of device, and the adapter."""
        said = {"dtype": self._dtype or self._place.dtype, "device": _device_kind()}
        return said | ({"adapter": checkpoint_hash(self._adapter)} if self._adapter else {})

    def __enter__(self) -> TransformersModel:
        """Give the model itself; its weights are loaded with the first question."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the weights go; a batch that is being answered in another thread ends after its next token."""
        if "loaded" in self.__dict__:
            self.loaded.is_left.set()
        with self._answering:
            pass
        if self.__dict__.pop("loaded", None) is not None and (kind := _device_kind()) != "cpu":
            import torch

            gc.collect()
            getattr(torch, kind).empty_cache()

    @cached_property
    def loaded(self) -> Loaded:
        """The weights and the tokenizer, loaded when they are first asked for."""
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call,unused-ignore]
        where = self._place.arguments
        dtype = getattr(torch, self._dtype) if self._dtype else "auto"
        with _loading(self._place.target):
            tokenizer = AutoTokenizer.from_pretrained(**where, padding_side="left")
            device_map = "auto" if _device_kind() != "cpu" else None
            model = AutoModelForCausalLM.from_pretrained(**where, dtype=dtype, device_map=device_map)
        if self._adapter is not None:
            from peft import PeftModel

            with _loading(str(self._adapter.absolute())), warnings.catch_warnings():
                # peft and transformers warn of each other's changes, which is nobody's affair here.
                warnings.simplefilter("ignore", FutureWarning)
                model = PeftModel.from_pretrained(model, str(self._adapter))
        model.eval()  # type: ignore[no-untyped-call,unused-ignore]
        return Loaded.of(model, tokenizer)

    def prompt_tokens(self, prompt: Prompt) -> int:
        """Count a prompt's tokens, special tokens among them."""
        return len(self.loaded.ids_of(prompt))

    def running_batch(self) -> CollectedBatch:
        """Begin an empty batch, for requests that are not all known beforehand."""
        return CollectedBatch(self)

    def answer(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Completion]:
        """Answer requests and give the completions as they are ready (see `Model.answer`).

        A prompt that leaves no room in the context is answered with nothing, and the reason `prompt_too_long`.
        """
        if not requests:
            return
        waiting = sorted((self.loaded.prepare(request, sampling) for request in requests), key=lambda one: -one.length)
        while waiting and waiting[0].room < 1:
            request = waiting.pop(0).request
            text = request.prompt.prefill
            yield Completion(request.task_id, request.sample_index, text, request.prompt.kind, _TOO_LONG, 0)
        size = self._batch or (_BATCH if _device_kind() == "cpu" else _ACCELERATOR_BATCH)
        while waiting:
            answers = self._try(waiting[:size], sampling)
            if answers is None and min(size, len(waiting)) == 1:
                raise EnvironmentLacking(
                    f"the memory does not hold {self._place.name} and one prompt of {waiting[0].length} tokens",
                    hint="a smaller --max-tokens, or --dtype bfloat16",
                )
            if answers is None:
                size = min(size, len(waiting)) // 2
                continue
            del waiting[: len(answers)]
            yield from answers

    def _try(self, batch: Sequence[PreparedRequest], sampling: Sampling) -> list[Completion] | None:
        """Answer a batch, or nothing where it does not fit into the memory."""
        try:
            with self._answering:
                return generate(self.loaded, batch, sampling)
        except (MemoryError, RuntimeError) as error:
            if not _is_out_of_memory(error):
                raise
        # Out of the except clause, so that the error's frames no longer hold the tensors.
        gc.collect()
        if (kind := _device_kind()) != "cpu":
            import torch

            getattr(torch, kind).empty_cache()
        return None


def _is_out_of_memory(error: BaseException) -> bool:
    words = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in words or "can't allocate memory" in words


def _device_kind() -> str:
    import torch

    found = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    return str(found.type) if found is not None else "cpu"


@contextmanager
def _loading(name: str) -> Iterator[None]:
    """Name what could not be loaded: packages raise errors of many kinds, with long texts."""
    try:
        yield
    except Exception as error:  # safetensors, tokenizers and pickle each raise their own kinds
        words = (str(error).strip().splitlines() or [type(error).__name__])[0]
        if isinstance(error, RuntimeError) and _is_out_of_memory(error):
            raise EnvironmentLacking(
                f"the memory does not hold {name}: {words}", hint="--dtype bfloat16 halves float32"
            ) from error
        if Path(name).is_absolute():
            raise InputError(
                f"transformers can not load {name}: {words}", hint="is it whole, as save_pretrained wrote it?"
            ) from error
        raise EnvironmentLacking(f"transformers can not load {name}: {words}", hint=f"hf download {name}") from error
