"""Which trainers a training can be exported for, and how its files come into a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from harness.errors import InputError, nearest
from harness.formats.atomic import write_atomically
from training.exports.axolotl import axolotl_files
from training.exports.llamafactory import llamafactory_files
from training.exports.trl import trl_files
from training.settings import TrainSettings

TRAINERS: Mapping[str, tuple[Callable[[TrainSettings], Mapping[str, str]], str]] = {
    "llamafactory": (llamafactory_files, "llamafactory-cli train train.yaml"),
    "axolotl": (axolotl_files, "axolotl train config.yaml"),
    "trl": (trl_files, "trl sft --config config.yaml"),
}
"""By name: what makes the files, and the command that trains with them, in their folder."""


def export_training(settings: TrainSettings, trainer: str, folder: Path) -> list[Path]:
    """Write a training's config and data for another trainer; files of an earlier export are replaced.

    Args:
        settings: The training.
        trainer: Out of `TRAINERS`.
        folder: Where to, made if missing.

    Raises:
        InputError: There is no such trainer, it can not express the training, or the data is wrong.
        OSError: A file can not be written.
    """
    if trainer not in TRAINERS:
        raise InputError(f"no trainer named {trainer!r}", hint=nearest(trainer, TRAINERS))
    if not settings.model.base:
        raise InputError("no base model to train", hint="base under [model] in the config")
    base = Path(settings.model.base)
    if base.is_dir():  # the other trainer starts in its own folder
        settings = replace(settings, model=replace(settings.model, base=str(base.resolve())))
    make, _ = TRAINERS[trainer]
    written = []
    for name, text in make(settings).items():
        written.append(folder / name)
        write_atomically(written[-1], text)
    return written
