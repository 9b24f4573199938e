"""What one run did on one task, as pages show it: a failing sample, a passing one where some passed, and the counts.

Of several samples the first failing one is shown, as `fuseval show` does, and the first passing one beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from harness.commands.show import reason, status_of
from harness.errors import InputError
from harness.records import RunRecord, Status, Verdict
from leaderboards.runs import StoredRun, said
from leaderboards.site.contents import DataSet, Model
from leaderboards.task_lists import task_order

LONGEST_PROGRAM = 20_000
"""Characters of a program that a page shows: an answer that runs on and on has hundreds of thousands."""
LONGEST_WHY = 160


@dataclass(frozen=True)
class Program:
    """One sample: its program, and the facts about how it failed."""

    title: str
    facts: tuple[tuple[str, str], ...]
    text: str


@dataclass(frozen=True)
class Answer:
    """One run's answer to one task."""

    model: Model
    record: RunRecord
    task_id: str
    anchor: str
    """Its place on the task's page."""
    page: str
    """The task's page, from the site's root."""
    run: str
    """The run, among those of its row."""
    is_alone: bool
    """Whether the model has no other run on the same tasks."""
    samples: int
    """Counted samples."""
    passed: int
    failing: Verdict | None
    passing: Verdict | None

    @property
    def title(self) -> str:
        """Who answered: of a method over training seeds the one model."""
        return self.record.model.name if self.model.row.members else self.model.title

    @property
    def shown(self) -> Verdict:
        """The sample that says most: the first failing one, if there is one."""
        verdict = self.failing or self.passing
        assert verdict is not None
        return verdict

    @property
    def is_passed(self) -> bool:
        """Whether every counted sample passed."""
        return self.failing is None

    @property
    def status(self) -> str:
        """The status of the sample shown."""
        return str(self.shown.status)

    @property
    def words(self) -> str:
        """The status in words; that the base tests passed is said."""
        return status_of(self.shown).replace("_", " ")

    @property
    def why(self) -> str:
        """Why the sample shown failed, in one line."""
        if self.is_passed:
            return ""
        text = reason(self.shown)
        return text if len(text) <= LONGEST_WHY else text[: LONGEST_WHY - 1] + "…"

    @property
    def remark(self) -> str:
        """What a reader should know of the verdict."""
        return "low assurance: the tests ran beside the program" if self.shown.is_low_assurance else ""

    @property
    def programs(self) -> Iterator[Program]:
        """The samples to show."""
        is_mixed = self.failing is not None and self.passing is not None
        for words, verdict in (("does not pass", self.failing), ("passes", self.passing)):
            if verdict is not None:
                title = f"Sample {verdict.sample_index + 1} {words}" if is_mixed or self.samples > 1 else ""
                yield Program(title, tuple(_facts(verdict)), _cut(verdict.solution))


def read_answers(model: Model, data_sets: Mapping[str, DataSet]) -> tuple[list[Answer], list[str]]:
    """Read what every run of a model did on every task.

    Args:
        model: Any.
        data_sets: By hash.

    Returns:
        The answers by run and task, and what could not be read, one sentence a run.
    """
    answers: list[Answer] = []
    trouble: list[str] = []
    seen: dict[str, int] = {}
    for run in model.runs:
        data_set = data_sets.get(run.record.dataset_sha256)
        if data_set is None or run.folder is None:
            continue
        try:
            verdicts = run.folder.verdicts()
        except InputError as error:
            trouble.append(said(error))
            continue
        seen[data_set.sha256] = seen.get(data_set.sha256, 0) + 1
        anchor = f"of:{model.stem}" + (f":{seen[data_set.sha256]}" if seen[data_set.sha256] > 1 else "")
        answers += _answers(model, run, data_set, anchor, verdicts)
    return answers, trouble


def _answers(
    model: Model, run: StoredRun, data_set: DataSet, anchor: str, verdicts: Iterable[Verdict]
) -> Iterator[Answer]:
    by_task: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_task.setdefault(verdict.task_id, []).append(verdict)
    same = [
        other
        for other in model.runs
        if other.record.dataset_sha256 == run.record.dataset_sha256 and other.record.model == run.record.model
    ]
    for task_id in sorted(by_task, key=task_order):
        samples = sorted(by_task[task_id], key=lambda verdict: verdict.sample_index)
        counted = [verdict for verdict in samples if verdict.status.is_counted]
        passing = [verdict for verdict in counted if verdict.status is Status.PASS]
        failing = [verdict for verdict in counted or samples if verdict.status is not Status.PASS]
        yield Answer(
            model,
            run.record,
            task_id,
            anchor,
            data_set.page(task_id),
            run_name(model, run),
            len(same) == 1,
            len(counted),
            len(passing),
            next(iter(failing), None),
            next(iter(passing), None),
        )


def run_name(model: Model, run: StoredRun) -> str:
    """Name a run among those of its row: by its benchmark, and by its model where a method has several.

    Args:
        model: The row.
        run: One of its runs.
    """
    return f"{run.record.benchmark}, {run.record.model.name}" if model.row.members else run.record.benchmark


def _facts(verdict: Verdict) -> Iterator[tuple[str, str]]:
    facts = {
        "First failing input": verdict.failing_input,
        "Expected": verdict.expected,
        "Got": verdict.got,
        "Error": verdict.error,
    }
    for name, value in facts.items():
        if value is not None and value.strip():
            yield name, value.strip("\n")


def _cut(program: str) -> str:
    """Give a program as a page shows it."""
    text = program.strip("\n")
    if len(text) <= LONGEST_PROGRAM:
        return text
    return f"{text[:LONGEST_PROGRAM]}\n\n[cut here: {len(text):,} characters in all]"
