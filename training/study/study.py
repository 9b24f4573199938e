"""A study in order: data, training, scores, report; what is done is not done again, and a stop loses little."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.errors import FusevalError, InputError
from harness.interrupts import held_back, let_through
from training.study.arms import Arm, grid
from training.study.check import check_study
from training.study.cost import read_cost
from training.study.data import data_stage, make_data, row_count
from training.study.looked import Looks, look
from training.study.report import write_report
from training.study.reported import Reported
from training.study.results import ArmResult, read_result
from training.study.scored import grade_again, has_answers, make_score, score_stage, ungraded_of
from training.study.settings import StudySettings
from training.study.stages import Stage
from training.study.trained import base_place, make_model, model_folder, train_stage
from training.study.trained_rows import data_facts

DRY_RUN = "dry-run"
Say = Callable[[str], None]


@dataclass(frozen=True)
class ArmStages:
    """One arm's way through the stages."""

    arm: Arm
    base: str
    data: Stage
    train: Stage
    scores: tuple[Stage, ...]
    """One a benchmark."""

    @property
    def is_done(self) -> bool:
        """Whether all of its scores are there."""
        return all(stage.is_done for stage in self.scores)

    @property
    def ungraded(self) -> int:
        """Answers that the harness could not grade, of the scores that are there."""
        return sum(map(ungraded_of, self.scores))


class ArmFailed(FusevalError):
    """An arm could not be made; the others that were finished are kept."""


@dataclass(frozen=True)
class Finished:
    """How a study ended."""

    report: Path
    ungraded: int
    """Answers that the harness could not grade; the same command tries them again."""


def run_study(study: StudySettings, say: Say, *, is_dry: bool = False) -> Finished:
    """Run what is missing of a study and write its report.

    Args:
        study: Which.
        say: Prints a line.
        is_dry: Whether a mock answers and nothing is trained.

    Raises:
        InputError: The data, the settings or a benchmark is wrong.
        EnvironmentLacking: The machine can not do it.
        KeyboardInterrupt: Ctrl-C; the same command goes on.
    """
    root = study_root(study, is_dry=is_dry)
    check_study(study)
    ways = [stages_of(study, root, arm) for arm in grid(study)]
    for way in ways:
        if not way.data.is_done:
            size = "all" if way.arm.size == "all" else f"{way.arm.size:,}"
            say(f"data        {way.arm.recipe.name}, {size} rows")
            with _in_a_study():
                make_data(way.data, study, way.arm.recipe, way.arm.size)
    largest = {way.arm.recipe.name: way.data for way in ways if way.arm.size == study.largest}
    looks = look(study, root, largest, say)
    waiting = [way for way in ways if not way.is_done or way.ungraded]
    if len(waiting) < len(ways):
        say(f"done before {len(ways) - len(waiting)} of {len(ways)} arms")
    began = time.monotonic()
    for number, way in enumerate(_worked(study, waiting, is_dry=is_dry), start=1):
        left = (time.monotonic() - began) / number * (len(waiting) - number)
        place = f"{number}/{len(waiting)}, {left:.0f} s left"
        say(f"arm         {way.arm.name}: {_score_words(way)} ({place})")
        write_report(gathered(study, ways, looks, is_dry=is_dry), root)
    report = write_report(gathered(study, ways, looks, is_dry=is_dry), root)
    return Finished(report, sum(way.ungraded for way in ways))


def study_root(study: StudySettings, *, is_dry: bool) -> Path:
    """Give the study's folder; a dry run has one of its own inside.

    Args:
        study: Which.
        is_dry: Whether it is a dry run.

    Raises:
        InputError: The study names none.
    """
    if not study.out:
        raise InputError("no folder for the study", hint="out in the config, or --out FOLDER")
    root = Path(study.out).absolute()
    return root / DRY_RUN if is_dry else root


def stages_of(study: StudySettings, root: Path, arm: Arm) -> ArmStages:
    """Describe an arm's stages; a base model that is made on the spot is made here.

    Args:
        study: Which.
        root: The study's folder.
        arm: Which.
    """
    base = base_place(root, arm.base)
    data = data_stage(root, study, arm.recipe, arm.size)
    train = train_stage(study, root, arm, base, data)
    scores = tuple(score_stage(study, root, train, name) for name in study.score.benchmarks)
    return ArmStages(arm, base, data, train, scores)


