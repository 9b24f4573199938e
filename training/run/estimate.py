"""What a training will take, said before it begins: memory, disk, steps, tokens, hours.

    states        weights, gradients and the optimiser's moments: exact for what they are
    activations   per layer and token 9 hidden + 2 key-value + 4 intermediate numbers; with gradient checkpointing the
                  hidden ones of each layer, and one whole layer
    logits        per token 7 times the vocabulary, 9 with adapters: themselves, their softmax, its gradient and what
                  else TRL makes of them; as measured, not derived
    operations    6 a weight and token (Kaplan et al. 2020, arXiv 2001.08361), 4 where only adapters are learned, 2 more
                  where activations are made again
    hours         operations / (what a matrix product reaches here x 0.4)

Does not cover: the memory that a library takes for itself, fragmentation, communication between devices.
`benchmarks/training_memory.py` holds it against what trainings took.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import EnvironmentLacking, InputError, nearest
from training.run.base import lora_config
from training.run.device import Device
from training.run.prepare import Prepared
from training.settings import OptimiserSettings

if TYPE_CHECKING:
    from transformers import PretrainedConfig

REACHED = 0.4
"""The part of a matrix product's speed that a training is taken to reach."""
_MOMENT_BYTES = {"adamw_torch": 8.0, "adamw_torch_fused": 8.0, "adafactor": 0.1, "adamw_8bit": 2.0, "sgd": 0.0}


@dataclass(frozen=True)
class Estimate:
    """Of one training; bytes are those of one device."""

    parameters: int
    trained: int
    states_bytes: int
    activations_bytes: int
    checkpoint_bytes: int
    disk_bytes: int
    steps: int
    steps_an_epoch: int
    tokens: int
    """That go through the model in all steps, padding not counted."""
    flops: float
    """Of one device."""

    @property
    def memory_bytes(self) -> int:
        """States, activations and logits."""
        return self.states_bytes + self.activations_bytes


def precision_of(settings: OptimiserSettings, device: Device) -> str:
    """Give what steps are computed in, bf16 or float32.

    Args:
        settings: What was said.
        device: What `auto` goes by.

    Example:
        >>> precision_of(OptimiserSettings(), Device("cpu", "CPU", 1, False, 1))
        'float32'
    """
    if settings.precision != "auto":
        return settings.precision
    return "bf16" if device.has_bf16 else "float32"


def weights_dtype(prepared: Prepared, device: Device) -> str:
    """Give the kind of numbers in which the weights are kept while they are trained."""
    said = prepared.settings.model.dtype
    if said != "auto":
        return said
    is_full = prepared.settings.train.method == "full"
    return "float32" if is_full or precision_of(prepared.settings.train, device) == "float32" else "bfloat16"


