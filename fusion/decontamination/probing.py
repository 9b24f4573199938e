"""One function on all tasks that it could solve, in as few processes as it survives.

A process tries the first test of every task in turn; only where the answer is the reference's are the other tests run,
up to the first that fails. What hangs is found by going on test by test, and passed over.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fusion.decontamination.answer_functions import AnswerFunction
from fusion.decontamination.probe_tests import ProbeTask, ProbeTest, Table
from harness.errors import WorkerLost
from harness.records import Limits
from harness.sandbox import wire
from harness.sandbox.fingerprint import SIZE, small_value
from harness.sandbox.pair import WorkerPair
from harness.sandbox.sample import Ended, NotLoaded, Sample
from harness.sandbox.values import BadEncoding, decode

CALL_CPU_S = 0.1
MOST_ENDS = 4
"""Processes that a function may hang or kill before the rest of the tasks is given up."""
_WALL_FACTOR = 100.0
"""On a busy machine a call of a tenth of a second may wait for seconds; who only sleeps is told from that and ended."""
LIMITS = Limits(
    floor_s=CALL_CPU_S,
    memory_bytes=1 << 30,
    output_bytes=4 << 20,
    scratch_bytes=1 << 20,
    wall_factor=_WALL_FACTOR,
)
_VALUE_BYTES = 64_000
"""Longer answers are not looked at: no expected one is nearly as long, and decoding takes this process's time."""


@dataclass(frozen=True)
class Probed:
    """What came of one function."""

    passed: tuple[ProbeTask, ...]
    """The tasks all of whose tests it passes."""
    untried: int = 0
    """Tasks that were given up because it hung or died too often."""


class Prober:
    """Tries functions on the tasks of one table.

    Args:
        worker: The sandbox.
        table: The tasks.
    """

    def __init__(self, worker: WorkerPair, table: Table) -> None:
        self._worker, self._table = worker, table

    def probe(self, function: AnswerFunction, first: Sequence[int] = ()) -> Probed:
        """Try a function.

        Args:
            function: What to call.
            first: Indexes of the tasks to try first, the likely ones: what hangs is given up in the end.
        """
        whole = range(len(self._table.tasks))
        run = _Run(self._worker, self._table, function, [*(range(task, task + 1) for task in first), whole])
        run.go_through()
        return Probed(tuple(self._table.tasks[task] for task in sorted(run.passed)), sum(map(len, run.todo)))


class _Run:
    """One function while it is tried."""

    def __init__(self, worker: WorkerPair, table: Table, function: AnswerFunction, todo: Iterable[range]) -> None:
        self._worker, self._table, self._function = worker, table, function
        self.todo = deque(todo)
        """The tasks that are not tried yet; the first of the first is the next."""
        self.passed: set[int] = set()
        self._ends = 0
        self._is_stepwise = False

    def go_through(self) -> None:
        """Try the tasks, in as many processes as it takes."""
        while self.todo and self._ends < MOST_ENDS:
            self._worker.use_inputs(self._table.inputs)
            try:
                with self._worker.sample(self._function.program, self._function.entry_point) as sample:
                    while self.todo:
                        self._next(sample)
            except NotLoaded:
                self.todo.clear()
            except (Ended, WorkerLost):
                if not self.todo:
                    return  # it was lost at its end
                if self._is_stepwise or len(self.todo[0]) == 1:
                    self._ends += 1
                    self._go_on_at(self.todo[0].start + 1)
                else:
                    self._is_stepwise = True  # a batch does not tell which of its tests ended it

    def _next(self, sample: Sample) -> None:
        began, stop = self.todo[0].start, self.todo[0].stop
        right = self._right(sample, began, began + 1 if self._is_stepwise else stop)
        for task in (began + index for index, is_right in enumerate(right) if is_right):
            self._go_on_at(task)
            if task not in self.passed and self._passes_rest(sample, task):
                self.passed.add(task)
        self._go_on_at(began + len(right))

    def _go_on_at(self, task: int) -> None:
        stop = self.todo.popleft().stop
        if task < stop:
            self.todo.appendleft(range(task, stop))

    def _passes_rest(self, sample: Sample, task: int) -> bool:
        rest = self._table.rest[task]
        at = rest.start
        while at < rest.stop:
            right = self._right(sample, at, rest.stop)
            if not all(right):
                return False
            at += len(right)
        return True

    def _right(self, sample: Sample, start: int, stop: int) -> list[bool]:
        """Run tests from `start`, as far as one batch goes, and say of each whether the answer is right."""
        batch = sample.go(start, stop, CALL_CPU_S)
        prints = [batch[at : at + SIZE] for at in range(0, len(batch), SIZE)]
        tests = self._table.tests[start : start + len(prints)]
        right = [self._at_once(print_, test) for print_, test in zip(prints, tests, strict=True)]
        if None not in right:
            return [bool(item) for item in right]
        index = right.index(None)
        while index < len(right):
            for answer in sample.answers(start + index):
                if index >= len(right):
                    raise Ended("protocol")
                if right[index] is None:
                    right[index] = self._decoded(answer.tag, answer.content, tests[index], start + index)
                index += 1
        return [bool(item) for item in right]

    def _at_once(self, print_: bytes, test: ProbeTest) -> bool | None:
        """Judge by the fingerprint where that decides; None where the value has to be seen."""
        if print_ == test.fingerprint:
            return True
        if print_ in _ERRORS:
            return False
        small = small_value(print_)
        if small is not None and not isinstance(test.expected, float):
            return False if not isinstance(small[0], int) else small[0] == test.expected
        if isinstance(test.expected, bool | str | None):
            return False
        return None

    def _decoded(self, tag: int, content: bytes, test: ProbeTest, number: int) -> bool:
        if tag != wire.VALUE or len(content) > _VALUE_BYTES:
            return False
        try:
            got = decode(content)
        except BadEncoding:
            return False
        oracle = self._task_of(number).oracle
        try:
            is_right = oracle.accepts(got, test.expected, test.arguments, has_floats=True)
            return is_right or bool(_as_lists(got) == _as_lists(test.expected))
        except Exception:  # what cannot be compared, as arrays in lists, is not equal
            return False

    def _task_of(self, number: int) -> ProbeTask:
        if number < len(self._table.tasks):
            return self._table.tasks[number]
        return next(task for task, rest in zip(self._table.tasks, self._table.rest, strict=True) if number in rest)


_ERRORS = frozenset(mark for tag, mark in wire.MARK.items() if tag != wire.VALUE)


def _as_lists(value: object) -> object:
    """A tuple instead of a list makes no other answer of it."""
    return [_as_lists(item) for item in value] if isinstance(value, list | tuple) else value
