"""The pipeline: a benchmark's questions, somebody's answers, verdicts as they come, a record at the end.

A run is known by everything that can change its score, so the same question asked again resumes or is already
answered, and another question never lands in the same folder. Every verdict is journalled when it is made; a run that
is killed loses at most the samples it was working on.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from harness import scoring
from harness.answers import AS_IS, Answers, extract_program, find_answers
from harness.benchmarks.registry import load
from harness.engines.local import Job, LocalEngine, PreparedTasks
from harness.errors import EnvironmentLacking
from harness.formats.atomic import write_atomically
from harness.formats.journal import lock_journal
from harness.formats.outcomes_file import write_outcomes
from harness.formats.record_json import to_json
from harness.formats.run_folder import RunFolder, append_line, open_journal, run_path
from harness.grading import expected_files
from harness.grading.expected import Expected
from harness.grading.judgement import Judgement
from harness.records import (
    Benchmark,
    Completion,
    Extraction,
    Limits,
    ModelInfo,
    RunRecord,
    Status,
    Verdict,
)
from harness.software import versions

GRADING_VERSION = 1
"""Part of a run's identity: raised when the same program could get another verdict than before."""

_JUDGED = [item.name for item in dataclasses.fields(Judgement) if item.name != "timed_out"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ScoreRequest:
    """What to score, and how."""

    model: str
    benchmark: str
    """A registered name, or the path of a private benchmark."""
    samples: Path | None = None
    """The answers; None for a built-in self-check, whose name is then the model's."""
    extraction: str = AS_IS
    runs_root: Path = Path("runs")
    limits: Limits = field(default_factory=Limits)
    workers: int | None = None
    sandbox: str = "auto"
    limit: int | None = None
    """Only the first so many tasks."""
    fresh: bool = False
    """Whether to grade again what is graded already."""
    metadata: Mapping[str, str | float] = field(default_factory=dict)
    """What to note in the record beside; a finished run takes it over too."""


@dataclass(frozen=True)
class Progress:
    """How far a run is. `stage` is `references` or `grade`."""

    done: int
    total: int
    passed: int
    stage: str
    infra_errors: int = 0


def score(
    request: ScoreRequest,
    on_progress: Callable[[Progress], None] = lambda _: None,
    engine: LocalEngine | None = None,
) -> RunFolder:
    """Grade samples on a benchmark and keep the run.

    Args:
        request: What to score.
        on_progress: Called after every verdict.
        engine: Where to judge, with the request's limits; None for an engine of this run's own.

    Returns:
        The finished run's folder.

    Raises:
        InputError: The samples, the benchmark or an option are wrong; nothing was written.
        EnvironmentLacking: This machine can not do it, or the disk is full; the same command resumes.
    """
    benchmark = load(request.benchmark)
    answers = find_answers(request.model, request.samples, benchmark)
    if request.limit is not None:
        chosen = set(list(benchmark.tasks)[: request.limit])
        kept = [completion for completion in answers.completions if completion.task_id in chosen]
        answers = dataclasses.replace(answers, completions=kept)
    run_id = _identity(request, benchmark, answers)
    folder = RunFolder(run_path(request.runs_root, request.model, benchmark.name, run_id))
    if request.fresh and folder.path.exists():
        shutil.rmtree(folder.path)
    if folder.is_finished and (record := folder.load()).counts.get(Status.INFRA_ERROR, 0) == 0:
        if request.metadata.items() - record.metadata.items():
            folder.save(dataclasses.replace(record, metadata={**record.metadata, **request.metadata}))
        return folder
    run = _Run(request, benchmark, answers, folder, on_progress)
    own = LocalEngine(request.workers, request.limits, request.sandbox) if engine is None else nullcontext(engine)
    try:
        with own as judges:
            run.grade(judges)
    except OSError as error:
        where = error.filename or folder.path
        raise EnvironmentLacking(f"{where}: {error.strerror or error}", hint="the same command resumes") from error
    return folder


class _Run:
    """One run while it is being graded."""

    def __init__(
        self,
        request: ScoreRequest,
        benchmark: Benchmark,
        answers: Answers,
        folder: RunFolder,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._request = request
        self._benchmark = benchmark
        self._answers = answers
        self._folder = folder
        self._on_progress = on_progress
        self._started = datetime.now(UTC)
        self._began = time.monotonic()
        self._verdicts: dict[tuple[str, int], Verdict] = {}
        self._statuses: Counter[Status] = Counter()
        self._sandbox = ""

    def grade(self, engine: LocalEngine) -> None:
        """Grade what is not graded yet and write the record."""
        self._folder.path.mkdir(parents=True, exist_ok=True)
        with open_journal(self._folder.verdicts_path) as journal:
            lock_journal(journal, self._folder.path)
            self._keep_completions()
            for verdict in self._folder.verdicts():
                if verdict.status is not Status.INFRA_ERROR:
                    self._verdicts[verdict.task_id, verdict.sample_index] = verdict
                    self._statuses[verdict.status] += 1
            already = len(self._verdicts)
            if already:
                _log.info("%d of %d samples are graded already", already, len(self._answers.completions))
            self._work(journal, engine)
            self._finish()

    def _work(self, journal: BinaryIO, engine: LocalEngine) -> None:
        waiting: dict[tuple[str, str], list[tuple[Completion, Extraction]]] = defaultdict(list)
        known = {(verdict.task_id, verdict.solution): verdict for verdict in self._verdicts.values()}
        for completion in self._answers.completions:
            if (completion.task_id, completion.sample_index) in self._verdicts:
                continue
            extraction = extract_program(
                self._request.extraction, completion, self._benchmark.tasks[completion.task_id]
            )
            twin = known.get((completion.task_id, extraction.program))
            if extraction.status is not None:
                plus_status = Status.FAIL if self._benchmark.is_plus else None
                self._settle(journal, completion, extraction, Judgement(extraction.status, Status.FAIL, plus_status))
            elif twin is not None:
                self._settle(journal, completion, extraction, _judgement_of(twin))
            else:
                waiting[completion.task_id, extraction.program].append((completion, extraction))
        self._sandbox = engine.probe().level
        expected = self._expected(engine, {task_id for task_id, _ in waiting}) if waiting else {}
        jobs = [
            Job(number, task_id, program, expected[task_id].total if task_id in expected else 0.0)
            for number, (task_id, program) in enumerate(waiting)
        ]
        prepared = PreparedTasks(self._benchmark, expected)
        for job, judgement in engine.judge(jobs, prepared):
            for completion, extraction in waiting[job.task_id, job.program]:
                self._settle(journal, completion, extraction, judgement)

    def _expected(self, engine: LocalEngine, task_ids: set[str]) -> Mapping[str, Expected]:
        """What the references answer: shipped, cached, or measured now."""
        by_calls = [self._benchmark.tasks[task_id] for task_id in sorted(task_ids)]
        by_calls = [task for task in by_calls if task.kind == "calls"]
        found = expected_files.shipped(self._benchmark) or expected_files.cached(self._benchmark)
        missing = [task for task in by_calls if task.task_id not in found]
        for number, (task, item) in enumerate(engine.measure(missing), start=1):
            found[task.task_id] = item
            self._on_progress(Progress(number, len(missing), 0, "references"))
        if missing:
            expected_files.cache(self._benchmark, found)
        counts = {task.task_id: len(task.base_input) + len(task.plus_input) for task in by_calls}
        return {task_id: found[task_id].first(count) for task_id, count in counts.items()}

    def _settle(self, journal: BinaryIO, completion: Completion, extraction: Extraction, judgement: Judgement) -> None:
        verdict = Verdict(
            task_id=completion.task_id,
            sample_index=completion.sample_index,
            solution=extraction.program,
            rule=extraction.rule,
            **{name: getattr(judgement, name) for name in _JUDGED},
        )
        append_line(journal, verdict)
        self._verdicts[verdict.task_id, verdict.sample_index] = verdict
        self._statuses[verdict.status] += 1
        self._on_progress(
            Progress(
                done=self._statuses.total(),
                total=len(self._answers.completions),
                passed=self._statuses[Status.PASS],
                stage="grade",
                infra_errors=self._statuses[Status.INFRA_ERROR],
            )
        )

    def _keep_completions(self) -> None:
        if not self._folder.completions_path.exists():
            lines = [to_json(completion) + "\n" for completion in self._answers.completions]
            write_atomically(self._folder.completions_path, "".join(lines))

    def _finish(self) -> None:
        """Write the verdicts in the order of the benchmark, and the record behind them."""
        order = {task_id: number for number, task_id in enumerate(self._benchmark.tasks)}
        verdicts = sorted(self._verdicts.values(), key=lambda item: (order[item.task_id], item.sample_index))
        write_atomically(self._folder.verdicts_path, "".join(to_json(verdict) + "\n" for verdict in verdicts))
        counts = scoring.status_counts(self._benchmark, verdicts)
        request, answers = self._request, self._answers
        backend = "self-check" if answers.is_self_check else "replay"
        record = RunRecord(
            run_id=self._folder.path.name,
            model=ModelInfo(request.model, backend=backend, is_self_check=answers.is_self_check),
            benchmark=self._benchmark.name,
            benchmark_version=self._benchmark.version,
            benchmark_source=self._benchmark.source,
            dataset_sha256=self._benchmark.sha256,
            task_count=len(self._benchmark.tasks),
            samples_sha256=answers.sha256,
            samples_source=answers.source,
            extraction=request.extraction,
            limits=request.limits,
            sandbox=self._sandbox,
            counts=counts,
            scores=scoring.scores(self._benchmark, verdicts),
            is_complete=not counts.get(Status.INFRA_ERROR, 0) and not counts.get(Status.SKIPPED, 0),
            started_utc=_utc(self._started),
            finished_utc=_utc(datetime.now(UTC)),
            seconds={
                "grade": round(time.monotonic() - self._began, 3),
                "cpu": round(sum(verdict.cpu_s for verdict in verdicts), 3),
            },
            software=versions(),
            low_assurance=sum(verdict.is_low_assurance for verdict in verdicts),
            metadata=request.metadata,
        )
        write_outcomes(self._folder, record, verdicts)
        self._folder.save(record)


def _identity(request: ScoreRequest, benchmark: Benchmark, answers: Answers) -> str:
    """A short hash of everything that can change the score."""
    parts = {
        "grading": GRADING_VERSION,
        "model": request.model,
        "benchmark": benchmark.name,
        "dataset": benchmark.sha256,
        "limit": request.limit,
        "samples": answers.sha256,
        "extraction": request.extraction,
        "limits": dataclasses.asdict(request.limits),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def _judgement_of(verdict: Verdict) -> Judgement:
    return Judgement(**{name: getattr(verdict, name) for name in _JUDGED})


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
