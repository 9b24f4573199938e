"""From verdicts to the numbers of a run: pass@k of each column, with its interval, and counts by status."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from harness.formats.outcomes_file import column_passes, count_outcomes
from harness.grading.pass_at_k import pass_at_k
from harness.grading.task_interval import task_interval
from harness.records import Benchmark, Score, Status, Verdict

_KS = (1, 10, 100)


def scores(benchmark: Benchmark, verdicts: Sequence[Verdict]) -> list[Score]:
    """Score a run: the benchmark's column, and before it the column of its base tests where it has plus tests.

    Samples that the harness could not grade are left out; tasks without a sample are not scored, and the score says
    over how many tasks it is. pass@k is given where every scored task has k samples.

    Args:
        benchmark: The benchmark.
        verdicts: One a sample.
    """
    columns = [*([benchmark.base_name] if benchmark.is_plus else []), benchmark.name]
    counted = count_outcomes(column_passes(benchmark.name, columns), verdicts)
    return [
        score
        for name in columns
        for score in column_scores(name, counted.samples, counted.passed[name], len(benchmark.tasks))
    ]


def status_counts(benchmark: Benchmark, verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Count samples by status, and as `skipped` the tasks that have none."""
    counts: Counter[str] = Counter()
    answered = set()
    for verdict in verdicts:
        counts[verdict.status.value] += 1
        answered.add(verdict.task_id)
    skipped = len(benchmark.tasks) - len(answered)
    if skipped:
        counts[Status.SKIPPED.value] += skipped
    return {status.value: counts[status.value] for status in Status if counts[status.value]}


def column_scores(column: str, samples: Sequence[int], passed: Sequence[int], of_tasks: int) -> list[Score]:
    """Score one column for every k that the number of samples allows.

    Args:
        column: Its name.
        samples: Counted samples of each scored task, at least one.
        passed: Those that passed.
        of_tasks: How many tasks the benchmark has.

    Example:
        >>> [(score.k, score.value, score.interval) for score in column_scores("own", [2, 2], [2, 1], 3)]
        [(1, 0.75, 'logit-t-95')]
    """
    if not samples:
        return []
    fewest = min(samples)
    is_single = max(samples) == 1
    scores = []
    for k in _KS:
        estimates = [pass_at_k(n, c, k) for n, c in zip(samples, passed, strict=True)]
        known = [estimate for estimate in estimates if estimate is not None]
        if len(known) < len(estimates):
            continue
        low, high, kind = task_interval(known, is_binary=is_single)
        value = math.fsum(known) / len(known)
        scores.append(Score(column, k, value, low, high, len(known), of_tasks, fewest, sum(passed), kind))
    return scores
