"""What the list of tasks and every task's page show: who solves it, and the programs that came to it."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.errors import InputError
from leaderboards.columns import Column
from leaderboards.matrix.matrix import FEWEST_FOR_SUSPECTS
from leaderboards.outcomes import Outcomes
from leaderboards.site.answers import Answer
from leaderboards.site.contents import Contents, DataSet, Model
from leaderboards.statistics import suspect_tasks
from leaderboards.task_lists import task_order


@dataclass(frozen=True)
class TaskLine:
    """One task: how many models solve it in the column that decides."""

    task_id: str
    data_set: DataSet
    solved: int
    """Models that pass it in at least one sample."""
    models: int
    """Models with a counted sample of it."""
    rate: float
    """Mean share of passed samples."""
    tau: float | None
    """Kendall's tau with the models' strength; None where nothing can be said."""

    @property
    def benchmark(self) -> str:
        """What the data set is called."""
        return self.data_set.label

    @property
    def page(self) -> str:
        """Its page, from the site's root."""
        return self.data_set.page(self.task_id)

    @property
    def solved_words(self) -> str:
        """How many solve it, in a word."""
        if not self.solved:
            return "nobody"
        if self.solved == self.models:
            return "everybody"
        return "one" if self.solved == 1 else "some"

    @property
    def is_suspect(self) -> bool:
        """Whether stronger models fail it and weaker ones pass."""
        return self.tau is not None and self.tau < 0

    @property
    def tau_text(self) -> str:
        """Tau as it is shown."""
        return "–" if self.tau is None else f"{self.tau:.2f}".replace("-", "−")

    @property
    def lead(self) -> str:
        """What its page says first."""
        if not self.models:
            return f"In {self.data_set.main.label} no model has a verdict of it."
        models = f"{self.models:,} model{'s'[: self.models != 1]}"
        rate = f"mean pass rate {100 * self.rate:.1f} %"
        return f"In {self.data_set.main.label} {self.solved:,} of {models} solve it; {rate}."


@dataclass(frozen=True)
class TaskPage:
    """One task's page."""

    task: TaskLine
    answers: Sequence[Answer]

    @property
    def groups(self) -> list[tuple[str, list[Answer]]]:
        """The answers by how they ended, those that pass first."""
        by_words: dict[str, list[Answer]] = {}
        for answer in sorted(self.answers, key=lambda answer: not answer.is_passed):
            words = answer.words if answer.samples < 2 else _share_words(answer)
            by_words.setdefault(words.capitalize(), []).append(answer)
        return list(by_words.items())


def _share_words(answer: Answer) -> str:
    return f"{answer.passed} of {answer.samples} samples pass"


def task_lines(contents: Contents) -> list[TaskLine]:
    """Count who solves what, over the models without the self-checks.

    Args:
        contents: The site's.
    """
    lines = []
    for data_set in contents.data_sets:
        column = data_set.main
        outcomes = [outcomes for model in contents.ranked for outcomes in _outcomes(model, column)]
        taus = _taus(outcomes)
        lines += sorted(_lines(data_set, outcomes, taus), key=lambda line: task_order(line.task_id))
    return lines


def _outcomes(model: Model, column: Column) -> Iterator[Outcomes]:
    """Give what a model did on each task; of a method over training seeds what each of its models did."""
    if column in model.outcomes:
        yield model.outcomes[column]
    elif model.row.members:
        for run in model.runs:
            # One that can not be read is named where its answers are.
            with contextlib.suppress(InputError):
                if run.record.dataset_sha256 == column.dataset_sha256 and column.name in run.outcomes:
                    yield run.outcomes[column.name]


def _lines(data_set: DataSet, outcomes: Sequence[Outcomes], taus: Mapping[str, float]) -> Iterator[TaskLine]:
    solved: dict[str, int] = {}
    models: dict[str, int] = {}
    rates: dict[str, float] = {}
    for one in outcomes:
        for task, rate in zip(one.tasks, one.rates.tolist(), strict=True):
            models[task] = models.get(task, 0) + 1
            solved[task] = solved.get(task, 0) + (rate > 0)
            rates[task] = rates.get(task, 0.0) + rate
    for task, count in models.items():
        tau = taus.get(task, math.nan)
        known = None if math.isnan(tau) else round(tau, 9)
        yield TaskLine(task, data_set, solved[task], count, round(rates[task] / count, 9), known)


def _taus(outcomes: Sequence[Outcomes]) -> dict[str, float]:
    """Give each task's tau over the models that have all tasks; empty where there are too few to tell."""
    most = max((len(one.tasks) for one in outcomes), default=0)
    whole = [one for one in outcomes if len(one.tasks) == most]
    if len(whole) < FEWEST_FOR_SUSPECTS:
        return {}
    places = [{task: place for place, task in enumerate(one.tasks)} for one in whole]
    tasks = [task for task in whole[0].tasks if all(task in found for found in places)]
    rates = np.stack([one.rates[[found[task] for task in tasks]] for one, found in zip(whole, places, strict=True)])
    return dict(zip(tasks, suspect_tasks(rates).tolist(), strict=True))


def task_pages(contents: Contents, lines: Sequence[TaskLine], answers: Sequence[Answer]) -> Iterator[TaskPage]:
    """Lay out every task's page: those with a verdict, and those with nothing but samples that could not be graded.

    Args:
        contents: The site's.
        lines: Of the list of tasks.
        answers: Of all models whose answers the site holds, in the board's order.
    """
    by_page: dict[str, list[Answer]] = {}
    for answer in answers:
        by_page.setdefault(answer.page, []).append(answer)
    known = {line.page: line for line in lines}
    for page, found in by_page.items():
        if page not in known:
            data_set = contents.by_data[found[0].record.dataset_sha256]
            known[page] = TaskLine(found[0].task_id, data_set, 0, 0, 0.0, None)
    for page, line in known.items():
        yield TaskPage(line, by_page.get(page, []))
