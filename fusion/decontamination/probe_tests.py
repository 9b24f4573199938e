"""The tests that answers are run on: a few dozen of each task's calls, the telling and short ones first.

Tables hold the calls of all tasks with the same number of arguments, every task's first test in front, so that one
process can try a function on hundreds of tasks. What the references answer is found out once, in the same sandbox.
"""

from __future__ import annotations

import marshal
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from fusion.decontamination.answer_functions import functions_of
from harness.grading import expected_files
from harness.grading.oracle import Oracle, expects_not_none
from harness.grading.reference import reference_program
from harness.records import Benchmark, Task
from harness.sandbox import wire
from harness.sandbox.fingerprint import SIZE, expected_fingerprint
from harness.sandbox.pair import WorkerPair
from harness.sandbox.sample import Ended, NotLoaded
from harness.sandbox.values import decode

MOST_TESTS = 40
"""A function that passes so many of EvalPlus's tests and fails a later one does almost the same."""
FEWEST_TESTS = 5
"""With fewer, as one task of MBPP+ has, much passes that is something else."""
_INPUT_BYTES = 2_000
_VALUE_BYTES = 4_000
_REFERENCE_CPU_S = 0.2
_LENIENT = frozenset({"are_equivalent", "sum_div"})
"""Tasks of MBPP+ whose rule accepts what is no answer; those that only have to return something are left out too."""
_TELLS_LITTLE: tuple[object, ...] = (None, True, False, 0, 1, -1, "", [], (), {}, set())


@dataclass(frozen=True)
class ProbeTest:
    """One call, and what the reference answers."""

    arguments: list[object]
    expected: object
    fingerprint: bytes


@dataclass(frozen=True)
class ProbeTask:
    """One task's tests, in the order that they are run in."""

    benchmark: str
    task_id: str
    oracle: Oracle
    tests: tuple[ProbeTest, ...]
    nodes: int
    """Size of the reference's syntax tree: what one line solves is solved by chance."""


class Table:
    """The tests of all tasks whose functions take the same number of arguments.

    Args:
        tasks: The tasks; none without tests.
    """

    def __init__(self, tasks: Sequence[ProbeTask]) -> None:
        self.tasks = tuple(tasks)
        self.tests = [task.tests[0] for task in tasks]
        """The first test of each task, then the others, task by task."""
        self.rest: list[range] = []
        """Where each task's other tests are."""
        for task in tasks:
            self.rest.append(range(len(self.tests), len(self.tests) + len(task.tests) - 1))
            self.tests += task.tests[1:]
        self.inputs = marshal.dumps([test.arguments for test in self.tests], 2)


def tables_of(benchmarks: Iterable[Benchmark], worker: WorkerPair) -> dict[int, Table]:
    """Make the tables, by number of arguments.

    Args:
        benchmarks: Those whose tests are calls; others have no part in it.
        worker: Runs the references.

    Returns:
        Tables that hold tasks, by the number of arguments.
    """
    by_arity: defaultdict[int, list[ProbeTask]] = defaultdict(list)
    for benchmark in benchmarks:
        known = expected_files.shipped(benchmark) or expected_files.cached(benchmark)
        for task in benchmark.tasks.values():
            slow = known[task.task_id].slow if task.task_id in known else {}
            if _can_be_probed(task) and len(tests := _tests(task, slow, worker)) >= FEWEST_TESTS:
                probed = ProbeTask(benchmark.name, task.task_id, Oracle(task), tests, _nodes(task))
                by_arity[len(tests[0].arguments)].append(probed)
    return {arity: Table(tasks) for arity, tasks in sorted(by_arity.items()) if arity}


def _can_be_probed(task: Task) -> bool:
    return task.kind == "calls" and task.entry_point not in _LENIENT and not expects_not_none(task)


def _nodes(task: Task) -> int:
    return max((item.nodes for item in functions_of(task.reference) if item.name == task.entry_point), default=0)


def _tests(task: Task, slow: Container[int], worker: WorkerPair) -> tuple[ProbeTest, ...]:
    """Choose a task's tests and run its reference on them; empty where that can not be done here."""
    calls = _chosen(task, slow)
    worker.use_inputs(marshal.dumps(calls, 2))
    tests: list[ProbeTest] = []
    try:
        with worker.sample(reference_program(task), task.entry_point) as sample:
            at = 0
            while at < len(calls):
                behind = at + len(sample.go(at, len(calls), _REFERENCE_CPU_S)) // SIZE
                while at < behind:
                    for answer in sample.answers(at):
                        if answer.tag == wire.VALUE and len(answer.content) <= _VALUE_BYTES:
                            value = decode(answer.content)
                            tests.append(ProbeTest(calls[at], value, expected_fingerprint(value)))
                        at += 1
    except (Ended, NotLoaded):
        pass  # what it answered so far will do
    return tuple(sorted(tests, key=_order))


def _chosen(task: Task, slow: Container[int]) -> list[list[object]]:
    """Give the benchmark's own tests and short ones of those that EvalPlus added, without the slow."""
    arity = len(task.base_input[0]) if task.base_input else 0
    sized = [
        (number >= len(task.base_input), size, number, arguments)
        for number, arguments in enumerate([*task.base_input, *task.plus_input])
        if number not in slow and len(arguments) == arity and (size := len(marshal.dumps(arguments, 2))) <= _INPUT_BYTES
    ]
    base = sorted(item for item in sized if not item[0])[: MOST_TESTS // 2]
    plus = sorted((item for item in sized if item[0]), key=lambda item: item[1:3])
    # Every third of the added ones: the very shortest are empty, and much alike.
    spread = plus[:: max(1, min(3, len(plus) // (MOST_TESTS - len(base))))][: MOST_TESTS - len(base)]
    return [item[3] for item in [*base, *spread]]


def _order(test: ProbeTest) -> tuple[bool, bool, int]:
    """Sort what few functions would answer by chance to the front, short calls first."""
    is_given_back = any(_is_same(test.expected, argument) for argument in test.arguments)
    tells_little = any(_is_same(test.expected, value) for value in _TELLS_LITTLE)
    return is_given_back, tells_little, len(repr(test.arguments))


def _is_same(left: object, right: object) -> bool:
    return type(left) is type(right) and left == right
