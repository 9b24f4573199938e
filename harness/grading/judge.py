"""The judge: one sandbox for candidates, one for references, and the right way of testing for each task.

Compares hostile data on the trusted side, so it runs in a process of its own (`harness.engines.judge_process`) with a
CPU limit on every comparison.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator

from harness.errors import EnvironmentLacking, WorkerLost
from harness.grading.calibration import calibrate, calibrate_under_load
from harness.grading.calls import CallsJudge
from harness.grading.expected import Expected
from harness.grading.judgement import Judgement
from harness.grading.language_programs import LanguagePrograms
from harness.grading.prepared import PreparedTask, prepare
from harness.grading.program_tests import ProgramTestsJudge
from harness.grading.reference import References, measure
from harness.records import Limits, Status, Task
from harness.sandbox.levels import strongest
from harness.sandbox.pair import WorkerPair

COMPARISON_CPU_S = 20
"""CPU seconds that this process may use on one program; candidates' own time is not in it."""

_TRIES = 2
_KNOWN = Task("Known/0", "def double(x):\n", "double", "    return 2 * x\n", base_input=[[1], ["a"]])


class Judge:
    """Judges programs, one at a time.

    Args:
        limits: What a sample may use.
        sandbox: `auto`, `weak` or a level.
        first: A worker that was launched already (`levels.first_launched`).

    Raises:
        SandboxTooWeak: This machine cannot contain untrusted code.
        EnvironmentLacking: A known-good program does not pass here, or a known-bad one does.
    """

    def __init__(self, limits: Limits, sandbox: str, first: WorkerPair | None = None) -> None:
        self._worker, self.probe = strongest(limits, sandbox, first)
        self._references = References(self.probe.level, limits)
        self._calls = CallsJudge(self._worker, self._references, limits)
        self._program_tests = ProgramTestsJudge(self._worker, limits)
        self._languages = LanguagePrograms(self.probe.level, limits)
        self._pace = calibrate()
        self._check_itself()

    @property
    def checked(self) -> bool | None:
        """Whether the quick way of the language that was judged last works; None where that is not known."""
        return self._languages.checked

    def judge(
        self, prepared: PreparedTask, program: str, is_last_word: bool = False, checked: bool | None = None
    ) -> Judgement:
        """Judge a program; a sandbox that dies under it is started again and the program tried once more.

        Args:
            prepared: The task.
            program: The program.
            is_last_word: Whether a time-out counts: limits then follow the machine's pace at this moment.
            checked: What `checked` was after another judge had run the known programs of the task's language.
        """
        pace = calibrate_under_load() if is_last_word else self._pace
        lost = ""
        for _ in range(_TRIES):
            try:
                with _limited_cpu():
                    if prepared.parts:
                        return self._calls.judge(prepared, program, pace, is_last_word)
                    if prepared.task.kind == "program":
                        return self._languages.judge(prepared.task.language, program, pace, checked)
                    return self._program_tests.judge(prepared, program, pace)
            except WorkerLost as error:
                lost = str(error)
        return Judgement(Status.INFRA_ERROR, error=lost)

    def measure(self, task: Task) -> Expected:
        """Run a task's reference and measure what it answers and how long it takes."""
        return measure(self._worker, task, self._pace)

    def close(self) -> None:
        """End all sandboxes."""
        self._languages.close()
        self._worker.close()
        self._references.close()

    def _check_itself(self) -> None:
        """Refuse to judge where what is known does not come out as known."""
        prepared = prepare(_KNOWN, self.measure(_KNOWN), is_plus=False)
        good = self._calls.judge(prepared, _KNOWN.reference, self._pace).status
        bad = self._calls.judge(prepared, _KNOWN.prompt + "    return x\n", self._pace).status
        if (good, bad) != (Status.PASS, Status.FAIL):
            self.close()
            raise EnvironmentLacking(
                f"a known-good program came out as {good} and a known-bad one as {bad}: no score would mean anything",
                hint="fuseval doctor",
            )


@contextlib.contextmanager
def _limited_cpu() -> Iterator[None]:
    # The default action of the signal ends the process even inside one long call of C code; the pool knows the sign.
    signal.setitimer(signal.ITIMER_PROF, COMPARISON_CPU_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
