"""One training in order: what is there, what is missing, the steps, the model at the end."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from rich.console import Console

from harness.errors import InputError
from training.read_settings import as_table
from training.run.card import LossPoint, Told, model_card
from training.run.checkpoints import Checkpoint, Spent, newest_intact, whole_checkpoints
from training.run.device import Device
from training.run.energy import EnergyMeter
from training.run.estimate import Estimate
from training.run.evaluate import Evaluator
from training.run.finish import write_model
from training.run.prepare import Prepared
from training.run.progress import TrainingProgress
from training.run.record import TrainingRecord, identity_of
from training.run.trainer import make_trainer
from training.run.watch import Guard

CHECKPOINTS = "checkpoints"
_EVALUATIONS = "evaluations"
_PACKAGES = ("fuseval", "torch", "transformers", "trl", "peft", "accelerate", "datasets")


@dataclass(frozen=True)
class Trained:
    """How a training ended."""

    folder: Path
    told: Told | None
    """None where it had been finished before."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C; the training was saved at the step that is named."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self.step = step


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
    if is_main_process():
        _check_is_ours(out, record, prepared.settings.model.base)
    with _alone(out) if is_main_process() else nullcontext():
        return _train(prepared, found, device, console, record, is_fresh=is_fresh)


def _train(
    prepared: Prepared, found: Estimate, device: Device, console: Console, record: TrainingRecord, *, is_fresh: bool
) -> Trained:
    out, identity = record.folder, identity_of(prepared, device.count)
    last = None if is_fresh else _to_go_on_from(prepared, record, identity, console)
    if not is_fresh and record.has_model():
        return Trained(out, None)
    sitting = _Sitting(prepared, device, console, root=out / CHECKPOINTS, last=last, identity=identity)
    # From here on nothing is refused any more: what the folder held stays until then.
    if is_fresh:
        _clear(out)
    record.begin(prepared, identity)
    told, chosen = sitting.run()
    write_model(prepared, chosen, out, model_card(out.name, prepared, found, device, told))
    record.finish(prepared, identity, found, told)
    return Trained(out, told)


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


class _Sitting:
    """One sitting of a training: made with everything that can be refused, then run.

    Args:
        prepared: What is learned.
        device: Where.
        console: For progress.
        root: The folder of the checkpoints.
        last: To go on from, or None.
        identity: Of the training.

    Raises:
        InputError: Weights, scores on the way or the batch are wrong.
        EnvironmentLacking: The machine can not do it.
    """

    def __init__(
        self,
        prepared: Prepared,
        device: Device,
        console: Console,
        *,
        root: Path,
        last: Checkpoint | None,
        identity: str,
    ) -> None:
        settings = prepared.settings
        self._settings, self._root, self._last = settings, root, last
        meter = EnergyMeter(with_card=device.kind == "cuda")
        self._guard = Guard(root, settings, last.spent if last else Spent(), meter)
        self._progress = TrainingProgress(console)
        self._evaluator = _evaluator(prepared, root.parent, self._guard, device, identity)
        watchers = [self._guard, self._progress, *([self._evaluator] if self._evaluator else [])]
        self._trainer = make_trainer(prepared, device, root, watchers)
        if self._evaluator:
            self._evaluator.model, self._evaluator.say = self._trainer.model, self._progress.say

    def run(self) -> tuple[Told, Checkpoint]:
        """Train to the end, and give what can be told and the checkpoint that becomes the model.

        Raises:
            InputError: The training came apart.
            EnvironmentLacking: The memory or the disk is full.
            Interrupted: Ctrl-C; a checkpoint was saved.
        """
        from transformers import TrainerState

        trainer, guard, evaluator, last = self._trainer, self._guard, self._evaluator, self._last
        if last and 0 < trainer.args.max_steps <= last.step:  # stopped behind its last step: no more is due
            trainer.state = TrainerState.load_from_json(str(last.folder / "trainer_state.json"))
            if evaluator:
                evaluator.restore(last.step)
        else:
            with guard.catching_interrupt(), self._progress:
                trainer.train(resume_from_checkpoint=str(last.folder) if last else None)
        whole = whole_checkpoints(self._root)
        if guard.is_interrupted and trainer.state.global_step < trainer.state.max_steps:
            raise Interrupted(whole[-1].step)
        best = evaluator.best if evaluator else None
        chosen = next((item for item in whole if best and item.step == best.step), whole[-1])
        told = Told(
            step=chosen.step,
            losses=[LossPoint(row["step"], row["loss"]) for row in trainer.state.log_history if "loss" in row],
            scores=evaluator.scores if evaluator else [],
            benchmark=self._settings.evaluation.benchmark,
            spent=guard.spent,
            software={name: metadata.version(name) for name in _PACKAGES},
        )
        return told, chosen


def _evaluator(prepared: Prepared, out: Path, guard: Guard, device: Device, identity: str) -> Evaluator | None:
    settings = prepared.settings.evaluation
    if not settings.benchmark:
        return None
    if device.count > 1:
        raise InputError(
            f"scores on the way are made on one device, and {device.count} share this training",
            hint="leave evaluation.benchmark out, and score the checkpoints afterwards: fuseval score",
        )
    return Evaluator(prepared, out / _EVALUATIONS, guard, identity)


def _is_empty(item: Path) -> bool:
    return item.name == CHECKPOINTS and item.is_dir() and not any(item.iterdir())


def _clear(out: Path) -> None:
    """Remove what a training left, and nothing else."""
    for name in (CHECKPOINTS, _EVALUATIONS, "adapter"):
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