def gathered(study: StudySettings, ways: Sequence[ArmStages], looks: Looks, *, is_dry: bool) -> Reported:
    """Read everything that is there for a report.

    Args:
        study: Which.
        ways: Of all arms.
        looks: What was seen in the rows.
        is_dry: Whether it is a dry run.
    """
    results: list[ArmResult] = []
    for way in ways:
        cost = None if is_dry else read_cost(way.train)
        for stage in way.scores:
            if stage.is_done:
                results += read_result(stage, way.arm, row_count(way.data), cost)
    data = {(way.arm.recipe.name, way.arm.size): way for way in ways if way.data.is_done}
    facts = [data_facts(recipe, way.data) for (recipe, _), way in data.items()]
    missing = [way.arm.name for way in ways if not way.is_done]
    return Reported(study, results, facts, looks, is_dry, missing)


def _worked(study: StudySettings, waiting: Sequence[ArmStages], *, is_dry: bool) -> Iterator[ArmStages]:
    """Make arms, one after the other or several at once, and give each when it is done."""
    if study.jobs == 1 or len(waiting) < 2:
        for way in waiting:
            _work(study, way, is_dry)
            yield way
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(study.jobs, context, initializer=_start_worker, initargs=(os.getpid(),))
    try:
        with held_back():
            futures = {pool.submit(_work_interruptibly, study, way, is_dry): way for way in waiting}
        for future in as_completed(futures):
            if not future.result():
                raise KeyboardInterrupt
            yield futures[future]
    finally:
        pool.shutdown(cancel_futures=True)


def _start_worker(parent: int) -> None:
    """One thread a worker, and none that outlives the command: it would write what the next one writes too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # between two arms there is nothing to stop
    let_through()
    import torch

    torch.set_num_threads(1)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _work_interruptibly(study: StudySettings, way: ArmStages, is_dry: bool) -> bool:
    """Make an arm in a worker, and tell whether it came to its end: an interrupt does not travel between processes."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        _work(study, way, is_dry)
    except KeyboardInterrupt:
        return False
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    return True


def _work(study: StudySettings, way: ArmStages, is_dry: bool) -> None:
    arm = way.arm
    try:
        with _in_a_study():
            asked = []
            for name, stage in zip(study.score.benchmarks, way.scores, strict=True):
                if stage.is_done and not ungraded_of(stage):
                    continue
                if has_answers(stage):
                    grade_again(study, arm, name, stage, rows=row_count(way.data))
                else:
                    asked.append((name, stage))
            if asked and not is_dry and not way.train.is_done:
                make_model(study, arm, way.base, way.data, way.train)
            model = "mock" if is_dry else str(model_folder(way.train, arm))
            for name, stage in asked:
                make_score(study, arm, model, name, stage, rows=row_count(way.data))
    except FusevalError as error:
        # An error with a hint does not come back whole from another process.
        failed = ArmFailed(f"arm {arm.name}: {error}" + (f" ({error.hint})" if error.hint else ""))
        failed.exit_code = error.exit_code
        raise failed from None


@contextmanager
def _in_a_study() -> Iterator[None]:
    """Say where the settings stand that a hint names as flags of `fuseval train`."""
    try:
        yield
    except FusevalError as error:
        error.hint += "; in a study such settings stand under [training]" if "--" in error.hint else ""
        raise


def _score_words(way: ArmStages) -> str:
    words = []
    for stage in way.scores:
        for one in read_result(stage, way.arm, row_count(way.data), None):
            words.append(f"{one.column} {100 * one.value:.1f}%")
    return ", ".join(words)


def states(ways: Sequence[ArmStages]) -> list[dict[str, object]]:
    """Say how far each arm is, as plain data.

    Args:
        ways: Of all arms.
    """
    found: list[dict[str, object]] = []
    for way in ways:
        cost = read_cost(way.train)
        record = model_folder(way.train, way.arm) / "training.json"
        state = "done" if way.is_done else "trained" if way.train.is_done else "begun" if record.is_file() else "new"
        found.append({"arm": way.arm.name, "state": state, "seconds": cost.seconds if cost else None})
    return found
