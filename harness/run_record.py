"""What a run's record says: who answered, what was asked, what came of it, and what it took."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from harness import scoring
from harness.answers import Answers
from harness.formats.run_folder import RunFolder
from harness.records import Benchmark, ModelInfo, Question, RunRecord, Status, Verdict
from harness.request import ScoreRequest, samples_hash
from harness.software import answering_versions, toolchains, versions


@dataclass(frozen=True)
class Source:
    """Where the answers of a run come from, for its record."""

    model: ModelInfo
    name: str = ""
    sha256: str = ""
    question: Question | None = None

    @classmethod
    def of_answers(cls, request: ScoreRequest, answers: Answers) -> Source:
        """Samples that are there already."""
        backend = "self-check" if answers.is_self_check else "replay"
        model = ModelInfo(request.model, backend=backend, is_self_check=answers.is_self_check)
        return cls(model, answers.source, answers.sha256)

    @classmethod
    def of_question(cls, question: Question) -> Source:
        """A model's own answers."""
        return cls(question.model, question.model.backend, "", question)


def make_record(
    request: ScoreRequest,
    benchmark: Benchmark,
    source: Source,
    folder: RunFolder,
    verdicts: Sequence[Verdict],
    *,
    sandbox: str,
    started: datetime,
    seconds: Mapping[str, float],
) -> RunRecord:
    """Sum a graded run up.

    Args:
        request: What was asked for.
        benchmark: The questions.
        source: Where the answers come from.
        folder: Where the run is kept; its name is the run's id.
        verdicts: All of them, in the benchmark's order.
        sandbox: The isolation level it had.
        started: When this sitting began.
        seconds: Wall seconds by stage, and `cpu`.
    """
    counts = scoring.status_counts(benchmark, verdicts)
    record = RunRecord(
        run_id=folder.path.name,
        model=source.model,
        benchmark=benchmark.name,
        benchmark_version=benchmark.version,
        benchmark_source=benchmark.source,
        dataset_sha256=benchmark.sha256,
        task_count=len(benchmark.tasks),
        samples_sha256=source.sha256,
        samples_source=source.name,
        extraction=request.extraction,
        limits=request.limits,
        sandbox=sandbox,
        counts=counts,
        scores=scoring.scores(benchmark, verdicts),
        is_complete=not counts.get(Status.INFRA_ERROR, 0) and not counts.get(Status.SKIPPED, 0),
        started_utc=_utc(started),
        finished_utc=_utc(datetime.now(UTC)),
        seconds=seconds,
        software={**versions(), **toolchains(task.language for task in benchmark.tasks.values())},
        low_assurance=sum(verdict.is_low_assurance for verdict in verdicts),
        early_exits=sum(
            verdict.status is Status.PASS and verdict.execution is not None and verdict.execution.ran_to_end is False
            for verdict in verdicts
        ),
        programs_as_given=sum(verdict.rule == "program" for verdict in verdicts),
        metadata=request.metadata,
    )
    return record if source.question is None else _with_question(record, folder)


def _with_question(record: RunRecord, folder: RunFolder) -> RunRecord:
    """Add what a model was asked and how it answered."""
    question = folder.question()
    assert question is not None
    said = folder.completions()
    tokens = [completion.tokens for completion in said if completion.tokens is not None]
    reasons = Counter(completion.finish_reason for completion in said if completion.finish_reason)
    return dataclasses.replace(
        record,
        samples_sha256=samples_hash(said),
        prompt_style=question.prompt_style,
        preset=question.preset,
        template_sha256=question.template_sha256,
        generation={**question.sampling, "n": question.n},
        settings=question.settings,
        tokens=sum(tokens) if tokens and len(tokens) == len(said) else None,
        finish_reasons=dict(sorted(reasons.items())) or None,
        seconds={"generate": round(question.seconds, 3), **record.seconds},
        software={**question.software, **record.software},
    )


def finish_generation(folder: RunFolder, question: Question, seconds: float) -> None:
    """Note in a run's question how long the model was asked in this sitting, and with which software.

    Args:
        folder: The run's folder.
        question: As it was asked.
        seconds: Wall seconds from the first question to the last answer.
    """
    folder.keep_question(
        dataclasses.replace(question, seconds=question.seconds + seconds, software=answering_versions())
    )


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
