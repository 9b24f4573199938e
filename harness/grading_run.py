"""One run while it is graded: answers in, verdicts journalled as they are made, the record at the end.

Where a model is still answering, its answers are journalled and become jobs as they arrive. Identical programs are
executed once; on tasks whose tests take long, so are programs that differ in comments and layout only.
"""

from __future__ import annotations

import dataclasses
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

from harness.answers import extract_program
from harness.asking import Asking
from harness.engines.jobs import Job
from harness.engines.local import LocalEngine, PreparedTasks
from harness.formats.atomic import write_atomically
from harness.formats.journal import append_line, lock_journal, open_journal
from harness.formats.outcomes_file import write_outcomes
from harness.formats.record_json import to_json
from harness.formats.run_folder import RunFolder
from harness.grading.expected import Expected
from harness.grading.judgement import Judgement
from harness.grading.same_program import program_key
from harness.interrupts import undisturbed
from harness.measuring import find_expected
from harness.records import Benchmark, Completion, Extraction, Status, Verdict
from harness.request import ScoreRequest
from harness.run_progress import Progress
from harness.run_record import Source, finish_generation, make_record

_JUDGED = [item.name for item in dataclasses.fields(Judgement) if item.name != "timed_out"]
_HEAVY_LOOPS = 8.0
"""CPU time of the reference, in calibration loops, from which on a close comparison costs less than it saves."""

_log = logging.getLogger(__name__)


@dataclass
class _Waiting:
    """One program that is being judged, and the samples that are this program."""

    job: Job
    samples: list[tuple[Completion, Extraction]] = field(default_factory=list)


