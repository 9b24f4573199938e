"""Judging programs in any language: built and run in a jail for commands, their end read by the language's rule.

Answer and tests are one program by MultiPL-E's nature, so a program that ends itself with success before its tests
passes; such verdicts are of low assurance. Before the first program of a language a known-good and a known-bad one are
run, and where they do not come out as known no program of that language is judged.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from harness.errors import EnvironmentLacking
from harness.grading.calibration import Pace
from harness.grading.judgement import Judgement
from harness.languages import Language, Step, find
from harness.languages.rules import Outcome
from harness.languages.shortcut import make_shortcut
from harness.languages.toolchain import Toolchain, find_toolchain, install_line
from harness.records import Execution, Limits, Status
from harness.sandbox.commands import Command, CommandWorker, Finished
from harness.sandbox.levels import probe

KEPT_OUTPUT = 2048
"""Characters of each stream that MultiPL-E keeps."""

_SCRATCH_BYTES = 512 << 20
_MAIN_STATUS = {
    "OK": Status.PASS,
    "SyntaxError": Status.SYNTAX_ERROR,
    "Timeout": Status.TIMEOUT,
}
_OUT_OF_MEMORY = (
    "std::bad_alloc",
    "java.lang.OutOfMemoryError",
    "JavaScript heap out of memory",
    "memory allocation of",
    "MemoryError",
    "Allowed memory size of",
    "Out of memory",
    "out of memory",
    "not enough memory",
)
"""What runtimes say when the kernel gives them no more."""


def check_languages(names: Iterable[str], sandbox: str) -> dict[str, EnvironmentLacking]:
    """Run the known programs of languages and give those that do not come out as known, with what is wrong.

    Args:
        names: Of the languages.
        sandbox: `auto`, `weak` or a level.

    Raises:
        SandboxTooWeak: This machine can not contain untrusted code.
    """
    level, limits = probe(sandbox).level, Limits()
    broken = {}
    for name in names:
        try:
            runner = _Runner(find_toolchain(find(name)), level, limits)
            try:
                runner.check_itself()
            finally:
                runner.close()
        except EnvironmentLacking as error:
            broken[name] = error
    return broken


class LanguagePrograms:
    """Judges programs of one language after the other; the jail is kept as long as the language stays the same."""

    def __init__(self, level: str, limits: Limits) -> None:
        self._level = level
        self._limits = limits
        self._current: _Runner | None = None

    def judge(self, language: str, program: str, pace: Pace) -> Judgement:
        """Build and run one program.

        Args:
            language: By its name.
            program: The whole text, tests included.
            pace: How slow this machine is now; limits follow it.

        Raises:
            EnvironmentLacking: The toolchain is missing, or does not do what it should.
            WorkerLost: The jail died.
        """
        if self._current is None or self._current.language.name != language:
            self.close()
            runner = _Runner(find_toolchain(find(language)), self._level, self._limits)
            try:
                runner.check_itself()
            except BaseException:
                runner.close()
                raise
            self._current = runner
        return self._current.judge(program, pace.stretch)

    def close(self) -> None:
        """End the jail."""
        if self._current is not None:
            self._current.close()
            self._current = None


@dataclass(frozen=True)
class _End:
    """Where a program's way ended."""

    finished: Finished
    execution: Execution
    status: Status
    is_build: bool
    cpu_s: float


