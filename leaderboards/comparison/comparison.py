"""Runs beside each other, task by task: how far apart they are, in which tasks, and whether it is real.

Covers two runs and more, one benchmark and several of each contender. Every pair is compared on the tasks that all
contenders have; with more than two, p-values hold over all pairs of a column (Holm). Does not cover training seeds:
a claim about a recipe is `statistics.seed_level_difference`.
"""

from __future__ import annotations

import itertools
import math
import string
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from harness.errors import InputError, nearest
from leaderboards.comparison.fields import other_differences, refuse_unlike
from leaderboards.comparison.findings import TOGETHER, ColumnComparison, Contender, Findings, Pair
from leaderboards.outcomes import Outcomes, on_common_tasks, problem_of
from leaderboards.standings import LEVEL
from leaderboards.statistics import (
    PairedDifference,
    all_pairs,
    cochran_q,
    holm,
    minimum_detectable_effect,
    paired_difference,
    unpaired_difference,
)
from leaderboards.task_lists import task_order


def letters() -> Iterator[str]:
    """Give what contenders are called: A to Z, then AA, AB and so on.

    Example:
        >>> names = letters()
        >>> [next(names) for _ in range(28)][-2:]
        ['AA', 'AB']
    """
    for length in itertools.count(1):
        yield from map("".join, itertools.product(string.ascii_uppercase, repeat=length))


def compare(contenders: Sequence[Contender], *, is_paired: bool = True) -> Findings:
    """Compare contenders in every column that all of them fill.

    Args:
        contenders: At least two, with runs on the same benchmarks in the same order.
        is_paired: Whether tasks are matched. Only two contenders can be compared without that.

    Returns:
        For several benchmarks the tasks of all of them together come first, then each benchmark's own columns; within
        a benchmark the one with more tests comes before that of the base tests.

    Raises:
        InputError: Runs can not be paired, for they differ in their data, n or prompt style; or they have no column or
            no task in common.
    """
    if len(contenders) < 2:
        raise InputError(f"{len(contenders)} run can not be compared", hint="name two or more: fuseval compare A B")
    if not is_paired and len(contenders) > 2:
        raise InputError(
            f"--unpaired compares two runs, not {len(contenders)}", hint="compare them two by two, or leave it away"
        )
    unlike = refuse_unlike(contenders, is_refused=is_paired)
    columns: list[ColumnComparison] = []
    main: list[ColumnComparison] = []
    for place in range(len(contenders[0].records)):
        found = [
            (_paired if is_paired else _unpaired)(column, place, [one.outcomes[place][column] for one in contenders])
            for column in _common_columns(contenders, place)
        ]
        main.append(found[0])
        columns += found
    if len(main) > 1 and is_paired:
        columns.insert(0, _together(main))
    return Findings(tuple(contenders), tuple(columns), is_paired, tuple(unlike), tuple(other_differences(contenders)))


def _common_columns(contenders: Sequence[Contender], place: int) -> list[str]:
    """Give the columns that all fill, a benchmark's own before that of its base tests."""
    common = set.intersection(*(set(one.outcomes[place]) for one in contenders))
    if not common:
        raise InputError(
            "the runs have no column in common: "
            + ", ".join(f"{one.letter} has {' and '.join(one.outcomes[place])}" for one in contenders),
            hint="compare runs on the same benchmark",
        )
    benchmarks = {one.records[place].benchmark for one in contenders}
    return sorted(common, key=lambda column: (column not in benchmarks, column))


def _paired(column: str, place: int, outcomes: Sequence[Outcomes]) -> ColumnComparison:
    task_ids, samples, passed = on_common_tasks(outcomes)
    if not task_ids:
        raise InputError(
            f"the runs have no task of {column} in common",
            hint=f"one has {outcomes[0].tasks[0]}, another {outcomes[1].tasks[0]}"
            if all(one.tasks for one in outcomes)
            else "a run without any graded sample can not be compared",
        )
    order = sorted(range(len(task_ids)), key=lambda task: task_order(task_ids[task]))
    ordered = tuple(task_ids[task] for task in order)
    problems = [problem_of(task) for task in ordered]
    return _compared(column, ordered, samples[:, order], passed[:, order], problems, place=place)


