"""What can be known to be wrong with a study before anything is made: files, names, how its arms are scored."""

from __future__ import annotations

from fusion.seeds.files import check_place
from harness.benchmarks import load
from harness.errors import InputError, nearest
from harness.models.prompts import load_preset
from harness.task_choice import choose_tasks
from training.run.base import check_base
from training.study.settings import StudySettings, shared_training
from training.study.trained import MINIATURE

_MAKERS = ("fuse", "evolve")


def check_study(study: StudySettings) -> None:
    """Raise for the first thing that is wrong.

    Args:
        study: As it was read.

    Raises:
        InputError: A data set, a command, a benchmark, a task or a preset is none.
        EnvironmentLacking: A benchmark's data is not on this machine.
    """
    shared_training(study)
    for base in study.bases:
        if base.path != MINIATURE:
            check_base(base.path)
    for recipe in study.recipes:
        for source in recipe.sources:
            check_place(source.path)
        for command in recipe.make:
            if not command or command[0] not in _MAKERS:
                raise InputError(
                    f"the recipe {recipe.name} is made by {' '.join(command)!r}, which makes no data set",
                    hint=nearest(command[0] if command else "", _MAKERS),
                )
    load_preset(study.score.preset)
    for name in study.score.benchmarks:
        choose_tasks(list(load(name).tasks), study.score.tasks, study.score.limit)
