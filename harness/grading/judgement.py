"""What a judge says of one program, and how the ways a sandboxed program can end become a status."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, replace

from harness.records import Execution, Status
from harness.sandbox import wire
from harness.sandbox.sample import Answer, Ended, Usage

SLEPT = "it slept instead of answering"


@dataclass(frozen=True)
class Judgement:
    """The outcome of one program on one task; `records.Verdict` without the names of the sample."""

    status: Status
    base_status: Status | None = None
    plus_status: Status | None = None
    failing_input: str | None = None
    expected: str | None = None
    got: str | None = None
    error: str | None = None
    base_failed_test: int | None = None
    plus_failed_test: int | None = None
    is_low_assurance: bool = False
    cpu_s: float = 0.0
    wall_s: float = 0.0
    execution: Execution | None = None
    timed_out: bool = False
    """Whether any test ran out of time, also one that does not show in `status`."""


@dataclass(frozen=True)
class Outcome:
    """How one run of tests ended: the status, and the first test that failed with what there is to say of it."""

    status: Status
    failed_test: int | None = None
    failing_input: str | None = None
    expected: str | None = None
    got: str | None = None
    error: str | None = None
    usage: Usage = Usage(0.0, 0, 0)
    is_out_of_total: bool = False
    """Whether the time for all tests together ran out."""

    @property
    def part_status(self) -> Status:
        """The status in EvalPlus's words: a test that ran out of time failed; only a whole part can be `timeout`."""
        if self.status is Status.TIMEOUT and self.is_out_of_total:
            return Status.TIMEOUT
        return Status.PASS if self.status is Status.PASS else Status.FAIL

    def at(self, test: int, failing_input: str) -> Outcome:
        """The same outcome with the test it happened at."""
        return replace(self, failed_test=test, failing_input=failing_input)


PASSED = Outcome(Status.PASS)


def of_answer(answer: Answer) -> Outcome:
    """Give the outcome of an answer that is no value: an exception, no memory, too much to send."""
    if answer.tag == wire.MEMORY:
        return Outcome(Status.OUT_OF_MEMORY, error="MemoryError")
    if answer.tag == wire.TOO_LARGE:
        return Outcome(Status.FAIL, error="the returned value is too large to be compared")
    text = answer.content.decode("utf-8", "replace")
    return Outcome(Status.FAIL, error=text or "an exception without a text")


def of_loading(answer: Answer) -> Outcome:
    """Give the outcome of a program that did not execute."""
    outcome = of_answer(answer)
    return replace(outcome, status=Status.SYNTAX_ERROR) if answer.tag == wire.SYNTAX else outcome


def of_end(ended: Ended, usage: Usage) -> Outcome:
    """Give the outcome of a program that ended, or was ended, before it answered."""
    if ended.reason == "timeout":
        return Outcome(Status.TIMEOUT, error="it used up its CPU time", usage=usage)
    if ended.reason == "total":
        return Outcome(
            Status.TIMEOUT, error="its tests together used up their CPU time", usage=usage, is_out_of_total=True
        )
    if ended.reason == "sleep":
        return Outcome(Status.TIMEOUT, error=SLEPT, usage=usage)
    if ended.reason == "files":
        return Outcome(Status.FAIL, error="it wrote more files than it may", usage=usage)
    if ended.reason == "protocol":
        return Outcome(Status.CRASH, error="it wrote to the harness's own channel", usage=usage)
    if os.WIFSIGNALED(usage.wait_status) and os.WTERMSIG(usage.wait_status) != signal.SIGKILL:
        name = signal.Signals(os.WTERMSIG(usage.wait_status)).name
        return Outcome(Status.CRASH, error=f"the process died of {name}", usage=usage)
    return Outcome(Status.CRASH, error="the process ended before it answered", usage=usage)