def _together(parts: Sequence[ColumnComparison]) -> ColumnComparison:
    """Compare over the tasks of several benchmarks, where one problem may be asked in several languages."""
    problems = [problem_of(task) for part in parts for task in part.task_ids]
    samples, passed = (np.hstack([getattr(part, name) for part in parts]) for name in ("samples", "passed"))
    return _compared(TOGETHER, (), samples, passed, problems)


def _compared(
    column: str,
    task_ids: tuple[str, ...],
    samples: NDArray[np.int64],
    passed: NDArray[np.int64],
    problems: Sequence[str],
    *,
    place: int | None = None,
) -> ColumnComparison:
    models, tasks = passed.shape
    rates = passed / samples
    is_clustered = len(set(problems)) < tasks
    clusters = problems if is_clustered else None
    places = list(itertools.combinations(range(models), 2))
    results = []
    for first, second in places:
        is_binary = bool((samples[[first, second]] == 1).all())
        results.append(paired_difference(rates[first], rates[second], clusters=clusters, is_binary=is_binary))
    variance = all_pairs(samples, passed, clusters=clusters).variance
    adjusted = holm([result.p_value for result in results])
    pairs = tuple(
        Pair(*place, result, p_value, _detectable(result, float(variance[place]), len(places)))
        for place, result, p_value in zip(places, results, adjusted, strict=True)
    )
    has_q = models > 2 and not is_clustered and bool((samples == 1).all())
    return ColumnComparison(
        column,
        task_ids,
        samples,
        passed,
        tuple(math.fsum(row) / tasks for row in rates),
        (tasks,) * models,
        pairs,
        place,
        cochran_q(passed) if has_q else None,
    )


def _detectable(result: PairedDifference, variance: float, comparisons: int) -> float | None:
    """Give the smallest true difference that is found with 80 % power, at the level of Holm's first step."""
    level = LEVEL / comparisons
    effect = minimum_detectable_effect(variance, result.tasks, alpha=level)
    if result.test == "mid-p McNemar":
        # mid-p of n tasks against none is 2^-n: fewer tasks than this, all of them one side's, are never significant.
        effect = max(effect, (math.floor(-math.log2(level)) + 1) / result.tasks)
    return effect if 0 < effect <= 1 else None


def _unpaired(column: str, place: int, outcomes: Sequence[Outcomes]) -> ColumnComparison:
    if not all(one.tasks for one in outcomes):
        raise InputError(f"a run has no graded sample in {column}", hint="score it again")
    first, second = (one.rates for one in outcomes)
    result = unpaired_difference(first, second)
    variance = sum(float(rates.var()) / rates.size for rates in (first, second))
    effect = minimum_detectable_effect(variance, 1)
    nothing = np.zeros((2, 0), dtype=np.int64)
    return ColumnComparison(
        column,
        (),
        nothing,
        nothing,
        (float(first.mean()), float(second.mean())),
        (first.size, second.size),
        (Pair(0, 1, result, result.p_value, effect if 0 < effect <= 1 else None),),
        place,
    )


def find_task(findings: Findings, name: str) -> tuple[ColumnComparison, str]:
    """Find the task that is meant.

    Args:
        findings: A paired comparison.
        name: The task's id, or what follows its slash: `32` for `HumanEval/32`.

    Returns:
        The deciding column of the benchmark that has it, and its id.

    Raises:
        InputError: No task or several of those compared are meant.
    """
    known = [(column, task) for column in findings.deciding for task in column.task_ids]
    found = [(column, task) for column, task in known if task == name]
    found = found or [(column, task) for column, task in known if task.endswith(f"/{name}")]
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(f"no task {name!r} is compared", hint=nearest(name, [task for _, task in known]))
    meant = [f"{task} of {column.column}" for column, task in found]
    raise InputError(f"{name!r} may mean {' or '.join(meant)}", hint=f"add --bench {found[0][0].column}")
