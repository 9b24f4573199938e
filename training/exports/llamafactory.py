"""LLaMA-Factory: `llamafactory-cli train train.yaml` in the folder.

Its alpaca template has no line between a system message and the instruction, and no words for an instruction that
comes with an input; so what stands before the instruction is written into each row as its system message.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import yaml

from harness.errors import InputError
from harness.models.model import Message
from training.data.conversation import Conversation
from training.exports.exported_data import as_lines, exported_rows, is_alpaca
from training.settings import TrainSettings

_PLAIN = "Below is an instruction that describes a task."
_WITH_INPUT = "Below is an instruction that describes a task, paired with an input that provides further context."
_REST = " Write a response that appropriately completes the request."
_TAGS = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "system_tag": "system",
}
_DEEPSPEED = {"zero2": 2, "zero3": 3}


def llamafactory_files(settings: TrainSettings) -> Mapping[str, str]:
    """Give the files by their names.

    Args:
        settings: The training.

    Raises:
        InputError: The template is a file, which LLaMA-Factory has no place for.
    """
    if settings.data.template not in ("auto", "chat", "alpaca"):
        raise InputError(
            f"LLaMA-Factory takes no template from a file, and this one is {settings.data.template}",
            hint="--to axolotl or --to trl",
        )
    rows = exported_rows(settings)
    turns = [_headed(row) if is_alpaca(settings) else row.turns for row in rows]
    info = {"fuseval": {"file_name": "data.jsonl", "formatting": "sharegpt", "columns": {"messages": "messages"}}}
    files = {
        "train.yaml": yaml.safe_dump(_config(settings), sort_keys=False),
        "dataset_info.json": json.dumps({"fuseval": {**info["fuseval"], "tags": _TAGS}}, indent=1) + "\n",
        "data.jsonl": as_lines(turns),
    }
    if settings.train.parallel in _DEEPSPEED:
        files["deepspeed.json"] = json.dumps(_deepspeed(_DEEPSPEED[settings.train.parallel]), indent=1) + "\n"
    return files


def _headed(row: Conversation) -> tuple[Message, ...]:
    turns = row.turns
    if turns[0].role == "system":
        return (Message("system", f"{turns[0].content}\n\n"), *turns[1:])
    first = _WITH_INPUT if "\n\n### Input:\n" in turns[0].content else _PLAIN
    return (Message("system", f"{first}{_REST}\n\n"), *turns)


def _config(settings: TrainSettings) -> dict[str, object]:
    train = settings.train
    is_whole = train.method == "full"
    config: dict[str, object] = {
        "stage": "sft",
        "do_train": True,
        "model_name_or_path": settings.model.base,
        "model_revision": settings.model.revision or "main",
        "finetuning_type": "full" if is_whole else "lora",
        "dataset": "fuseval",
        "dataset_dir": ".",
        "cutoff_len": settings.data.max_length,
        "disable_shuffling": settings.data.order == "curriculum",
        "packing": train.packing,
        "neat_packing": train.packing,  # the segments do not see each other
        "output_dir": "output",
        "per_device_train_batch_size": train.micro_batch,
        # Of one device; several divide it among them.
        "gradient_accumulation_steps": max(1, train.batch // train.micro_batch),
        "learning_rate": train.learning_rate,
        "num_train_epochs": train.epochs,
        "lr_scheduler_type": train.schedule,
        "optim": train.optimizer,
        "weight_decay": train.weight_decay,
        "max_grad_norm": train.max_grad_norm,
        "bf16": train.precision == "bf16",
        "disable_gradient_checkpointing": not train.gradient_checkpointing,
        "enable_liger_kernel": train.liger,
        "seed": train.seed,
        "save_steps": settings.checkpoints.every,
        "save_total_limit": settings.checkpoints.keep,
        "logging_steps": 10,
        "report_to": settings.report_to,
    }
    # Without a name it takes the tokenizer's own template.
    config |= {"template": "alpaca"} if is_alpaca(settings) else {}
    config |= {"max_steps": train.steps} if train.steps else {}
    config |= {"warmup_ratio": train.warmup} if train.warmup < 1 else {"warmup_steps": int(train.warmup)}
    if not is_whole:
        targets = settings.lora.targets
        named = targets if isinstance(targets, str) else ",".join(targets)
        config |= {
            "lora_rank": settings.lora.r,
            "lora_alpha": int(settings.lora.alpha),
            "lora_dropout": settings.lora.dropout,
            "lora_target": "all" if targets == "all-linear" else named,
            "use_dora": train.method == "dora",
        }
    config |= {"quantization_bit": 4, "quantization_method": "bnb"} if train.method == "qlora" else {}
    config |= {"deepspeed": "deepspeed.json"} if train.parallel in _DEEPSPEED else {}
    return config


def _deepspeed(stage: int) -> dict[str, object]:
    zero: dict[str, object] = {"stage": stage, "overlap_comm": True}
    zero |= {"stage3_gather_16bit_weights_on_model_save": True} if stage == 3 else {}
    return {
        "train_batch_size": "auto",
        "train_micro_batch_size_per_gpu": "auto",
        "gradient_accumulation_steps": "auto",
        "gradient_clipping": "auto",
        "bf16": {"enabled": "auto"},
        "zero_optimization": zero,
    }
