"""The pipeline: a benchmark's questions, somebody's answers, verdicts as they come, a record at the end.

Answers are samples that are there already, or a model's, which is asked while what it said before is graded. Every
answer and every verdict is journalled when it is made; a run that is killed loses at most what it was working on, and
never asks for what was answered.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from harness.answers import find_answers
from harness.asking import Asking
from harness.benchmarks.registry import load
from harness.brought_answers import bring
from harness.engines.local import LocalEngine
from harness.errors import EnvironmentLacking, InputError
from harness.formats.journal import append_line
from harness.formats.run_folder import RunFolder, run_path
from harness.grading_run import GradingRun
from harness.grading_together import SharedProgress, grade_together
from harness.interrupts import undisturbed
from harness.opened_run import OpenedRun, folder_of, opened_run
from harness.records import Benchmark, Completion, Status
from harness.repeat import repeat
from harness.request import Ask, ScoreRequest, run_id_of_question, run_id_of_samples, samples_hash
from harness.run_progress import Progress
from harness.run_record import Source, finish_generation
from harness.task_choice import choose_tasks

__all__ = ["Ask", "Progress", "ScoreRequest", "execute", "generate", "score", "score_together"]

OnProgress = Callable[[Progress], None]


def score(
    request: ScoreRequest, on_progress: OnProgress = lambda _: None, engine: LocalEngine | None = None
) -> RunFolder:
    """Grade samples, or a model's answers as they come, on a benchmark and keep the run.

    Args:
        request: What to score.
        on_progress: Called after every answer and verdict.
        engine: Where to judge, with the request's limits; None for an engine of this run's own.

    Returns:
        The finished run's folder.

    Raises:
        InputError: The samples, the benchmark or an option are wrong; nothing was written.
        EnvironmentLacking: This machine or the model can not do it, the budget is spent, or the disk is full; the same
            command resumes.
    """
    benchmark = load(request.benchmark)
    if request.ask is not None:
        with opened_run(request, request.ask, benchmark) as opened:
            return _score_model(request, request.ask, opened, on_progress, engine)
    folder, run = _samples_run(request, benchmark, on_progress)
    if run is not None:
        with _engine(request, engine) as judges, _disk(folder):
            run.grade(judges)
    return folder


def score_together(
    requests: Sequence[ScoreRequest], on_progress: OnProgress = lambda _: None, engine: LocalEngine | None = None
) -> list[RunFolder]:
    """Grade samples on several benchmarks at once and keep a run of each.

    Args:
        requests: What to score, with the same limits; none asks a model.
        on_progress: Called after every verdict, with the sum of all runs.
        engine: As for `score`.

    Returns:
        The finished runs' folders, in the order of the requests.

    Raises:
        InputError: As for `score`, of any of them; nothing was written.
        EnvironmentLacking: As for `score`; the same command resumes.
    """
    shared = SharedProgress(on_progress)
    opened = [_samples_run(request, load(request.benchmark), shared.part()) for request in requests]
    runs = [run for _, run in opened if run is not None]
    if runs:
        with _engine(requests[0], engine) as judges, _disk(opened[0][0]):
            grade_together(runs, judges)
    return [folder for folder, _ in opened]


def _samples_run(
    request: ScoreRequest, benchmark: Benchmark, on_progress: OnProgress
) -> tuple[RunFolder, GradingRun | None]:
    """Open the run of samples that are there already; None where it is finished."""
    answers = find_answers(request.model, request.samples, benchmark)
    if request.limit is not None or request.tasks is not None:
        chosen = set(choose_tasks(list(benchmark.tasks), request.tasks, request.limit))
        kept = [completion for completion in answers.completions if completion.task_id in chosen]
        answers = dataclasses.replace(answers, completions=kept)
    folder = folder_of(request, benchmark, run_id_of_samples(request, benchmark, answers))
    if _is_settled(folder, request):
        return folder, None
    source = Source.of_answers(request, answers)
    return folder, GradingRun(
        request, benchmark, folder, source, completions=answers.completions, on_progress=on_progress
    )


def generate(request: ScoreRequest, on_progress: OnProgress = lambda _: None) -> RunFolder:
    """Ask a model and keep what it says in a run's folder, for `execute` to grade, here or on another machine.

    Args:
        request: What to ask whom; its `ask` must be given.
        on_progress: Called after every answer.

    Raises:
        InputError: Something in the request is wrong.
        EnvironmentLacking: The model can not be asked; the same command resumes.
    """
    ask = request.ask
    if ask is None:
        raise InputError("nobody to ask", hint="fuseval generate MODEL --bench NAME")
    benchmark = load(request.benchmark)
    with opened_run(request, ask, benchmark) as opened:
        if opened.missing:
            _ask_all(opened, ask, on_progress)
        return opened.folder


def _ask_all(opened: OpenedRun, ask: Ask, on_progress: OnProgress) -> None:
    done = tokens = 0
    with _disk(opened.folder), opened.folder.answers_journal() as journal:
        with Asking(ask.model, opened.missing, ask.sampling) as asking:
            try:
                while not asking.is_over:
                    asking.wait()
                    with undisturbed():
                        for completion in asking.take():
                            append_line(journal, completion)
                            done, tokens = done + 1, tokens + (completion.tokens or 0)
                    generated = len(opened.completions) + done
                    on_progress(Progress(generated, opened.total, 0, "generate", tokens=tokens))
            except KeyboardInterrupt:
                with undisturbed():
                    for completion in asking.stop():
                        append_line(journal, completion)
                raise
        finish_generation(opened.folder, opened.question, asking.seconds)
        if asking.error:
            raise asking.error


def execute(
    path: Path, request: ScoreRequest, on_progress: OnProgress = lambda _: None, engine: LocalEngine | None = None
) -> RunFolder:
    """Grade what `generate` left in a folder.

    Args:
        path: The run's folder; it may have come from another machine.
        request: Limits, sandbox and where runs are kept; the model and the benchmark are the folder's.
        on_progress: Called after every verdict.
        engine: Where to judge.

    Raises:
        InputError: The folder has no question, its benchmark is another one here, or the run that is to grade it has
            other answers.
        EnvironmentLacking: This machine can not do it.
    """
    question = RunFolder(path).question()
    if question is None:
        raise InputError(f"{path} holds no answers of a model", hint="fuseval generate MODEL --bench NAME")
    benchmark = load(question.benchmark)
    if benchmark.sha256 != question.dataset_sha256:
        raise InputError(
            f"{path} answers {benchmark.name} with the hash {question.dataset_sha256[:12]}, and here it is "
            f"{benchmark.sha256[:12]}",
            hint="fuseval data fetch, or FUSEVAL_DATA with the same data",
        )
    request = dataclasses.replace(request, model=question.model.name, extraction=question.extraction)
    run_id = run_id_of_question(question, benchmark, request.limits)
    folder = RunFolder(run_path(request.runs_root, request.model, benchmark.name, run_id))
    is_here = folder.path.resolve() == path.resolve()
    brought = RunFolder(path).completions()  # before anything is removed: they may be damaged
    with _disk(folder):
        if request.fresh:
            folder.start_over(keep_answers=is_here)
        if not is_here:
            bring(brought, question, folder, where=path)
    completions = folder.completions()
    if _is_settled(folder, request, completions):
        return folder
    run = GradingRun(
        request, benchmark, folder, Source.of_question(question), completions=completions, on_progress=on_progress
    )
    with _engine(request, engine) as judges, _disk(folder):
        run.grade(judges)
    return folder


def _score_model(
    request: ScoreRequest, ask: Ask, opened: OpenedRun, on_progress: OnProgress, engine: LocalEngine | None
) -> RunFolder:
    folder, question, benchmark = opened.folder, opened.question, opened.benchmark
    is_settled = not opened.missing and _is_settled(folder, request, opened.completions)
    wants_repeat = ask.repeat > 1 and (not is_settled or folder.load().repeat is None)
    if is_settled and not wants_repeat:
        return folder
    with _engine(request, engine) as judges, _disk(folder):
        if not is_settled:
            with Asking(ask.model, opened.missing, ask.sampling) as asking:
                source = Source.of_question(question)
                run = GradingRun(
                    request,
                    benchmark,
                    folder,
                    source,
                    completions=opened.completions,
                    on_progress=on_progress,
                    asking=asking,
                )
                run.grade(judges)
        if wants_repeat:
            repeat(request, ask, benchmark, folder, question=question, on_progress=on_progress, engine=judges)
    return folder


def _is_settled(folder: RunFolder, request: ScoreRequest, answers: list[Completion] | None = None) -> bool:
    """Whether the run is finished and without trouble; it then takes over what is noted beside.

    A run's id does not tell which answers a model gave, so `answers` says which ones it must have graded.
    """
    if not folder.is_finished or (record := folder.load()).counts.get(Status.INFRA_ERROR, 0):
        return False
    if answers is not None and record.samples_sha256 != samples_hash(answers):
        return False
    if request.metadata.items() - record.metadata.items():
        folder.save(dataclasses.replace(record, metadata={**record.metadata, **request.metadata}))
    return True


def _engine(request: ScoreRequest, engine: LocalEngine | None) -> LocalEngine | nullcontext[LocalEngine]:
    return LocalEngine(request.workers, request.limits, request.sandbox) if engine is None else nullcontext(engine)


@contextmanager
def _disk(folder: RunFolder) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = error.filename or folder.path
        raise EnvironmentLacking(f"{where}: {error.strerror or error}", hint="the same command resumes") from error
