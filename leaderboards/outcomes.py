"""What each run did on each task: counted samples and passed ones, a column at a time.

Reads `outcomes.json` where it is that of the verdicts, else the verdicts themselves; both give the same. Samples that
the harness could not grade are left out, and a task without any other sample is left out with them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.formats.outcomes_file import column_passes, count_outcomes, kept_outcomes
from harness.formats.run_folder import RunFolder
from harness.records import RunRecord


@dataclass(frozen=True)
class Outcomes:
    """One run's counts in one column."""

    column: str
    tasks: tuple[str, ...]
    """Ids of the tasks with at least one counted sample, in the order of the verdicts."""
    samples: NDArray[np.int64]
    """Counted samples of each task, shape (tasks,), at least 1."""
    passed: NDArray[np.int64]
    """Those that passed."""

    @property
    def rates(self) -> NDArray[np.float64]:
        """The share of samples that passed, a task each."""
        return self.passed / self.samples

    @property
    def is_binary(self) -> bool:
        """Whether every task has one sample, so that every rate is 0 or 1."""
        return bool((self.samples == 1).all())


def read_outcomes(folder: RunFolder, record: RunRecord | None = None) -> dict[str, Outcomes]:
    """Read what a run did on each task.

    Args:
        folder: The run's folder.
        record: Its record, if it was read already.

    Returns:
        The outcomes by column: `humaneval` and `humaneval+` of a run on `humaneval+`.

    Raises:
        InputError: The run has no record, or its verdicts are damaged; the file is named.
    """
    counted = kept_outcomes(folder)
    if counted is None:
        record = record or folder.load()
        columns = list(dict.fromkeys(score.column for score in record.scores)) or [record.benchmark]
        counted = count_outcomes(column_passes(record.benchmark, columns), folder.verdicts())
    samples = _array(counted.samples)
    return {name: Outcomes(name, counted.tasks, samples, _array(passed)) for name, passed in counted.passed.items()}


def _array(counts: Sequence[int]) -> NDArray[np.int64]:
    if isinstance(counts, bytes):  # twenty times as fast
        return np.frombuffer(counts, dtype=np.uint8).astype(np.int64)
    return np.array(counts, dtype=np.int64)


def on_common_tasks(
    outcomes: Sequence[Outcomes],
) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.int64]]:
    """Line up several runs on the tasks that all of them have, in the order of the first.

    Args:
        outcomes: One a model.

    Returns:
        The tasks' ids; counted samples and passed ones, both of shape (models, tasks).

    Example:
        >>> one = Outcomes("own", ("a", "b"), np.array([1, 1]), np.array([1, 0]))
        >>> two = Outcomes("own", ("b", "c"), np.array([2, 2]), np.array([1, 2]))
        >>> tasks, samples, passed = on_common_tasks([one, two])
        >>> tasks, samples.tolist(), passed.tolist()
        (('b',), [[1], [2]], [[0], [1]])
    """
    if not outcomes:
        return (), np.zeros((0, 0), dtype=np.int64), np.zeros((0, 0), dtype=np.int64)
    first = outcomes[0].tasks
    if all(one.tasks == first for one in outcomes):
        return first, np.stack([one.samples for one in outcomes]), np.stack([one.passed for one in outcomes])
    common = set(first).intersection(*(one.tasks for one in outcomes[1:]))
    tasks = tuple(task for task in first if task in common)
    samples, passed = [], []
    for one in outcomes:
        places = {task: place for place, task in enumerate(one.tasks)}
        chosen = np.array([places[task] for task in tasks], dtype=np.intp)
        samples.append(one.samples[chosen])
        passed.append(one.passed[chosen])
    return tasks, np.stack(samples), np.stack(passed)


_MULTIPL_E_TASK = re.compile(r"(?P<family>[A-Za-z]+)_(?P<number>\d+)_.*", re.DOTALL)
_FAMILIES = {"humaneval": "HumanEval", "mbpp": "Mbpp"}


@functools.cache
def problem_of(task_id: str) -> str:
    """Name the problem that a task asks: one problem in several languages is one cluster of a test.

    Args:
        task_id: As in a benchmark.

    Example:
        >>> [problem_of(name) for name in ("HumanEval_53_add", "HumanEval/53", "mbpp_3_is_not_prime", "Mbpp/3", "own")]
        ['HumanEval/53', 'HumanEval/53', 'Mbpp/3', 'Mbpp/3', 'own']
    """
    match = _MULTIPL_E_TASK.fullmatch(task_id)
    family = _FAMILIES.get(match["family"].lower()) if match else None
    return f"{family}/{match['number']}" if match and family else task_id
