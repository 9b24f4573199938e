"""TRL's own command: `trl sft --config config.yaml` in the folder.

The data are the tokens and labels as fuseval makes them, so the masks are the same to the token.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import yaml

from training.run.prepare import prepare
from training.settings import TrainSettings


def trl_files(settings: TrainSettings) -> Mapping[str, str]:
    """Give the files by their names.

    Args:
        settings: The training.

    Raises:
        InputError: The base model, a data set or the template is wrong.
    """
    rows = prepare(settings).encoded.rows
    lines = (json.dumps({"input_ids": row.ids.tolist(), "labels": row.labels.tolist()}) + "\n" for row in rows)
    return {"config.yaml": yaml.safe_dump(_config(settings), sort_keys=False), "data/train.jsonl": "".join(lines)}


def _config(settings: TrainSettings) -> dict[str, object]:
    train = settings.train
    config: dict[str, object] = {
        "model_name_or_path": settings.model.base,
        "model_revision": settings.model.revision or "main",
        "dataset_name": "data",
        "max_length": settings.data.max_length,
        "packing": train.packing,
        "per_device_train_batch_size": train.micro_batch,
        # Of one device; several divide it among them.
        "gradient_accumulation_steps": max(1, train.batch // train.micro_batch),
        "num_train_epochs": train.epochs,
        "learning_rate": train.learning_rate,
        "lr_scheduler_type": train.schedule,
        "warmup_steps": train.warmup if train.warmup < 1 else int(train.warmup),
        "optim": train.optimizer,
        "weight_decay": train.weight_decay,
        "max_grad_norm": train.max_grad_norm,
        "bf16": train.precision == "bf16",
        "activation_checkpointing": train.gradient_checkpointing,
        "use_liger_kernel": train.liger,
        "train_sampling_strategy": "sequential" if settings.data.order == "curriculum" else "random",
        "seed": train.seed,
        "output_dir": "output",
        "save_steps": settings.checkpoints.every,
        "save_total_limit": settings.checkpoints.keep,
        "report_to": settings.report_to,
    }
    config |= {"max_steps": train.steps} if train.steps else {}
    config |= {"accelerate_config": train.parallel} if train.parallel else {}
    if train.method != "full":
        targets = settings.lora.targets
        config |= {
            "use_peft": True,
            "lora_r": settings.lora.r,
            "lora_alpha": int(settings.lora.alpha),
            "lora_dropout": settings.lora.dropout,
            "lora_target_modules": targets if isinstance(targets, str) else list(targets),
            "use_dora": train.method == "dora",
            "load_in_4bit": train.method == "qlora",
        }
    return config