def accumulation(settings: OptimiserSettings, device: Device) -> int:
    """Give the micro batches of a step on one device.

    Args:
        settings: The batches.
        device: How many share a step.

    Raises:
        InputError: The batch can not be shared out evenly.

    Example:
        >>> accumulation(OptimiserSettings(batch=256, micro_batch=4), Device("cuda", "H100", 1, True, 8))
        8
    """
    at_once = settings.micro_batch * device.count
    if settings.batch % at_once:
        lower = max(at_once, settings.batch // at_once * at_once)
        raise InputError(
            f"a batch of {settings.batch} is no multiple of {settings.micro_batch} sequences on each of "
            f"{device.count} device{'s' * (device.count > 1)}",
            hint=f"--batch {lower}, or another --micro-batch",
        )
    return settings.batch // at_once


def estimate(prepared: Prepared, device: Device) -> Estimate:
    """Estimate a training; the model is built without weights.

    Args:
        prepared: The training.
        device: Where.

    Raises:
        InputError: The base model can not be built, or the batch can not be shared out.
    """
    settings = prepared.settings
    accumulation(settings.train, device)
    parameters, trained = _count(prepared)
    config = prepared.base.config().get_text_config()
    bits = 0.55 if settings.train.method == "qlora" else {"float32": 4, "bfloat16": 2}[weights_dtype(prepared, device)]
    moments = _MOMENT_BYTES.get(settings.train.optimizer, 8.0)
    # Adapters are kept in float32 beside weights of any kind.
    own = bits if settings.train.method == "full" else 4
    weights, gradients, optimiser = parameters * bits, trained * own, trained * moments * own / 4
    parallel = Path(settings.train.parallel).stem
    if parallel.startswith(("fsdp", "zero3")):
        weights, gradients, optimiser = weights / device.count, gradients / device.count, optimiser / device.count
    elif parallel.startswith("zero2"):
        gradients, optimiser = gradients / device.count, optimiser / device.count
    epoch_rows = len(prepared.encoded.rows)
    if settings.train.packing:
        epoch_rows = max(1, math.ceil(prepared.encoded.tokens / settings.data.max_length))
    steps_an_epoch = math.ceil(epoch_rows / settings.train.batch)
    steps = settings.train.steps or math.ceil(settings.train.epochs * steps_an_epoch)
    tokens = round(prepared.encoded.tokens * steps / steps_an_epoch)
    each = (6 if trained == parameters else 4) + (2 if settings.train.gradient_checkpointing else 0)
    kept = parameters * (4 if bits == 4 else 2) if trained == parameters else trained * 4
    checkpoint = round(kept + trained * moments * own / 4)
    return Estimate(
        parameters=parameters,
        trained=trained,
        states_bytes=round(weights + gradients + optimiser),
        activations_bytes=_activations(prepared, config, device),
        checkpoint_bytes=checkpoint,
        # The newest ones, the one that is being written, and the model at the end.
        disk_bytes=checkpoint * (settings.checkpoints.keep + 1) + parameters * (4 if bits == 4 else 2),
        steps=steps,
        steps_an_epoch=steps_an_epoch,
        tokens=tokens,
        flops=each * parameters * tokens / device.count,
    )


def check_room(found: Estimate, device: Device, disk_free: int) -> None:
    """Raise where a training can not fit.

    Args:
        found: What it needs.
        device: What there is.
        disk_free: Bytes.

    Raises:
        EnvironmentLacking: The states alone are more than the memory, or the checkpoints more than the disk.
    """
    if found.states_bytes > device.free_bytes:
        raise EnvironmentLacking(
            f"weights, gradients and moments of {found.parameters / 1e6:,.0f} million parameters take "
            f"{size_words(found.states_bytes)}, and {device.name} has {size_words(device.free_bytes)} free",
            hint="--method lora or qlora, a smaller model, or --parallel fsdp2 on several devices",
        )
    if found.disk_bytes > disk_free:
        raise EnvironmentLacking(
            f"the checkpoints take {size_words(found.disk_bytes)}, and the disk has {size_words(disk_free)} free",
            hint="--set checkpoints.keep=1, or --out on another disk",
        )


def size_words(count: int) -> str:
    """Give a number of bytes for people.

    Example:
        >>> size_words(1_234_000_000), size_words(12_340_000)
        ('1.2 GB', '13 MB')
    """
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{math.ceil(count / 1e6)} MB"


def _count(prepared: Prepared) -> tuple[int, int]:
    """Count all weights and those that are trained, on a model without memory."""
    import torch
    from transformers import AutoModelForCausalLM

    settings = prepared.settings
    try:
        with torch.device("meta"):
            model = AutoModelForCausalLM.from_config(prepared.base.config())
            total = sum(weight.numel() for weight in model.parameters())
            if settings.train.method == "full":
                return total, total
            _check_targets(prepared, [name for name, _ in model.named_modules()])
            from peft import get_peft_model

            adapted = get_peft_model(model, lora_config(settings.lora, is_dora=False))
            return total, sum(weight.numel() for weight in adapted.parameters() if weight.requires_grad)
    except (ValueError, KeyError, AttributeError) as error:
        words = str(error).partition("\n")[0]
        raise InputError(f"{prepared.base.name} can not be trained by {settings.train.method}: {words}") from error


def _check_targets(prepared: Prepared, modules: Sequence[str]) -> None:
    """Refuse names of a list that are no module's: peft passes over them as long as one of them is."""
    targets = prepared.settings.lora.targets
    for target in targets if isinstance(targets, tuple) else ():
        if not any(name == target or name.endswith(f".{target}") for name in modules):
            ends = {name.rpartition(".")[2] for name in modules if not name.rpartition(".")[2].isdigit()}
            raise InputError(f"{prepared.base.name} has no module {target!r}", hint=nearest(target, ends - {""}))


def _activations(prepared: Prepared, config: PretrainedConfig, device: Device) -> int:
    settings = prepared.settings.train
    longest = prepared.settings.data.max_length if settings.packing else prepared.encoded.longest
    hidden = int(getattr(config, "hidden_size", 0))
    inner = int(getattr(config, "intermediate_size", 0) or 4 * hidden)
    heads = int(getattr(config, "num_attention_heads", 1) or 1)
    pairs = hidden * int(getattr(config, "num_key_value_heads", None) or heads) // heads
    layers = int(getattr(config, "num_hidden_layers", 0))
    layer = 9 * hidden + 2 * pairs + 4 * inner
    kept = layers * hidden + layer if settings.gradient_checkpointing else layers * layer
    number = 2 if precision_of(settings, device) == "bf16" else 4
    # A loss is computed in float32; liger's never holds the logits of all tokens.
    copies = 6 if settings.method == "full" else 8
    logits = 0 if settings.liger else int(getattr(config, "vocab_size", 0)) * (number + 4 * copies)
    return (kept * number + logits) * longest * settings.micro_batch
