"""From verdicts to the numbers of a run: pass@k of each column, with its interval, and counts by status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from harness.grading.pass_at_k import mean_pass_at_k, wilson
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
    counted = [verdict for verdict in verdicts if verdict.status.is_counted]
    columns: list[tuple[str, Callable[[Verdict], bool]]] = []
    if benchmark.is_plus:
        columns.append((benchmark.base_name, lambda verdict: verdict.base_status is Status.PASS))
    columns.append((benchmark.name, lambda verdict: verdict.status is Status.PASS))
    return [score for name, passes in columns for score in _column(name, passes, counted, len(benchmark.tasks))]


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


def _column(
    name: str, passes: Callable[[Verdict], bool], verdicts: Sequence[Verdict], task_count: int
) -> Iterable[Score]:
    samples: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for verdict in verdicts:
        samples[verdict.task_id] += 1
        passed[verdict.task_id] += passes(verdict)
    if not samples:
        return
    fewest = min(samples.values())
    for k in _KS:
        value = mean_pass_at_k([(samples[task_id], passed[task_id]) for task_id in samples], k)
        if value is None:
            continue
        low, high = wilson(value * len(samples), len(samples))
        yield Score(name, k, value, low, high, len(samples), task_count, fewest, passed.total())
