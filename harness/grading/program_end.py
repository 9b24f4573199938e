"""How a command's end becomes a status: in MultiPL-E's words, in ours, and in a line for a person."""

from __future__ import annotations

from dataclasses import dataclass

from harness.languages import Language, Step
from harness.languages.rules import Outcome
from harness.records import Execution, Status
from harness.sandbox.commands import Finished

KEPT_OUTPUT = 2048
"""Characters of each stream that MultiPL-E keeps."""

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


@dataclass(frozen=True)
class ProgramEnd:
    """Where a program's way ended."""

    finished: Finished
    execution: Execution
    status: Status
    is_build: bool

    @classmethod
    def of(cls, finished: Finished, step: Step, language: Language, is_build: bool) -> ProgramEnd:
        """Read the end of a command.

        Args:
            finished: How it ended.
            step: What it was.
            language: Of the program.
            is_build: Whether it was to build the program, not to run it.
        """
        return cls(finished, *_read(finished, step, language, is_build), is_build)

    @property
    def reason(self) -> str:
        """Why it did not pass."""
        finished, execution = self.finished, self.execution
        words = {
            "timeout": "it used up its CPU time",
            "sleep": "it slept instead of ending",
            "memory": "its processes together used more memory than they may",
            "output": "it wrote more than it may",
            "ended": f"{execution.status}, exit code {execution.exit_code}",
        }[finished.reason]
        said = " ".join((finished.stderr.strip() or finished.stdout.strip())[:300].split())
        return ("while it was built: " if self.is_build else "") + words + (f": {said}" if said else "")


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
