"""Stage 3: an arm's scores, as `fuseval score` would give them; the runs lie in the study's folder for every verb."""

from __future__ import annotations

from pathlib import Path

from harness.commands.asks import opened
from harness.commands.model_options import ModelFlags
from harness.formats.run_folder import RunFolder
from harness.records import Status
from harness.request import ScoreRequest
from harness.run import score
from training.study.arms import Arm
from training.study.settings import StudySettings
from training.study.stages import Stage, content_hash

RUNS = "runs"


def score_stage(study: StudySettings, root: Path, train: Stage, benchmark: str) -> Stage:
    """Describe the stage.

    Args:
        study: How the arms are scored.
        root: The study's folder.
        train: The model.
        benchmark: On which.
    """
    said = study.score
    inputs = {
        "train": train.key,
        "benchmark": content_hash(benchmark),
        "limit": said.limit,
        "tasks": said.tasks,
        "max_tokens": said.max_tokens,
        "preset": said.preset,
        "prompt_style": said.prompt_style,
    }
    return Stage(root, "score", inputs)


def make_score(study: StudySettings, arm: Arm, model: str, benchmark: str, stage: Stage, *, rows: int) -> None:
    """Score a model; what was answered and graded before is not done again.

    Args:
        study: How the arms are scored.
        arm: Which.
        model: Its folder; or `mock`.
        benchmark: On which.
        stage: As `score_stage` gave it.
        rows: That the arm is trained on.

    Raises:
        InputError: The benchmark or a setting is wrong.
        EnvironmentLacking: The machine can not do it.
    """
    said = study.score
    if (before := stage.known()) is not None:
        # Something of the run was lost or not graded; what the model said is graded again.
        RunFolder(stage.root / str(before["run"])).start_over(keep_answers=True)
    flags = ModelFlags(max_tokens=said.max_tokens, preset=said.preset, prompt_style=said.prompt_style)
    with opened(model, flags, [benchmark]) as (_, (ask,)):
        request = ScoreRequest(
            arm.name,
            benchmark,
            ask=ask,
            extraction=ask.prompts.extraction,
            runs_root=stage.root / RUNS,
            workers=1 if study.jobs > 1 else None,
            limit=said.limit,
            tasks=said.tasks,
            metadata=arm.tags(rows),
        )
        folder = score(request)
    run = str(folder.path.relative_to(stage.root))
    ungraded = folder.load().counts.get(Status.INFRA_ERROR, 0)
    stage.finish({"arm": arm.name, "run": run, "ungraded": ungraded}, [folder.record_path, folder.verdicts_path])


def ungraded_of(stage: Stage) -> int:
    """Give how many answers of a score the harness could not grade; 0 where it is not done.

    Args:
        stage: As `score_stage` gave it.
    """
    known = stage.known()
    count = known["ungraded"] if known is not None else 0
    assert isinstance(count, int)
    return count
