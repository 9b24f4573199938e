"""One sitting of a training: from a checkpoint, or from the base, to the end or to a stop."""

from __future__ import annotations

from contextlib import nullcontext
from importlib import metadata
from pathlib import Path

from rich.console import Console

from harness.errors import InputError
from training.run.card import LossPoint, Told
from training.run.checkpoints import Checkpoint, Spent, whole_checkpoints
from training.run.device import Device
from training.run.energy import EnergyMeter
from training.run.evaluate import Evaluator
from training.run.prepare import Prepared
from training.run.progress import TrainingProgress
from training.run.trainer import make_trainer
from training.run.watch import Guard

EVALUATIONS = "evaluations"
_PACKAGES = ("fuseval", "torch", "transformers", "trl", "peft", "accelerate", "datasets")


class Interrupted(KeyboardInterrupt):
    """Ctrl-C; the training was saved at the step that is named."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self.step = step


class Sitting:
    """Made with everything that can be refused, then run.

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
        trainer, guard, evaluator = self._trainer, self._guard, self._evaluator
        self.take_part()
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

    def take_part(self) -> None:
        """Take the steps that are left, and nothing else.

        Raises:
            InputError: The training came apart.
            EnvironmentLacking: The memory or the disk is full.
        """
        from transformers import TrainerState

        trainer, guard, evaluator, last = self._trainer, self._guard, self._evaluator, self._last
        if last and 0 < trainer.args.max_steps <= last.step:  # stopped behind its last step: no more is due
            trainer.state = TrainerState.load_from_json(str(last.folder / "trainer_state.json"))
            if evaluator:
                evaluator.restore(last.step)
        else:
            # Several processes would each stop at a step of their own, and wait for each other.
            catching = guard.catching_interrupt() if trainer.args.world_size == 1 else nullcontext()
            with catching, self._progress:
                trainer.train(resume_from_checkpoint=str(last.folder) if last else None)
        if trainer.args.world_size > 1:
            trainer.accelerator.end_training()  # else a process may be aborted when it leaves


def _evaluator(prepared: Prepared, out: Path, guard: Guard, device: Device, identity: str) -> Evaluator | None:
    settings = prepared.settings.evaluation
    if not settings.benchmark:
        return None
    if device.count > 1:
        raise InputError(
            f"scores on the way are made on one device, and {device.count} share this training",
            hint="leave evaluation.benchmark out, and score the checkpoints afterwards: fuseval score",
        )
    return Evaluator(prepared, out / EVALUATIONS, guard, identity)
