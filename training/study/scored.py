"""Stage 3: an arm's scores, as `fuseval score` would give them; the runs lie in the study's folder for every verb."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from harness.commands.asks import opened
from harness.commands.model_options import ModelFlags
from harness.formats.run_folder import RunFolder
from harness.records import Status
from harness.request import ScoreRequest
from harness.run import execute, score
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
    flags = ModelFlags(max_tokens=said.max_tokens, preset=said.preset, prompt_style=said.prompt_style)
    with opened(model, flags, [benchmark]) as (_, (ask,)):
        request = _request(study, arm, benchmark, stage, rows)
        _finish(score(replace(request, ask=ask, extraction=ask.prompts.extraction)), arm, stage)


def has_answers(stage: Stage) -> bool:
    """Whether a score that was done once still has all that its model said.

    Args:
        stage: As `score_stage` gave it.

    Raises:
        InputError: The answers are damaged.
    """
    known = stage.known()
    if known is None:
        return False
    folder = RunFolder(stage.root / str(known["run"]))
    return folder.question() is not None and len(folder.completions()) == known["answers"]


def grade_again(study: StudySettings, arm: Arm, benchmark: str, stage: Stage, *, rows: int) -> None:
    """Grade what the model said once more, since something was lost or could not be graded; the model may be gone.

    Args:
        study: How the arms are scored.
        arm: Which.
        benchmark: On which.
        stage: With its answers.
        rows: That the arm is trained on.

    Raises:
        EnvironmentLacking: The machine can not do it.
    """
    request = replace(_request(study, arm, benchmark, stage, rows), fresh=True)
    _finish(execute(stage.root / str(stage.result()["run"]), request), arm, stage)


def _request(study: StudySettings, arm: Arm, benchmark: str, stage: Stage, rows: int) -> ScoreRequest:
    return ScoreRequest(
        arm.name,
        benchmark,
        runs_root=stage.root / RUNS,
        workers=1 if study.jobs > 1 else None,
        limit=study.score.limit,
        tasks=study.score.tasks,
        metadata=arm.tags(rows),
    )


def _finish(folder: RunFolder, arm: Arm, stage: Stage) -> None:
    result = {
        "arm": arm.name,
        "run": str(folder.path.relative_to(stage.root)),
        "answers": len(folder.completions()),
        "ungraded": folder.load().counts.get(Status.INFRA_ERROR, 0),
    }
    stage.finish(result, [folder.record_path, folder.verdicts_path])


def ungraded_of(stage: Stage) -> int:
    """Give how many answers of a score the harness could not grade; 0 where it is not done.

    Args:
        stage: As `score_stage` gave it.
    """
    known = stage.known()
    count = known["ungraded"] if known is not None else 0
    assert isinstance(count, int)
    return count
