"""The execution probe: does a function of a training answer pass a benchmark's tests?

Finds copies that share no word with the task: renamed, told in other words or in another language, as long as the
answer is a Python function that returns what the task asks for. All of it runs in the harness's sandbox. Many
functions that are nobody's copy pass too ("add two numbers"), so a hit is a reason for removal only where the texts
are alike, or where the function and the task's reference are more than a line; otherwise it is listed.

What it does not find: answers in other languages, that print, that read input, or whose function takes its arguments
in another order or form. Benchmarks whose tests are programs and not calls are not probed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from queue import SimpleQueue

from fusion.decontamination.answer_functions import AnswerFunction, functions_of
from fusion.decontamination.benchmark_texts import BenchmarkText
from fusion.decontamination.hit import Hit
from fusion.decontamination.likeness import Likeness
from fusion.decontamination.probe_tests import MOST_TESTS, ProbeTask, Table, tables_of
from fusion.decontamination.probing import CALL_CPU_S, LIMITS, Probed, Prober
from harness.records import Benchmark
from harness.sandbox.levels import strongest
from harness.sandbox.pair import WorkerPair

LIKE = 0.3
"""Share of the task's words, weighted, from which a passing answer is taken for the task's."""
NODES = 15
"""Size of the syntax tree from which a function is more than a line that anybody writes: `return sorted(set(l))` is 14,
with its head."""
_FIRST = 8

OnProgress = Callable[[int, int], None]


@dataclass
class Tally:
    """How much the probe could try."""

    rows: int = 0
    """Rows with a function that could be tried."""
    functions: int = 0
    """Different functions in them."""
    given_up: int = 0
    """Of these, how many hung or died so often that not all tasks were tried."""


@dataclass(frozen=True)
class _Row:
    """One answer: what is to be tried of it, and how like the tasks its text is."""

    row_id: str
    text: str
    functions: tuple[AnswerFunction, ...]


def probe(
    answers: Iterable[tuple[str, str]],
    benchmarks: Sequence[Benchmark],
    texts: Sequence[BenchmarkText],
    *,
    instructions: Mapping[str, str] | None = None,
    workers: int | None = None,
    sandbox: str = "auto",
    on_progress: OnProgress = lambda _done, _total: None,
    tally: Tally | None = None,
) -> Iterator[tuple[str, tuple[Hit, ...]]]:
    """Run the functions of answers on the benchmarks' tests.

    Args:
        answers: Row id and answer, a program or a chat answer with programs in fences.
        benchmarks: Whose tests to run; tasks whose tests are no calls have no part in it.
        texts: The tasks' texts, to tell how like a row is to the task that it passes.
        instructions: What the rows ask, by row id; counts for the likeness only.
        workers: Sandboxes at a time; None for one a core.
        sandbox: `auto`, `weak` or a level.
        on_progress: Called with the functions that are done and all of them.
        tally: Is filled in.

    Returns:
        Row id and hits of every row, in the rows' order; the score of a hit is the likeness of the texts.

    Raises:
        SandboxTooWeak: This machine can not contain untrusted code.
    """
    asked = instructions or {}
    rows = [
        _Row(row_id, f"{asked.get(row_id, '')}\n{answer}", tuple(functions_of(answer))) for row_id, answer in answers
    ]
    likeness = Likeness(texts)
    tally = tally or Tally()
    tally.rows = sum(bool(row.functions) for row in rows)
    # Rows that hold the same function share its run; it is tried in the order that suits the first of them.
    first_row: dict[str, _Row] = {}
    functions: dict[str, AnswerFunction] = {}
    for row in rows:
        for function in row.functions:
            functions.setdefault(function.program, function)
            first_row.setdefault(function.program, row)
    passed: dict[str, tuple[ProbeTask, ...]] = {}
    if functions:
        with _Pool(workers or len(os.sched_getaffinity(0)), sandbox) as pool:
            tables = pool.tables(benchmarks)
            found = pool.probe(functions, first_row, tables, likeness)
            for done, (program, probed) in enumerate(found, start=1):
                passed[program] = probed.passed
                tally.functions = done
                tally.given_up += probed.untried > 0
                on_progress(done, len(functions))
    for row in rows:
        yield row.row_id, tuple(_hits(row, passed, likeness))


def settings(benchmarks: Sequence[Benchmark]) -> dict[str, object]:
    """Say what a data set's record has to say of the probe.

    Args:
        benchmarks: Those whose tests were run.
    """
    return {
        "benchmarks": [benchmark.name for benchmark in benchmarks],
        "tests_a_task": MOST_TESTS,
        "cpu_seconds_a_call": CALL_CPU_S,
        "likeness": LIKE,
        "nodes": NODES,
    }


def _hits(row: _Row, passed: Mapping[str, tuple[ProbeTask, ...]], likeness: Likeness) -> Iterator[Hit]:
    best: dict[tuple[str, str], tuple[int, str]] = {}
    for function in row.functions:
        for task in passed.get(function.program, ()):
            key = task.benchmark, task.task_id
            best[key] = max(best.get(key, (0, "")), (min(function.nodes, task.nodes), function.name))
    if not best:
        return
    alike = likeness.of(row.text)
    for (benchmark, task_id), (nodes, name) in sorted(best.items()):
        score = alike.get((benchmark, task_id), 0.0)
        yield Hit(benchmark, task_id, "execution", round(score, 4), f"def {name}", score >= LIKE or nodes >= NODES)


class _Pool:
    """Sandboxes, each used by one thread at a time. Use as a context manager."""

    def __init__(self, workers: int, sandbox: str) -> None:
        self._count, self._sandbox = workers, sandbox
        self._files = ExitStack()
        self._free: SimpleQueue[WorkerPair] = SimpleQueue()

    def __enter__(self) -> _Pool:
        first, found = strongest(LIMITS, self._sandbox)
        others = [WorkerPair(found.level, LIMITS) for _ in range(self._count - 1)]
        for worker in (first, *others):
            self._free.put(self._files.enter_context(closing(worker)))
        self._threads = self._files.enter_context(ThreadPoolExecutor(self._count))
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._files.close()

    def tables(self, benchmarks: Iterable[Benchmark]) -> dict[int, Table]:
        """Make the tables of tests, by number of arguments."""
        worker = self._free.get()
        try:
            return tables_of(benchmarks, worker)
        finally:
            self._free.put(worker)

    def probe(
        self,
        functions: Mapping[str, AnswerFunction],
        first_row: Mapping[str, _Row],
        tables: Mapping[int, Table],
        likeness: Likeness,
    ) -> Iterator[tuple[str, Probed]]:
        """Try all functions, those of one table after those of another, and give what each passes."""

        def of_one(program: str) -> tuple[str, Probed]:
            function = functions[program]
            alike = likeness.of(first_row[program].text)
            found: list[ProbeTask] = []
            untried = 0
            worker = self._free.get()
            try:
                for arity in function.arities:
                    if arity in tables:
                        table = tables[arity]
                        near = [alike.get((task.benchmark, task.task_id), 0.0) for task in table.tasks]
                        order = sorted(range(len(near)), key=lambda task: -near[task])[:_FIRST]
                        done = Prober(worker, table).probe(function, [task for task in order if near[task] >= LIKE])
                        found += done.passed
                        untried += done.untried
            finally:
                self._free.put(worker)
            return program, Probed(tuple(found), untried)

        return self._threads.map(of_one, sorted(functions, key=lambda program: functions[program].arities.start))
