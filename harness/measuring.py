"""What a benchmark's references answer: as it is shipped or cached, else measured now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.engines.local import LocalEngine
from harness.grading import expected_files
from harness.grading.expected import Expected
from harness.records import Benchmark
from harness.run_progress import Progress


def find_expected(
    benchmark: Benchmark, task_ids: set[str], engine: LocalEngine, on_progress: Callable[[Progress], None]
) -> Mapping[str, Expected]:
    """Give what the references answer to the tests of tasks whose tests are calls.

    Args:
        benchmark: Whose tasks they are.
        task_ids: The tasks.
        engine: Where a reference is run whose answers are not known.
        on_progress: Called after each that was run.
    """
    by_calls = [benchmark.tasks[task_id] for task_id in sorted(task_ids)]
    by_calls = [task for task in by_calls if task.kind == "calls"]
    found = expected_files.shipped(benchmark) or expected_files.cached(benchmark)
    missing = [task for task in by_calls if task.task_id not in found]
    for number, (task, item) in enumerate(engine.measure(missing), start=1):
        found[task.task_id] = item
        on_progress(Progress(number, len(missing), 0, "references"))
    if missing:
        expected_files.cache(benchmark, found)
    counts = {task.task_id: len(task.base_input) + len(task.plus_input) for task in by_calls}
    return {task_id: found[task_id].first(count) for task_id, count in counts.items()}