class GradingRun:
    """One run while it is graded.

    Args:
        request: What was asked for.
        benchmark: The questions.
        folder: Where the run is kept.
        source: Where the answers come from.
        completions: The answers that are there.
        on_progress: Called after every answer and verdict.
        asking: Brings further answers.
    """

    def __init__(
        self,
        request: ScoreRequest,
        benchmark: Benchmark,
        folder: RunFolder,
        source: Source,
        *,
        completions: list[Completion],
        on_progress: Callable[[Progress], None],
        asking: Asking | None = None,
    ) -> None:
        self._request, self._benchmark, self._folder, self._source = request, benchmark, folder, source
        self._order = {task_id: number for number, task_id in enumerate(benchmark.tasks)}
        self._completions = completions
        self._on_progress, self._asking = on_progress, asking
        self._started, self._began = datetime.now(UTC), time.monotonic()
        self._verdicts: dict[tuple[str, int], Verdict] = {}
        self._statuses: Counter[Status] = Counter()
        self._judged: dict[tuple[str, str], Judgement] = {}
        self._waiting: dict[tuple[str, str], _Waiting] = {}
        self._keys: dict[int, tuple[str, str]] = {}
        self._expected: Mapping[str, Expected] = {}
        self._generated, self._tokens = len(completions), 0
        self._total = len(completions) + (asking.asked if asking else 0)
        self._answers_journal: BinaryIO | None = None
        self._verdicts_journal: BinaryIO | None = None
        self._sandbox = ""
        self.prepared = PreparedTasks(benchmark, {})

    def grade(self, engine: LocalEngine, *, keep_record: bool = True) -> None:
        """Grade what is not graded yet and write the record.

        Args:
            engine: Where to judge.
            keep_record: Whether to write the record, which makes the folder a run of its own.

        Raises:
            EnvironmentLacking: The model could not be asked to the end; what it said is graded and kept.
        """
        with ExitStack() as files:
            self.open(files)
            try:
                jobs = self.begin(engine)
                for job, judgement in engine.judge(jobs, self.prepared, self if self._asking else None):
                    self.settle(job, judgement)
            except OSError:
                raise  # a line may be half written; what comes after it would be lost as well
            except BaseException:
                self._journal_rest()
                raise
        self.finish(keep_record=keep_record)

    def _journal_rest(self) -> None:
        """Keep the answers that came while the run was being left."""
        if self._asking and self._answers_journal:
            with undisturbed():
                for completion in self._asking.stop():
                    append_line(self._answers_journal, completion)

    # The steps of `grade`, for who grades several runs at once.

    def open(self, files: ExitStack) -> None:
        """Open the run's journals, which `files` closes."""
        self._folder.path.mkdir(parents=True, exist_ok=True)
        self._verdicts_journal = files.enter_context(open_journal(self._folder.verdicts_path))
        lock_journal(self._verdicts_journal, self._folder.path)
        if self._source.question is None:
            self._keep_completions()
        else:
            self._answers_journal = files.enter_context(open_journal(self._folder.completions_path))

    def begin(self, engine: LocalEngine) -> list[Job]:
        """Take over what is graded already and give what is to be judged."""
        self._sandbox = engine.probe().level
        if self._source.question:
            task_ids = set(self._source.question.task_ids)
        else:
            task_ids = {completion.task_id for completion in self._completions}
        self._expected = find_expected(self._benchmark, task_ids, engine, self._on_progress)
        self.prepared = PreparedTasks(self._benchmark, self._expected)
        self._resume()
        return self._jobs(item for item in self._completions if (item.task_id, item.sample_index) not in self._verdicts)

    def start_clock(self) -> None:
        """Count the run's seconds from now: until now others were graded."""
        self._began = time.monotonic()

    def settle(self, job: Job, judgement: Judgement) -> None:
        """Journal the verdicts of all samples that are one program."""
        key = self._keys.pop(job.number)
        self._judged[key] = judgement
        for completion, extraction in self._waiting.pop(key).samples:
            self._settle(completion, extraction, judgement)

    def finish(self, *, keep_record: bool = True) -> None:
        """Write the verdicts in order, and the record."""
        if self._asking:
            if self._source.question:
                finish_generation(self._folder, self._source.question, self._asking.seconds)
            if self._asking.error:
                raise self._asking.error
        self._write_verdicts()
        if keep_record:
            self._write_record()

    def _resume(self) -> None:
        """Take over the verdicts of an earlier sitting, but for those of answers that are others now."""
        answers = {(completion.task_id, completion.sample_index): completion for completion in self._completions}
        for verdict in self._folder.verdicts():
            answer = answers.get((verdict.task_id, verdict.sample_index))
            is_of_it = answer is not None and self._extract(answer).program == verdict.solution
            if is_of_it and verdict.status is not Status.INFRA_ERROR:
                self._verdicts[verdict.task_id, verdict.sample_index] = verdict
                self._statuses[verdict.status] += 1
                judged = {name: getattr(verdict, name) for name in _JUDGED}
                self._judged[self._key(verdict.task_id, verdict.solution)] = Judgement(**judged)
        if self._verdicts:
            _log.info("%d of %d samples are graded already", len(self._verdicts), self._total)

    def _extract(self, answer: Completion) -> Extraction:
        return extract_program(self._request.extraction, answer, self._benchmark.tasks[answer.task_id])

    # The three below are what the engine asks for jobs that arrive (`engines.jobs.Arrivals`).

    def fileno(self) -> int:
        """Give a file descriptor that is readable when an answer has come."""
        assert self._asking
        return self._asking.fileno()

    def take(self) -> list[Job]:
        """Journal the answers that have come and make jobs of them."""
        assert self._asking
        assert self._answers_journal
        with undisturbed():
            arrived = self._asking.take()
            for completion in arrived:
                append_line(self._answers_journal, completion)
                self._generated += 1
                self._tokens += completion.tokens or 0
        jobs = self._jobs(arrived)
        self._report()
        return jobs

    @property
    def is_over(self) -> bool:
        """Whether the model has said everything, and it was taken."""
        return self._asking is None or self._asking.is_over

    def _jobs(self, completions: Iterable[Completion]) -> list[Job]:
        """Make jobs of answers: one for each program that is new; what needs no running is settled at once."""
        jobs = []
        for completion in completions:
            extraction = self._extract(completion)
            key = self._key(completion.task_id, extraction.program)
            if extraction.status is not None:
                plus_status = Status.FAIL if self._benchmark.is_plus else None
                self._settle(completion, extraction, Judgement(extraction.status, Status.FAIL, plus_status))
            elif key in self._judged:
                self._settle(completion, extraction, self._judged[key])
            elif key in self._waiting:
                self._waiting[key].samples.append((completion, extraction))
            else:
                weight = expected.total if (expected := self._expected.get(completion.task_id)) else 0.0
                job = Job(len(self._judged) + len(self._waiting), completion.task_id, extraction.program, weight)
                self._waiting[key] = _Waiting(job, [(completion, extraction)])
                self._keys[job.number] = key
                jobs.append(job)
        return jobs

    def _key(self, task_id: str, program: str) -> tuple[str, str]:
        is_heavy = (expected := self._expected.get(task_id)) is not None and expected.total >= _HEAVY_LOOPS
        return task_id, program_key(program) if is_heavy else program

    def _settle(self, completion: Completion, extraction: Extraction, judgement: Judgement) -> None:
        verdict = Verdict(
            task_id=completion.task_id,
            sample_index=completion.sample_index,
            solution=extraction.program,
            rule=extraction.rule,
            **{name: getattr(judgement, name) for name in _JUDGED},
        )
        assert self._verdicts_journal
        append_line(self._verdicts_journal, verdict)
        self._verdicts[verdict.task_id, verdict.sample_index] = verdict
        self._statuses[verdict.status] += 1
        self._report()

    def _report(self) -> None:
        self._on_progress(
            Progress(
                done=self._statuses.total(),
                total=self._total,
                passed=self._statuses[Status.PASS],
                stage="grade",
                infra_errors=self._statuses[Status.INFRA_ERROR],
                generated=self._generated if self._asking else None,
                tokens=self._tokens,
            )
        )

    def _keep_completions(self) -> None:
        if not self._folder.completions_path.exists():
            lines = [to_json(completion) + "\n" for completion in self._completions]
            write_atomically(self._folder.completions_path, "".join(lines))

    def _sorted_verdicts(self) -> list[Verdict]:
        return sorted(self._verdicts.values(), key=lambda item: (self._order[item.task_id], item.sample_index))

    def _write_verdicts(self) -> None:
        """Write verdicts, and a model's answers, in the order of the benchmark: that they came in says nothing."""
        verdicts = self._sorted_verdicts()
        write_atomically(self._folder.verdicts_path, "".join(to_json(verdict) + "\n" for verdict in verdicts))
        if self._source.question is not None:
            said = sorted(self._folder.completions(), key=lambda item: (self._order[item.task_id], item.sample_index))
            write_atomically(self._folder.completions_path, "".join(to_json(item) + "\n" for item in said))

    def _write_record(self) -> None:
        verdicts = self._sorted_verdicts()
        generated_s = self._asking.seconds if self._asking else 0.0
        seconds = {
            "grade": round(max(0.0, time.monotonic() - self._began - generated_s), 3),
            "cpu": round(sum(verdict.cpu_s for verdict in verdicts), 3),
        }
        record = make_record(
            self._request,
            self._benchmark,
            self._source,
            self._folder,
            verdicts,
            sandbox=self._sandbox,
            started=self._started,
            seconds=seconds,
        )
        write_outcomes(self._folder, record, verdicts)
        self._folder.save(record)