class _Runner:
    """One language's jail."""

    def __init__(self, toolchain: Toolchain, level: str, limits: Limits) -> None:
        toolchain.require()
        self.language: Language = toolchain.language
        self._toolchain = toolchain
        self._limits = limits
        self._cache = make_shortcut(toolchain)
        self._worker = CommandWorker(
            level, toolchain.readable(self._cache), scratch_bytes=_SCRATCH_BYTES, memory_bytes=limits.memory_bytes
        )

    def close(self) -> None:
        self._worker.close()

    def check_itself(self) -> None:
        """Raise EnvironmentLacking where what is known does not come out as known."""
        for program, wanted in ((self.language.known_good, True), (self.language.known_bad, False)):
            found = self.judge(program, stretch=10.0)
            if (found.status is Status.PASS) is not wanted:
                kind = "good" if wanted else "bad"
                raise EnvironmentLacking(
                    f"the {self.language.title} toolchain here does not work: a known-{kind} program came out as "
                    f"{found.status}: {found.error or 'no error'}",
                    hint=install_line(self.language),
                )

    def judge(self, program: str, stretch: float) -> Judgement:
        began = time.monotonic()
        shortcut = self.language.shortcut if self._cache else None
        cpu = 0.0
        word = secrets.token_hex(12)
        text = self.language.ending(program, word) if self.language.ending else program
        ways = [(self.language.build, program)]
        if shortcut and shortcut.build and shortcut.takes(program):
            ways.insert(0, (shortcut.build, text))
        elif text != program:
            ways.insert(0, (self.language.build, text))
        try:
            for build, source in ways:
                self._worker.write({self.language.source: source.encode("utf-8", "surrogatepass")})
                end = self._follow((*build, self.language.run), stretch)
                cpu += end.cpu_s
                if not end.is_build:
                    break
                self._worker.clean()  # neither a shortcut nor the ending has a say in what does not build
        finally:
            self._worker.clean()
        execution = end.execution
        if source != program:
            ran_to_end = word in end.finished.stdout if end.status is Status.PASS else None
            said = end.finished.stdout.replace(word, "")[:KEPT_OUTPUT]
            execution = replace(execution, stdout=said, ran_to_end=ran_to_end)
        return Judgement(
            status=end.status,
            base_status=Status.PASS if end.status is Status.PASS else Status.FAIL,
            error=None if end.status is Status.PASS else _reason(end),
            is_low_assurance=True,
            cpu_s=cpu,
            wall_s=time.monotonic() - began,
            execution=execution,
            timed_out=end.status is Status.TIMEOUT,
        )

    def _follow(self, steps: Sequence[Step], stretch: float) -> _End:
        """Take the steps up to the first that does not go well; the last one runs the program."""
        cpu = 0.0
        for step in steps:
            finished = self._run(step, stretch)
            cpu += finished.cpu_s
            is_build = step is not self.language.run
            execution, status = _read(finished, step, self.language, is_build)
            if execution.status != "OK":
                break
            if is_build:
                self._worker.make_executable("program")
        return _End(finished, execution, status, is_build, cpu)

    def _run(self, step: Step, stretch: float) -> Finished:
        folder = self._worker.scratch
        command = Command(
            words=self._toolchain.words(step.command, folder, self._cache),
            environment=self._toolchain.environment(folder, self._cache),
            cpu_s=step.seconds * stretch,
            wall_factor=self._limits.wall_factor,
        )
        return self._worker.run(command)


def _read(finished: Finished, step: Step, language: Language, is_build: bool) -> tuple[Execution, Status]:
    """Give the end of a command in MultiPL-E's words, and in ours."""
    official = step.rule(Outcome(finished.exit_code, finished.stdout, finished.stderr))
    exit_code = finished.exit_code
    ours = _MAIN_STATUS.get(official, Status.FAIL)
    if finished.reason in ("timeout", "sleep"):
        official, exit_code, ours = ("Timeout" if is_build else language.timeout_status), -1, Status.TIMEOUT
    elif finished.reason == "memory":
        official, ours = "Exception", Status.OUT_OF_MEMORY
    elif finished.reason == "output":
        official, ours = "Exception", Status.FAIL
    elif official == "OK" and exit_code != 0:
        ours = Status.FAIL
    elif official != "OK":
        ours = _closer(finished, ours)
    return Execution(official, exit_code, finished.stdout[:KEPT_OUTPUT], finished.stderr[:KEPT_OUTPUT]), ours


def _closer(finished: Finished, ours: Status) -> Status:
    """Tell running out of memory and crashes from plain failures."""
    if any(text in finished.stderr or text in finished.stdout for text in _OUT_OF_MEMORY):
        return Status.OUT_OF_MEMORY
    # A failed C assertion aborts: that is a test that failed, not a crash.
    if ours is Status.FAIL and finished.exit_code < 0 and finished.exit_code != -6:
        return Status.CRASH
    return ours


def _reason(end: _End) -> str:
    finished, execution = end.finished, end.execution
    words = {
        "timeout": "it used up its CPU time",
        "sleep": "it slept instead of ending",
        "memory": "its processes together used more memory than they may",
        "output": "it wrote more than it may",
        "ended": f"{execution.status}, exit code {execution.exit_code}",
    }[finished.reason]
    said = " ".join((finished.stderr.strip() or finished.stdout.strip())[:300].split())
    return ("while it was built: " if end.is_build else "") + words + (f": {said}" if said else "")
