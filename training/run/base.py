"""The base model: its settings, its tokenizer, its weights; whatever is wrong with them said in a line."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import EnvironmentLacking, InputError
from harness.models.backends.checkpoint_place import CheckpointPlace
from training.settings import LoraSettings, TrainSettings

if TYPE_CHECKING:
    from peft import LoraConfig
    from transformers import PretrainedConfig, PreTrainedModel, PreTrainedTokenizerBase


class Base:
    """A base model by its name; nothing is read before it is asked for.

    Args:
        settings: Which, and how it is trained.

    Raises:
        InputError: There is no such folder, or no name is given.
    """

    def __init__(self, settings: TrainSettings) -> None:
        if not settings.model.base:
            raise InputError("no base model to train", hint="--model FOLDER, or base under [model] in the config")
        self._settings = settings
        name = settings.model.base
        check_base(name)
        self._place = CheckpointPlace(name, settings.model.revision)

    @property
    def name(self) -> str:
        """The folder's own name, or the Hub id."""
        return self._place.name

    @property
    def revision(self) -> str:
        """A hash of the folder's weights, or the Hub's commit."""
        return self._place.revision

    def config(self) -> PretrainedConfig:
        """Read the model's settings."""
        from transformers import AutoConfig

        with loading(self._place.target):
            return AutoConfig.from_pretrained(**self._place.arguments)

    def tokenizer(self) -> PreTrainedTokenizerBase:
        """Load the tokenizer. One without a pad token pads with its end token: nothing is learned from padding."""
        from transformers import AutoTokenizer

        with loading(self._place.target):
            tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(**self._place.arguments)
        if tokenizer.eos_token_id is None:
            raise InputError(
                f"the tokenizer of {self.name} has no end token: its model could not learn where an answer ends",
                hint="set eos_token in its tokenizer_config.json",
            )
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token
        return tokenizer

    def model(self, dtype: str, *, is_quantised: bool) -> PreTrainedModel:
        """Load the weights.

        Args:
            dtype: float32 or bfloat16.
            is_quantised: Whether to keep them in four bits (NF4), for qlora.

        Raises:
            InputError: It can not be loaded, or lacks weights, in whose place random ones would be trained.
        """
        import torch
        from transformers import AutoModelForCausalLM

        quantisation = _four_bits(dtype) if is_quantised else None
        with loading(self._place.target):
            loaded: tuple[PreTrainedModel, dict[str, Collection[str]]] = AutoModelForCausalLM.from_pretrained(
                **self._place.arguments,
                dtype=getattr(torch, dtype),
                quantization_config=quantisation,
                output_loading_info=True,
            )
        model, found = loaded
        if missing := sorted(found.get("missing_keys", ())):
            named = ", ".join(missing[:3]) + (" ..." if missing[3:] else "")
            raise InputError(
                f"{self.name} lacks {len(missing)} of its weights: {named}",
                hint="download or save it again",
            )
        return model


def check_base(name: str) -> None:
    """Raise where a name can be no base model; nothing is fetched or read.

    Args:
        name: A checkpoint folder, or a Hub id.

    Raises:
        InputError: It is neither.

    Example:
        >>> check_base("bigcode/starcoder2-3b")
        >>> check_base("model.gguf")
        Traceback (most recent call last):
        harness.errors.InputError: model.gguf is a GGUF file, which no trainer takes
    """
    if Path(name).suffix.lower() == ".gguf":
        raise InputError(f"{name} is a GGUF file, which no trainer takes", hint="docs/training.md makes a checkpoint")
    is_id = name.count("/") == 1 and not name.startswith((".", "/", "~"))
    if not is_id and not Path(name).expanduser().is_dir():
        raise InputError(
            f"no model {name!r} to train: no checkpoint folder, no Hub id (owner/name)", hint="--model FOLDER"
        )


def lora_config(settings: LoraSettings, *, is_dora: bool) -> LoraConfig:
    """Give peft's settings.

    Args:
        settings: Of the adapters.
        is_dora: Whether magnitudes are learned apart from directions.
    """
    from peft import LoraConfig

    targets = settings.targets if isinstance(settings.targets, str) else list(settings.targets)
    return LoraConfig(
        r=settings.r,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=targets,
        use_dora=is_dora,
        task_type="CAUSAL_LM",
    )


def _four_bits(dtype: str) -> object:
    import importlib.util

    import torch
    from transformers import BitsAndBytesConfig

    if importlib.util.find_spec("bitsandbytes") is None:
        raise EnvironmentLacking("qlora needs bitsandbytes", hint="pip install bitsandbytes; or --method lora")
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=getattr(torch, dtype),
    )


@contextmanager
def loading(name: str) -> Iterator[None]:
    """Name what could not be loaded: packages raise errors of many kinds, with long texts.

    Args:
        name: A path, or a Hub id.

    Raises:
        InputError: In place of whatever was raised.
    """
    try:
        yield
    except (InputError, EnvironmentLacking):
        raise
    except MemoryError as error:
        raise EnvironmentLacking(
            f"the memory does not hold {name}", hint="--method lora, or a smaller model"
        ) from error
    except Exception as error:  # safetensors, tokenizers and the Hub each raise their own kinds
        lines = str(error).strip().splitlines() or [type(error).__name__]
        words = " ".join(lines[:2]) if lines[0].rstrip().endswith(":") else lines[0]
        raise InputError(
            f"{name} can not be loaded: {words}", hint="is it whole, as save_pretrained wrote it?"
        ) from error
