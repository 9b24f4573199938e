"""One training in order: what is there, what is missing, the steps, the model at the end."""

from __future__ import annotations

import fcntl
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from harness.errors import InputError
from training.read_settings import as_table
from training.run.card import Told, model_card
from training.run.checkpoints import Checkpoint, newest_intact
from training.run.device import Device
from training.run.estimate import Estimate
from training.run.finish import write_model
from training.run.prepare import Prepared
from training.run.record import TrainingRecord, identity_of
from training.run.sitting import EVALUATIONS, Sitting

CHECKPOINTS = "checkpoints"


@dataclass(frozen=True)
class Trained:
    """How a training ended."""

    folder: Path
    told: Told | None
    """None where it had been finished before."""


def train(prepared: Prepared, found: Estimate, device: Device, console: Console, *, is_fresh: bool = False) -> Trained:
    """Train, or go on where an earlier sitting stopped.

    Args:
        prepared: What is learned.
        found: Its estimate.
        device: Where.
        console: For progress and remarks.
        is_fresh: Whether to throw away what the folder holds of a training.

    Raises:
        InputError: The folder holds another training or other files, somebody is training into it, or the training
            came apart.
        EnvironmentLacking: The machine can not do it, or a disk is full; the same command goes on.
        Interrupted: Ctrl-C; a checkpoint was saved.
    """
    out = Path(prepared.settings.out)
    record = TrainingRecord(out)
    if not is_main_process():
        _help(prepared, device, record, is_fresh=is_fresh)
        return Trained(out, None)
    _check_is_ours(out, record, prepared.settings.model.base)
    with _alone(out):
        return _train(prepared, found, device, console, record, is_fresh=is_fresh)


def _train(
    prepared: Prepared, found: Estimate, device: Device, console: Console, record: TrainingRecord, *, is_fresh: bool
) -> Trained:
    out, identity = record.folder, identity_of(prepared, device.count)
    last = None if is_fresh else _to_go_on_from(prepared, record, identity, console)
    if not is_fresh and record.has_model():
        return Trained(out, None)
    sitting = Sitting(prepared, device, console, root=out / CHECKPOINTS, last=last, identity=identity)
    # From here on nothing is refused any more: what the folder held stays until then.
    if is_fresh:
        _clear(out)
    record.begin(prepared, identity)
    told, chosen = sitting.run()
    write_model(prepared, chosen, out, model_card(out.name, prepared, found, device, told))
    record.finish(prepared, identity, found, told)
    return Trained(out, told)


def _help(prepared: Prepared, device: Device, record: TrainingRecord, *, is_fresh: bool) -> None:
    """Take the steps of another process than the main one, which alone speaks and writes."""
    if not is_fresh and record.has_model():
        return
    last = None if is_fresh else newest_intact(record.folder / CHECKPOINTS, removes=False)[0]
    identity = identity_of(prepared, device.count)
    quiet = Console(file=io.StringIO())
    Sitting(prepared, device, quiet, root=record.folder / CHECKPOINTS, last=last, identity=identity).take_part()


def _to_go_on_from(prepared: Prepared, record: TrainingRecord, identity: str, console: Console) -> Checkpoint | None:
    """Give the checkpoint of an earlier sitting, and say what was found; None begins anew."""
    out = record.folder
    if (known := record.identity()) and known != identity:
        raise InputError(
            f"{out} holds another training ({known}, and this is {identity}): other settings, data or base",
            hint="--fresh throws it away, --out FOLDER keeps it",
        )
    if record.is_finished():
        if record.evaluation() != as_table(prepared.settings)["evaluation"]:
            raise InputError(
                f"{out} is finished, and its checkpoint was chosen by other scores on the way: other settings of "
                "evaluation",
                hint="--fresh trains it again, --out FOLDER keeps it",
            )
        if record.has_model():
            return None
        console.print(f"{out} was trained before, and its model is not whole any more", soft_wrap=True)
    last, removed = newest_intact(out / CHECKPOINTS)
    if removed:
        console.print(f"left out, since not whole: {', '.join(removed)}", soft_wrap=True)
    if last:
        console.print(f"going on from step {last.step}", soft_wrap=True)
    return last


def _check_is_ours(out: Path, record: TrainingRecord, base: str) -> None:
    """Refuse a folder with files that are not of a training: writing and clearing would lose them."""
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file", hint="--out FOLDER, a new one")
    if out.is_dir() and base and out.resolve() == Path(base).resolve():
        raise InputError(f"{out} is the base itself, which would be lost", hint="--out FOLDER, another one")
    # A training that was refused before its first step leaves an empty folder of checkpoints.
    there = sorted(item.name for item in out.iterdir() if not _is_empty(item)) if out.is_dir() else []
    if there and not record.path.exists():
        raise InputError(
            f"{out} holds files that are not of a training: {', '.join(there[:3])}{' ...' if there[3:] else ''}",
            hint="--out FOLDER, a new one",
        )


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Keep other processes from training into the same folder; the folder itself is what is locked."""
    out.mkdir(parents=True, exist_ok=True)
    handle = os.open(out, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(f"another fuseval trains into {out}", hint="wait for it, or stop it") from None
        yield
    finally:
        os.close(handle)


def _is_empty(item: Path) -> bool:
    return item.name == CHECKPOINTS and item.is_dir() and not any(item.iterdir())


def _clear(out: Path) -> None:
    """Remove what a training left, and nothing else."""
    for name in (CHECKPOINTS, EVALUATIONS, "adapter"):
        shutil.rmtree(out / name, ignore_errors=True)
    names = ("config.json", "training.json", "README.md", "generation_config.json")
    for path in [out / name for name in names] + list(out.glob("model*.safetensors*")):
        path.unlink(missing_ok=True)
    (out / CHECKPOINTS).mkdir()


def disk_free(out: Path) -> int:
    """Give the free bytes of the disk on which a folder is, or will be.

    Args:
        out: The folder.

    Example:
        >>> disk_free(Path("not/there/yet")) > 0
        True
    """
    place = out.absolute()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def is_main_process() -> bool:
    """Whether this is the process that speaks, where several share a training."""
    return os.environ.get("RANK", "0") == "0"
