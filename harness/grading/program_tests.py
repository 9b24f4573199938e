"""Judging by a test program: HumanEval's `check(candidate)`, MBPP's assert statements.

The test program runs here, on the trusted side; the names of the candidate's functions are bound to stubs that call
into the sandbox, one call at a time, and give back plain data. So the candidate never sees its tests, and an `assert`
decides about values whose methods are Python's own.

Where a test builds objects of the candidate's own classes that cannot be: such tests run inside the sandbox behind the
candidate, and the judgement is marked as of low assurance, since a program written to deceive could forge it.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import marshal
import random
import time
from collections.abc import Callable
from dataclasses import replace

from harness.benchmarks.python_source import parse
from harness.errors import InputError
from harness.grading import judgement
from harness.grading.calibration import Pace
from harness.grading.judgement import PASSED, Judgement, Outcome
from harness.grading.prepared import PreparedTask
from harness.grading.recordings import Recorder, Recordings
from harness.grading.shorten import shorten
from harness.records import Limits, Status, Task
from harness.sandbox import wire
from harness.sandbox.fingerprint import SIZE
from harness.sandbox.pair import WorkerPair
from harness.sandbox.sample import Ended, NotLoaded, Sample, Usage
from harness.sandbox.values import BadEncoding, decode

_IN_SANDBOX_CHECK = "fuseval_run_tests"
_GENEROUS_S = 600.0
_NO_INPUTS = marshal.dumps([], 2)
_ANY_EXCEPTION = (Exception, SystemExit, KeyboardInterrupt, GeneratorExit)
"""What a test program may raise, `sys.exit()` among it; none of it may end the judge."""


class CandidateRaised(Exception):
    """What a test sees when the candidate raised: the candidate's own exception is only a text here."""


class ProgramTestsJudge:
    """Judges programs on tasks whose tests are a program.

    One call may take the run's floor of CPU seconds. Where that is too little, the reference is run for its own time,
    and the program once more with the multiple of it that the limits give.
    """

    def __init__(self, worker: WorkerPair, limits: Limits) -> None:
        self._worker = worker
        self._limits = limits
        self._recordings = Recordings()
        self._reference_limits: dict[str, float] = {}

    def judge(self, prepared: PreparedTask, program: str, pace: Pace) -> Judgement:
        """Run a program's tests and say what came of it."""
        began = time.monotonic()
        task = prepared.task
        cpu_limit = self._limits.floor_s * pace.stretch
        outcome = self._repeat(task, program, cpu_limit) or self._run(task, program, cpu_limit)
        if outcome.status is Status.TIMEOUT:
            longer = self._longer_limit(task)
            if longer > self._limits.floor_s:
                outcome = self._run(task, program, longer)
        return Judgement(
            status=outcome.status,
            base_status=outcome.status if outcome.status is Status.TIMEOUT else outcome.part_status,
            failing_input=outcome.failing_input,
            got=outcome.got,
            error=outcome.error,
            base_failed_test=outcome.failed_test,
            is_low_assurance=bool(candidate_classes(task)),
            cpu_s=outcome.usage.cpu_s,
            wall_s=time.monotonic() - began,
            timed_out=outcome.status is Status.TIMEOUT,
        )

    def _repeat(self, task: Task, program: str, cpu_limit: float) -> Outcome | None:
        """Give the calls of a program that passed; None where the answers differ or nothing is recorded."""
        recording = self._recordings.find(task) if task.kind == "check" else None
        if recording is None:
            return None
        self._worker.use_inputs(recording.inputs)
        count = len(recording.prints) // SIZE
        test = 0
        with contextlib.suppress(Ended, NotLoaded):
            with self._worker.sample(program, task.entry_point) as sample:
                while test < count:
                    batch = sample.go(test, count, cpu_limit)
                    if batch != recording.prints[SIZE * test : SIZE * test + len(batch)]:
                        return None
                    test += len(batch) // SIZE
            return replace(PASSED, usage=sample.usage)
        return None

    def _run(self, task: Task, program: str, cpu_limit: float) -> Outcome:
        self._worker.use_inputs(_NO_INPUTS)
        sample: Sample | None = None
        ended: Ended | None = None
        outcome = PASSED
        try:
            if candidate_classes(task):
                with self._worker.sample(_with_tests(task, program), _IN_SANDBOX_CHECK) as sample:
                    outcome = _run_inside(sample, cpu_limit)
            else:
                recorder = Recorder()
                with self._worker.sample(program, task.entry_point if task.kind == "check" else "") as sample:
                    outcome = _TrustedRun(task, sample, cpu_limit, recorder).run()
                recording = recorder.recording()
                if task.kind == "check" and outcome.status is Status.PASS and recording:
                    self._recordings.keep(task, recording)
        except NotLoaded as error:
            outcome = judgement.of_loading(error.answer)
        except Ended as error:
            ended = error
        usage = sample.usage if sample else Usage(0.0, 0, 0)
        return judgement.of_end(ended, usage) if ended else replace(outcome, usage=usage)

    def _longer_limit(self, task: Task) -> float:
        if task.task_id not in self._reference_limits:
            reference = self._run(task, task.reference, _GENEROUS_S)
            spent = reference.usage.cpu_s if reference.status is Status.PASS else 0.0
            self._reference_limits[task.task_id] = self._limits.factor * spent
        return self._reference_limits[task.task_id]


