"""axolotl: `axolotl train config.yaml` in the folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from training.exports.exported_data import as_lines, exported_rows, is_alpaca
from training.masks.template import alpaca_text, without_marks
from training.settings import TrainSettings

_DEEPSPEED = {"zero2": "deepspeed_configs/zero2.json", "zero3": "deepspeed_configs/zero3_bf16.json"}


def axolotl_files(settings: TrainSettings) -> Mapping[str, str]:
    """Give the files by their names.

    Args:
        settings: The training.
    """
    rows = exported_rows(settings)
    return {
        "config.yaml": yaml.safe_dump(_config(settings), sort_keys=False),
        "data.jsonl": as_lines([row.turns for row in rows]),
    }


def _config(settings: TrainSettings) -> dict[str, object]:
    train = settings.train
    config: dict[str, object] = {
        "base_model": settings.model.base,
        "datasets": [
            {
                "path": "data.jsonl",
                "ds_type": "json",
                "type": "chat_template",
                "field_messages": "messages",
                "message_property_mappings": {"role": "role", "content": "content"},
                "roles_to_train": ["assistant"],
                "train_on_eos": "turn",
                **_template(settings),
            }
        ],
        **_template(settings),
        "shuffle_merged_datasets": settings.data.order == "shuffled",
        "curriculum_sampling": settings.data.order == "curriculum",  # else the trainer shuffles what was not
        "sequence_len": settings.data.max_length,
        "sample_packing": train.packing,
        "micro_batch_size": train.micro_batch,
        # Of one device; several divide it among them.
        "gradient_accumulation_steps": max(1, train.batch // train.micro_batch),
        "num_epochs": train.epochs,
        "learning_rate": train.learning_rate,
        "lr_scheduler": train.schedule,
        "optimizer": train.optimizer,
        "weight_decay": train.weight_decay,
        "max_grad_norm": train.max_grad_norm,
        "bf16": train.precision == "bf16",
        "gradient_checkpointing": train.gradient_checkpointing,
        "seed": train.seed,
        "output_dir": "output",
        "save_steps": settings.checkpoints.every,
        "save_total_limit": settings.checkpoints.keep,
        "logging_steps": 10,
    }
    config |= {"revision_of_model": settings.model.revision} if settings.model.revision else {}
    config |= {"max_steps": train.steps} if train.steps else {}
    config |= {"warmup_ratio": train.warmup} if train.warmup < 1 else {"warmup_steps": int(train.warmup)}
    config |= {"use_tensorboard": True} if settings.report_to == "tensorboard" else {}
    config |= {"wandb_project": "fuseval"} if settings.report_to == "wandb" else {}
    config |= {"plugins": ["axolotl.integrations.liger.LigerPlugin"]} if train.liger else {}
    config |= {"deepspeed": _DEEPSPEED[train.parallel]} if train.parallel in _DEEPSPEED else {}
    if train.method != "full":
        targets = settings.lora.targets
        config |= {
            "adapter": "qlora" if train.method == "qlora" else "lora",
            "load_in_4bit": train.method == "qlora",
            "lora_r": settings.lora.r,
            "lora_alpha": int(settings.lora.alpha),
            "lora_dropout": settings.lora.dropout,
            "peft_use_dora": train.method == "dora",
        }
        is_all = targets == "all-linear"
        config |= {"lora_target_linear": True} if is_all else {"lora_target_modules": _listed(targets)}
    return config


def _template(settings: TrainSettings) -> dict[str, object]:
    if is_alpaca(settings):
        return {"chat_template": "jinja", "chat_template_jinja": without_marks(alpaca_text())}
    if settings.data.template in ("auto", "chat"):
        return {"chat_template": "tokenizer_default"}
    text = Path(settings.data.template).expanduser().read_text(encoding="utf-8")
    return {"chat_template": "jinja", "chat_template_jinja": without_marks(text)}


def _listed(targets: str | tuple[str, ...]) -> list[str]:
    return [targets] if isinstance(targets, str) else list(targets)
