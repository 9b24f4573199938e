"""TRL's trainer with our data, our masks and our watchers; the loop, the optimiser and the sharding are its own.

TRL's defaults suit a GPU (bf16, gradient checkpointing), so every value that matters is given.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import EnvironmentLacking, FusevalError, InputError
from training.run.base import lora_config
from training.run.device import Device
from training.run.estimate import accumulation, precision_of, weights_dtype
from training.run.prepare import Prepared
from training.run.watch import News, Watcher

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
    from trl import SFTConfig, SFTTrainer


def make_trainer(prepared: Prepared, device: Device, root: Path, watchers: Sequence[Watcher]) -> SFTTrainer:
    """Load the weights and set the trainer up.

    Args:
        prepared: What is learned.
        device: Where.
        root: The folder of the checkpoints.
        watchers: Told of every step, in this order.

    Raises:
        InputError: The weights can not be loaded, or the batch can not be shared out.
        EnvironmentLacking: A package is missing, or the memory does not hold the weights.
    """
    from transformers import PrinterCallback
    from trl import SFTTrainer

    class Trainer(SFTTrainer):  # type: ignore[misc]
        """Says in a line why a checkpoint could not be written."""

        def _save_checkpoint(self, *arguments: object, **options: object) -> None:
            folder = root / f"checkpoint-{self.state.global_step}"
            with _writing(folder):
                super()._save_checkpoint(*arguments, **options)
            # Each process writes a part of it, and only then is it whole.
            self.accelerator.wait_for_everyone()

    method = prepared.settings.train.method
    config = _config(prepared, device, root)
    model = prepared.base.model(weights_dtype(prepared, device), is_quantised=method == "qlora")
    adapters = lora_config(prepared.settings.lora, is_dora=method == "dora") if method != "full" else None
    trainer = Trainer(
        model=model,
        args=config,
        train_dataset=dataset_of(prepared),
        processing_class=prepared.tokenizer,
        peft_config=adapters,
        callbacks=[_hooks(watchers)],
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def dataset_of(prepared: Prepared) -> Dataset:
    """Give the tokens and labels as TRL takes them.

    Args:
        prepared: What is learned.
    """
    from datasets import Dataset

    rows = prepared.encoded.rows
    return Dataset.from_dict({"input_ids": [row.ids for row in rows], "labels": [row.labels for row in rows]})


def _config(prepared: Prepared, device: Device, root: Path) -> SFTConfig:
    from trl import SFTConfig

    settings, train = prepared.settings, prepared.settings.train
    if train.liger and importlib.util.find_spec("liger_kernel") is None:
        raise EnvironmentLacking("liger kernels are not installed", hint="pip install liger-kernel, or liger = false")
    is_reported = settings.report_to != "none"
    if is_reported and importlib.util.find_spec(settings.report_to) is None:
        raise EnvironmentLacking(f"{settings.report_to} is not installed", hint=f"pip install {settings.report_to}")
    with _refusing():
        return SFTConfig(
            output_dir=str(root),
            num_train_epochs=train.epochs,
            max_steps=train.steps or -1,
            per_device_train_batch_size=train.micro_batch,
            gradient_accumulation_steps=accumulation(train, device),
            learning_rate=train.learning_rate,
            lr_scheduler_type=train.schedule,
            warmup_steps=train.warmup if train.warmup < 1 else int(train.warmup),
            optim=train.optimizer,
            weight_decay=train.weight_decay,
            max_grad_norm=train.max_grad_norm,
            max_length=settings.data.max_length,
            packing=train.packing,
            bf16=precision_of(train, device) == "bf16",
            activation_checkpointing=train.gradient_checkpointing,
            use_liger_kernel=train.liger,
            use_cpu=device.kind == "cpu",
            ddp_backend="gloo" if device.kind == "cpu" and device.count > 1 else None,
            ddp_find_unused_parameters=False,
            seed=train.seed,
            train_sampling_strategy="sequential" if settings.data.order == "curriculum" else "random",
            save_strategy="steps",
            save_steps=settings.checkpoints.every,
            save_total_limit=None,  # a newer one must be known to be whole before an older one goes
            logging_steps=1,
            logging_first_step=True,
            logging_nan_inf_filter=False,  # it would hide what the guard looks for
            report_to=settings.report_to,
            disable_tqdm=True,
            dataloader_pin_memory=device.kind == "cuda",
        )


@contextmanager
def _refusing() -> Iterator[None]:
    """Say which of transformers' names is none: it lists the valid ones itself."""
    try:
        yield
    except ValueError as error:
        raise InputError(" ".join(str(error).split()), hint="docs/training.md") from error


def _hooks(watchers: Sequence[Watcher]) -> TrainerCallback:
    """Tell the watchers what transformers tells its callbacks."""
    from transformers import TrainerCallback

    class Hooks(TrainerCallback):  # type: ignore[misc]
        def on_train_begin(
            self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
        ) -> None:
            if state.is_world_process_zero:
                for watcher in watchers:
                    watcher.begun(state.global_step, state.max_steps)

        def on_step_end(
            self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
        ) -> None:
            if any([watcher.wants_checkpoint(state.global_step) for watcher in watchers]):
                control.should_save = True
            self._end(control)

        def on_log(
            self,
            args: TrainingArguments,
            state: TrainerState,
            control: TrainerControl,
            logs: dict[str, float] | None = None,
            **_: object,
        ) -> None:
            if not logs or "loss" not in logs or not state.is_world_process_zero:
                return
            news = News(
                state.global_step,
                state.max_steps,
                float(logs["loss"]),
                float(logs["grad_norm"]) if "grad_norm" in logs else None,
                float(logs["learning_rate"]),
                int(logs["num_tokens"]),
            )
            for watcher in watchers:
                watcher.logged(news)

        def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object) -> None:
            if state.is_world_process_zero:
                folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
                with _writing(folder):
                    for watcher in watchers:
                        watcher.saved(state.global_step, folder)
                for watcher in watchers:
                    watcher.kept(state.global_step)
            self._end(control)

        def _end(self, control: TrainerControl) -> None:
            if any(watcher.is_over for watcher in watchers):
                control.should_training_stop = True

    return Hooks()


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Say that a checkpoint could not be written: each library fails in its own words when a disk is full."""
    import shutil

    try:
        yield
    except FusevalError:
        raise
    except Exception as error:  # OSError, safetensors' own, torch's RuntimeError
        shutil.rmtree(folder, ignore_errors=True)
        free = shutil.disk_usage(folder.parent).free
        words = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise EnvironmentLacking(
            f"{folder.name} could not be written ({words}); the disk has {free / 1e6:,.0f} MB free",
            hint="make room, and the same command goes on from the last whole checkpoint",
        ) from error
