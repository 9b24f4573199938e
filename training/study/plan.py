"""What a study is going to take, said before anything is trained: the grid, the steps, the hours, what is there.

Steps follow from the settings. Hours are those that finished arms took, where there are any; else they are worked out
as for a training, from data that is there. What is not known yet is said to be so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.commands.progress import duration_words
from training.study.arms import Arm, grid
from training.study.check import check_study
from training.study.data import ROWS
from training.study.settings import Size, StudySettings
from training.study.study import ArmStages, stages_of, states, study_root
from training.study.trained import training_settings


@dataclass(frozen=True)
class ArmPlan:
    """One arm before it is made."""

    arm: Arm
    state: str
    """new, begun, trained or done."""
    steps: int | None
    tokens: int | None
    seconds: float | None
    """Of its training; None where its data is not made yet."""


@dataclass(frozen=True)
class StudyPlan:
    """All arms, and what remains."""

    arms: list[ArmPlan]
    jobs: int

    @property
    def seconds_left(self) -> float | None:
        """Of all trainings that are not done, shared among the jobs; None where one is not known."""
        waiting = [one.seconds for one in self.arms if one.state in ("new", "begun")]
        known = [seconds for seconds in waiting if seconds is not None]
        return sum(known) / self.jobs if len(known) == len(waiting) else None


def plan_study(study: StudySettings) -> StudyPlan:
    """Plan a study; nothing is trained, and no data is made.

    Args:
        study: Which.

    Raises:
        InputError: A base model, a setting or data is wrong.
        EnvironmentLacking: A benchmark's data is not on this machine.
    """
    root = study_root(study, is_dry=False)
    check_study(study)
    ways = [stages_of(study, root, arm) for arm in grid(study)]
    measured: dict[tuple[str, Size, str], float] = {}
    known = states(ways)
    for way, state in zip(ways, known, strict=True):
        if isinstance(seconds := state["seconds"], float | int):
            measured[way.arm.recipe.name, way.arm.size, way.arm.base.name] = float(seconds)
    worked_out: dict[tuple[str, str], tuple[int, int, float]] = {}
    arms = []
    for way, state in zip(ways, known, strict=True):
        key = (way.data.key, way.base)
        if key not in worked_out and way.data.is_done:
            worked_out[key] = _worked_out(study, way, root)
        steps, tokens, seconds = worked_out.get(key, (_steps(study, way), None, None))
        seen = measured.get((way.arm.recipe.name, way.arm.size, way.arm.base.name), seconds)
        arms.append(ArmPlan(way.arm, str(state["state"]), steps, tokens, seen))
    return StudyPlan(arms, study.jobs)


def plan_lines(study: StudySettings, plan: StudyPlan) -> Iterator[str]:
    """Draw a plan, a line each.

    Args:
        study: Which.
        plan: Its plan.
    """
    yield (
        f"{study.name}: {len(study.recipes)} recipes x {len(study.sizes)} sizes x {len(study.bases)} base models x "
        f"{len(study.seeds)} seeds = {len(plan.arms)} arms on {', '.join(study.score.benchmarks)}"
    )
    width = max(len(one.arm.name) for one in plan.arms)
    yield f"{'arm':<{width}}  {'state':<8}{'steps':>8}{'tokens':>12}  training"
    for one in plan.arms:
        steps = f"{one.steps:,}" if one.steps is not None else "-"
        tokens = f"{one.tokens:,}" if one.tokens is not None else "-"
        time = f"about {duration_words(one.seconds)}" if one.seconds is not None else "not known before its data"
        yield f"{one.arm.name:<{width}}  {one.state:<8}{steps:>8}{tokens:>12}  {time}"
    left = plan.seconds_left
    yield f"all trainings that are left: {f'about {duration_words(left)}' if left is not None else 'not known yet'}"
    made = [recipe for recipe in study.recipes if recipe.make]
    for recipe in made:
        for command in recipe.make:
            yield f"data of {recipe.name}: fuseval {' '.join(command)}   (with --plan it says its own cost)"


def _steps(study: StudySettings, way: ArmStages) -> int | None:
    """Of an arm whose data is not made yet: known by its size, but where rows are packed or all are taken."""
    train = training_settings(study, way.arm, way.base, Path(ROWS), Path("none")).train
    if train.packing and train.steps is None:
        return None
    if train.steps is not None or way.arm.size == "all":
        return train.steps
    return math.ceil(train.epochs * math.ceil(way.arm.size / train.batch))


def _worked_out(study: StudySettings, way: ArmStages, root: Path) -> tuple[int, int, float]:
    from training.run.device import find_device, measured_flops
    from training.run.estimate import REACHED, estimate, precision_of
    from training.run.prepare import prepare

    settings = training_settings(study, way.arm, way.base, way.data.folder / ROWS, root / "none")
    device = find_device()
    found = estimate(prepare(settings), device)
    is_bf16 = precision_of(settings.train, device) == "bf16"
    return found.steps, found.tokens, found.flops / (measured_flops(device, is_bf16=is_bf16) * REACHED)
