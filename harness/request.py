"""What is to be scored, and the identity of the run that comes of it.

A run's id is a short hash of everything that can change its score, so the same question asked again resumes or is
already answered, and another question never lands in the same folder.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from harness.answers import AS_IS, Answers
from harness.errors import InputError
from harness.models.model import Model, Request, Sampling
from harness.records import Benchmark, Completion, Limits, Question

if TYPE_CHECKING:
    from harness.models.prompts import BuiltPrompts

GRADING_VERSION = 1
"""Part of a run's identity: raised when the same program could get another verdict than before."""


@dataclass(frozen=True)
class Ask:
    """A model and what it is asked: how many samples a task, how they are drawn, with which prompts."""

    model: Model
    prompts: BuiltPrompts
    sampling: Sampling = field(default_factory=Sampling)
    n: int = 1
    extra_n: int = 0
    """How many samples a task to add to those that a run has already; then `n` says nothing where it has some."""
    repeat: int = 1
    """2: ask everything a second time and count what comes out differently."""

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if self.sampling.temperature == 0 and (self.n > 1 or self.extra_n):
            raise InputError(
                "greedy answers (temperature 0) are all alike: more than one a task says nothing",
                hint="--temperature 0.2 --top-p 0.95 for samples, or --repeat 2 to see whether greedy is stable here",
            )

    def question(self, benchmark: str, dataset_sha256: str, task_ids: list[str], extraction: str, n: int) -> Question:
        """Give what the run's folder keeps of all this."""
        prompts, sampling = self.prompts, self.sampling
        return Question(
            model=self.model.info,
            benchmark=benchmark,
            dataset_sha256=dataset_sha256,
            n=n,
            task_ids=task_ids,
            sampling=dataclasses.asdict(sampling),
            settings=dict(self.model.settings),
            prompt_style=prompts.style,
            preset=prompts.preset,
            template_sha256=prompts.template_sha256,
            template=prompts.template,
            extraction=extraction,
        )

    def requests(self, task_ids: list[str], n: int) -> list[Request]:
        """List what is asked: every task's first sample, then every task's second, and so on."""
        prompts = self.prompts.prompts
        return [Request(task_id, index, prompts[task_id]) for index in range(n) for task_id in task_ids]


@dataclass(frozen=True)
class ScoreRequest:
    """What to score, and how."""

    model: str
    benchmark: str
    """A registered name, or the path of a private benchmark."""
    samples: Path | None = None
    """The answers; None for a built-in self-check, whose name is then the model's, or for a model that is asked."""
    ask: Ask | None = None
    """The model that answers, where no file does."""
    extraction: str = AS_IS
    runs_root: Path = Path("runs")
    limits: Limits = field(default_factory=Limits)
    workers: int | None = None
    sandbox: str = "auto"
    limit: int | None = None
    """Only the first so many tasks."""
    tasks: str | None = None
    """Which tasks, as `task_choice.choose_tasks` reads it."""
    fresh: bool = False
    """Whether to grade again what is graded already."""
    metadata: Mapping[str, str | float] = field(default_factory=dict)
    """What to note in the record beside; a finished run takes it over too."""


def run_id_of_samples(request: ScoreRequest, benchmark: Benchmark, answers: Answers) -> str:
    """Give the id of a run over samples that are there already."""
    parts: dict[str, object] = {
        "grading": GRADING_VERSION,
        "model": request.model,
        "benchmark": benchmark.name,
        "dataset": benchmark.sha256,
        "limit": request.limit,
        "samples": answers.sha256,
        "extraction": request.extraction,
        "limits": dataclasses.asdict(request.limits),
    }
    if request.tasks is not None:
        parts["tasks"] = request.tasks
    return _short_hash(parts)


def run_id_of_question(question: Question, benchmark: Benchmark, limits: Limits) -> str:
    """Give the id of a run over a model's own answers.

    Neither the number of samples nor the versions of packages are in it: more samples of the same question continue
    the run, and so does an update.
    """
    parts: dict[str, object] = {
        "grading": GRADING_VERSION,
        "model": dataclasses.asdict(question.model),
        "benchmark": benchmark.name,
        "dataset": benchmark.sha256,
        "tasks": None if len(question.task_ids) == len(benchmark.tasks) else question.task_ids,
        "sampling": dict(question.sampling),
        "settings": dict(question.settings),
        "style": question.prompt_style,
        "template": question.template_sha256,
        "extraction": question.extraction,
        "limits": dataclasses.asdict(limits),
    }
    return _short_hash(parts)


def samples_hash(completions: list[Completion]) -> str:
    """Hash what a model said, in an order that does not depend on which answer came first."""
    digest = hashlib.sha256()
    for completion in sorted(completions, key=lambda item: (item.task_id, item.sample_index)):
        text = f"{completion.task_id}\0{completion.sample_index}\0{completion.text}\0"
        digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _short_hash(parts: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]
