"""Stage 2: an arm's model, trained as `fuseval train` would."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from harness.formats.record_json import to_plain
from harness.models.backends.checkpoint_place import CheckpointPlace
from training.settings import DataSettings, SourceSettings, TrainSettings
from training.study.arms import Arm
from training.study.cost import cost_of
from training.study.data import ROWS
from training.study.settings import BaseSettings, StudySettings, shared_training
from training.study.stages import Stage, content_hash, files_below

MINIATURE = "miniature"


def training_settings(study: StudySettings, arm: Arm, base: str, rows: Path, out: Path) -> TrainSettings:
    """Give the settings of an arm's training.

    Args:
        study: What all arms share.
        arm: Which.
        base: Its base model's folder or Hub id.
        rows: Its data.
        out: The folder that becomes the model.

    Raises:
        InputError: As of `shared_training`.
    """
    settings = shared_training(study)
    data: DataSettings = replace(settings.data, sources=(SourceSettings(str(rows)),))
    return replace(
        settings,
        model=replace(settings.model, base=base),
        data=data,
        train=replace(settings.train, seed=arm.seed),
        out=str(out),
    )


def base_place(root: Path, base: BaseSettings) -> str:
    """Give a base model's folder or Hub id; the miniature is made where it is not there yet.

    Args:
        root: The study's folder.
        base: Which.
    """
    if base.path != MINIATURE:
        return base.path
    from training.miniature import make_base

    stage = Stage(root, "base", {"miniature": 1})
    if not stage.is_done:
        make_base(stage.folder / "model", seed=1)
        stage.finish({}, files_below(stage.folder / "model"))
    return str(stage.folder / "model")


def train_stage(study: StudySettings, root: Path, arm: Arm, base: str, data: Stage) -> Stage:
    """Describe the stage.

    Args:
        study: What all arms share.
        root: The study's folder.
        arm: Which.
        base: Its base model's folder or Hub id.
        data: Its rows.
    """
    settings = training_settings(study, arm, base, Path(ROWS), Path(arm.name))
    settings = replace(settings, data=replace(settings.data, sources=()))
    from training.read_settings import as_table

    table = as_table(settings)
    inputs: Mapping[str, object] = {
        "data": data.key,
        "base": CheckpointPlace(base).revision,
        "train": table["train"],
        "lora": table["lora"],
        "dtype": settings.model.dtype,
        "rows": table["data"],  # but for their sources, which the arms have: they are hashed above
        "template": content_hash(settings.data.template),
        "name": arm.name,
    }
    return Stage(root, "train", inputs)


def make_model(study: StudySettings, arm: Arm, base: str, data: Stage, stage: Stage) -> None:
    """Train the model; what was begun goes on.

    Args:
        study: What all arms share.
        arm: Which.
        base: Its base model's folder or Hub id.
        data: Its rows.
        stage: As `train_stage` gave it.

    Raises:
        InputError: Something in the settings or the data is wrong.
        EnvironmentLacking: The machine can not do it.
    """
    from training.run.device import find_device
    from training.run.estimate import check_room, estimate
    from training.run.prepare import prepare
    from training.run.quiet import quiet_libraries
    from training.run.train import disk_free, train

    out = model_folder(stage, arm)
    settings = training_settings(study, arm, base, data.folder / ROWS, out)
    with quiet_libraries():
        prepared = prepare(settings)
        device = find_device()
        found = estimate(prepared, device)
        check_room(found, device, disk_free(out))
        train(prepared, found, device, Console(file=io.StringIO()))
    stage.finish({"arm": arm.name, "cost": to_plain(cost_of(out))}, (file for file in out.iterdir() if file.is_file()))


def model_folder(stage: Stage, arm: Arm) -> Path:
    """Give the folder of an arm's model.

    Args:
        stage: Of its training.
        arm: Which.
    """
    return stage.folder / arm.name
