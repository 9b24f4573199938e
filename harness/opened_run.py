"""A run before it goes on: its folder, what is there already, what is still to be asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from harness.errors import InputError
from harness.formats.run_folder import RunFolder, run_path
from harness.models.model import Request
from harness.records import Benchmark, Completion, Question
from harness.request import Ask, ScoreRequest, run_id_of_question
from harness.task_choice import choose_tasks


@dataclass(frozen=True)
class OpenedRun:
    """A model's run before it is asked: what is there, what is missing."""

    folder: RunFolder
    benchmark: Benchmark
    question: Question
    completions: list[Completion]
    missing: list[Request]

    @property
    def total(self) -> int:
        """How many answers it has when it is done."""
        return len(self.completions) + len(self.missing)


@contextmanager
def opened_run(request: ScoreRequest, ask: Ask, benchmark: Benchmark) -> Iterator[OpenedRun]:
    """Open a model's run, with what its earlier sittings spent counted, also where nothing is missing any more."""
    from harness.models.remote.spending import noted_spending

    opened = _open(request, ask, benchmark)
    with noted_spending(ask.model, opened.folder.path):
        yield opened


def _open(request: ScoreRequest, ask: Ask, benchmark: Benchmark) -> OpenedRun:
    task_ids = choose_tasks(list(benchmark.tasks), request.tasks, request.limit)
    question = ask.question(request.benchmark, benchmark.sha256, task_ids, request.extraction, ask.n)
    folder = folder_of(request, benchmark, run_id_of_question(question, benchmark, request.limits))
    known, kept = folder.question(), folder.completions()
    if known is not None:
        n, n_before = _wanted_samples(ask, known, has_all=len(kept) >= known.n * len(task_ids))
        question = dataclasses.replace(question, n=n, n_before=n_before, seconds=known.seconds, software=known.software)
    elif ask.extra_n:
        raise InputError(
            f"no run of {request.model} on {benchmark.name} with these settings has samples to add to",
            hint=f"--n {ask.extra_n} begins one",
        )
    chosen = set(task_ids)
    completions = [item for item in kept if item.task_id in chosen and item.sample_index < question.n]
    there = {(item.task_id, item.sample_index) for item in completions}
    missing = [item for item in ask.requests(task_ids, question.n) if (item.task_id, item.sample_index) not in there]
    if missing:
        folder.keep_question(question)
    return OpenedRun(folder, benchmark, question, completions, missing)


def _wanted_samples(ask: Ask, known: Question, *, has_all: bool) -> tuple[int, int | None]:
    """Give how many samples a task a run is to have, and how many it had before some were added."""
    if not ask.extra_n:
        return max(ask.n, known.n), known.n_before
    if not has_all and known.n_before is not None and known.n - known.n_before == ask.extra_n:
        return known.n, known.n_before
    return known.n + ask.extra_n, known.n


def folder_of(request: ScoreRequest, benchmark: Benchmark, run_id: str) -> RunFolder:
    """Give the folder of a run, which is emptied where the request says that it starts over."""
    folder = RunFolder(run_path(request.runs_root, request.model, benchmark.name, run_id))
    if request.fresh:
        folder.start_over()
    return folder
