"""Judging by calls, EvalPlus's way: the candidate's outputs against the reference's, on the trusted side.

The candidate answers in batches of fingerprints. Where a whole batch is as expected nothing more is sent; from the
first difference on the values themselves are compared by the benchmark's rules (`oracle`). Base and plus tests share a
process as long as all is well; a part that does not pass in a process which another part has used is run again in a
fresh one, so that no part's status depends on the other.
"""

from __future__ import annotations

import marshal
import time

from harness.grading import judgement
from harness.grading.calibration import Pace
from harness.grading.judgement import PASSED, Judgement, Outcome
from harness.grading.oracle import Oracle
from harness.grading.prepared import Part, PreparedTask, TestLimits
from harness.grading.reference import NoOutput, References
from harness.grading.shorten import shorten
from harness.records import Limits, Status
from harness.sandbox import wire
from harness.sandbox.fingerprint import SIZE
from harness.sandbox.pair import WorkerPair
from harness.sandbox.sample import Ended, NotLoaded, Sample, Usage
from harness.sandbox.values import BadEncoding, Opaque, decode


class CallsJudge:
    """Judges programs on tasks whose tests are calls."""

    def __init__(self, worker: WorkerPair, references: References, limits: Limits) -> None:
        self._worker = worker
        self._references = references
        self._limits = limits

    def judge(self, prepared: PreparedTask, program: str, pace: Pace, is_last_word: bool = False) -> Judgement:
        """Run a program on all tests of a task and say what came of it.

        Args:
            prepared: The task.
            program: The program.
            pace: How fast this machine is; limits follow it.
            is_last_word: Whether a time-out counts; then the test that ran out of time is named.
        """
        began = time.monotonic()
        self._worker.use_inputs(prepared.inputs)
        names = list(prepared.parts)
        limits = TestLimits.of(prepared, self._limits, pace, is_one_by_one=is_last_word)
        outcomes, cpu = self._run(prepared, program, names, limits)
        if outcomes["base"].status is Status.TIMEOUT and not is_last_word:
            names = ["base"]  # all of it is run again
        if "plus" in names and (len(outcomes) == 1 or outcomes["plus"].status not in (Status.PASS, Status.TIMEOUT)):
            again, more_cpu = self._run(prepared, program, ["plus"], limits)
            outcomes |= again
            cpu += more_cpu
        base, plus = outcomes["base"], outcomes.get("plus")
        worst = base if base.status is not Status.PASS or plus is None else plus
        return Judgement(
            status=worst.status,
            base_status=base.part_status,
            plus_status=plus.part_status if plus else None,
            failing_input=worst.failing_input,
            expected=worst.expected,
            got=worst.got,
            error=worst.error,
            base_failed_test=base.failed_test,
            plus_failed_test=_within(prepared.parts["plus"], plus.failed_test) if plus else None,
            cpu_s=cpu,
            wall_s=time.monotonic() - began,
            timed_out=any(outcome.status is Status.TIMEOUT for outcome in outcomes.values()),
        )

    def _run(
        self, prepared: PreparedTask, program: str, names: list[str], limits: TestLimits
    ) -> tuple[dict[str, Outcome], float]:
        """Run parts one after the other in one process, up to the first that does not pass."""
        outcomes: dict[str, Outcome] = {}
        ended: Ended | None = None
        name = names[0]
        part: _PartRun | None = None
        sample: Sample | None = None
        try:
            with self._worker.sample(program, prepared.task.entry_point) as sample:
                for name in names:
                    part = _PartRun(prepared, name, sample, self._references)
                    outcomes[name] = part.run(limits)
                    if outcomes[name].status is not Status.PASS:
                        break
        except NotLoaded as error:
            outcomes[name] = judgement.of_loading(error.answer)
        except Ended as error:
            ended = error
        usage = sample.usage if sample else Usage(0.0, 0, 0)
        if ended:
            outcomes[name] = judgement.of_end(ended, usage)
            if part and limits.is_one_by_one and sample and sample.is_loaded:
                outcomes[name] = part.named(outcomes[name])
        return outcomes, usage.cpu_s


class _PartRun:
    """One part's tests in one process."""

    def __init__(self, prepared: PreparedTask, name: str, sample: Sample, references: References) -> None:
        self._prepared = prepared
        self._part = prepared.parts[name]
        self._sample = sample
        self._references = references
        self._oracle = Oracle(prepared.task)
        self._inputs: list[list[object]] | None = None
        self._test = self._part.start

    def named(self, outcome: Outcome) -> Outcome:
        """Name the test that an outcome happened at: the first one that was not answered."""
        return outcome.at(self._test, self._shown_input(self._test))

    def run(self, limits: TestLimits) -> Outcome:
        """Go through the tests up to the first that fails. Raises what `Sample.go` raises."""
        spent = self._sample.cpu_seconds()
        test = self._part.start
        if test == self._part.end:
            self._sample.go(test, test, limits.floor_s)  # no tests: it has to load
        while test < self._part.end:
            self._test = test
            stop, cpu_limit = limits.stretch(test, self._part.end)
            batch = self._sample.go(test, stop, cpu_limit)
            behind = test + len(batch) // SIZE
            expected = self._prepared.expected_prints(test, behind)
            if batch != expected:
                outcome = self._compare(test, batch, expected)
                if outcome.status is not Status.PASS:
                    return outcome
            test = behind
            if self._sample.cpu_seconds() - spent > limits.part_s:
                raise Ended("total")
        return PASSED

    def _compare(self, start: int, batch: bytes, expected: bytes) -> Outcome:
        """Compare the values of a batch from the first that differs in its fingerprint."""
        count = len(batch) // SIZE
        same = [batch[at : at + SIZE] == expected[at : at + SIZE] for at in range(0, len(batch), SIZE)]
        index = same.index(False)
        while index < count:
            for answer in self._sample.answers(start + index):
                if index >= count:
                    raise Ended("protocol")
                if not same[index]:
                    if answer.tag != wire.VALUE:
                        return judgement.of_answer(answer).at(start + index, self._shown_input(start + index))
                    outcome = self._compare_value(start + index, answer.content)
                    if outcome.status is not Status.PASS:
                        return outcome
                index += 1
        return PASSED

    def _compare_value(self, test: int, content: bytes) -> Outcome:
        try:
            got = decode(content)
        except BadEncoding as error:
            return Outcome(Status.FAIL, error=f"it sent no proper value: {error}").at(test, self._shown_input(test))
        try:
            expected = self._references.output(self._prepared, test)
        except NoOutput as error:
            # Too large a value to fetch: the fingerprints differ, and that decides.
            expected, shown, equal = None, f"<{error}>", False
        else:
            has_floats = self._part.first_floats < test
            equal = self._oracle.accepts(got, expected, self._input(test), has_floats)
            shown = shorten(expected)
        if equal:
            return PASSED
        reason = f"the type {got.type_name} is not plain data" if isinstance(got, Opaque) else None
        found = Outcome(Status.FAIL, expected=shown, got=shorten(got), error=reason)
        return found.at(test, self._shown_input(test))

    def _input(self, test: int) -> list[object]:
        if self._inputs is None:
            self._inputs = marshal.loads(self._prepared.inputs)
        return self._inputs[test]

    def _shown_input(self, test: int) -> str:
        return shorten(tuple(self._input(test)))


def _within(part: Part, test: int | None) -> int | None:
    return None if test is None else test - part.start