class _TrustedRun:
    """One test program on the trusted side, against one loaded program in the sandbox."""

    def __init__(self, task: Task, sample: Sample, cpu_limit: float, recorder: Recorder) -> None:
        self._task = task
        self._recorder = recorder
        self._sample = sample
        self._cpu_limit = cpu_limit
        self._ended: Ended | NotLoaded | None = None
        self._is_asked = False
        self._last = ("", PASSED)

    def run(self) -> Outcome:
        """Run the tests up to the first that fails."""
        random.seed(0)  # some tests draw their inputs
        namespace: dict[str, object] = {"__name__": "tests"}
        try:
            statements = self._prepare(namespace)
        except _ANY_EXCEPTION as error:
            self._raise_ended()
            raise self._broken(error) from None
        for number, statement in enumerate(statements):
            try:
                _execute(statement, namespace)
            except _ANY_EXCEPTION as error:
                return self._failed(number, error)
            self._raise_ended()
        return PASSED

    def _prepare(self, namespace: dict[str, object]) -> list[str]:
        """Execute what comes before the tests and give the tests, a statement each."""
        if self._task.kind == "asserts":
            for name in called_names(self._task):
                namespace[name] = self._stub(name)
            _execute(self._task.test_setup, namespace)
            return self._task.test.splitlines()
        # The tests may lean on the helpers of the prompt, which alone need not be a complete program.
        _execute(self._task.reference, namespace)
        stub = self._stub(self._task.entry_point)
        namespace[self._task.entry_point] = stub
        _execute(self._task.test, namespace)
        namespace[self._task.entry_point] = stub
        return [f"check({self._task.entry_point})"]

    def _stub(self, name: str) -> Callable[..., object]:
        def candidate(*arguments: object, **keywords: object) -> object:
            self._raise_ended()
            self._is_asked = True
            shown = shorten(arguments)
            try:
                answer = self._sample.call(name, arguments, keywords, self._cpu_limit)
            except (Ended, NotLoaded) as error:
                self._ended = error
                raise
            if answer.tag != wire.VALUE:
                outcome = judgement.of_answer(answer)
                self._last = (shown, outcome)
                raise CandidateRaised(outcome.error)
            try:
                value = decode(answer.content)
            except BadEncoding as error:
                raise CandidateRaised(f"it sent no proper value: {error}") from None
            self._last = (shown, Outcome(Status.FAIL, got=shorten(value)))
            self._recorder.note(arguments, keywords, value)
            return value

        return candidate

    def _raise_ended(self) -> None:
        """Raise why the candidate is gone, also where its tests caught that."""
        if self._ended:
            raise self._ended

    def _broken(self, error: BaseException) -> InputError:
        words = f"the tests of {self._task.task_id} do not run: {_reason(error)}"
        return InputError(words, hint="mend them in the benchmark's file")

    def _failed(self, number: int, error: BaseException) -> Outcome:
        self._raise_ended()
        if not self._is_asked and not isinstance(error, AssertionError):
            raise self._broken(error)  # no candidate had a hand in it
        shown, last = self._last
        text = last.error or _reason(error)
        status = last.status if isinstance(error, CandidateRaised) else Status.FAIL
        return Outcome(status, failed_test=number, failing_input=shown or None, got=last.got, error=text)


def called_names(task: Task) -> list[str]:
    r"""List the names that a task's asserts take from the program under test.

    These are the names that they use and that neither Python, nor the set-up code, nor the asserts define; and those
    that the reference defines, since some references redefine a builtin.

    Example:
        >>> called_names(Task("Mbpp/1", "", "f", "def f(x): return x\n", kind="asserts", test="assert f(1) == abs(-1)"))
        ['f']
    """
    tests = parse(f"{task.test_setup}\n{task.test}")
    used = {node.id for node in ast.walk(tests) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    taken = used - _defined(tests)
    return sorted(name for name in taken if not hasattr(builtins, name) or name in _top_level(task.reference))


def _top_level(program: str) -> set[str]:
    body = parse(program).body
    return {node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


def _defined(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.arg):
            names.add(node.arg)
    return names


def candidate_classes(task: Task) -> list[str]:
    """List the classes that a task's tests take from the program under test, as its reference shows."""
    if task.kind == "check":
        return []
    tree = parse(task.reference)
    classes = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    return sorted(classes & set(called_names(task)))


def _with_tests(task: Task, program: str) -> str:
    lines = [*task.test_setup.splitlines(), *task.test.splitlines()]
    body = "\n".join(f"    {line}" for line in lines)
    return f"{program}\n\ndef {_IN_SANDBOX_CHECK}():\n{body}\n    return True\n"


def _run_inside(sample: Sample, cpu_limit: float) -> Outcome:
    answer = sample.call(_IN_SANDBOX_CHECK, (), {}, cpu_limit)
    if answer.tag != wire.VALUE:
        return replace(judgement.of_answer(answer), failed_test=0)
    return PASSED if answer.content == b"T" else Outcome(Status.FAIL, error="the tests did not run to their end")


def _execute(source: str, namespace: dict[str, object]) -> None:
    exec(compile(source, "<tests>", "exec", dont_inherit=True), namespace)


def _reason(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text:.300}" if text else type(error).__name__
