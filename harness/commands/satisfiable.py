"""The score over the problems that a correct answer can pass, where some are known that none can."""

from __future__ import annotations

from harness.benchmarks.multipl_e_known_bad import unsatisfiable
from harness.formats.outcomes_file import column_passes, count_outcomes
from harness.formats.run_folder import RunFolder
from harness.records import RunRecord


def satisfiable_words(record: RunRecord, folder: RunFolder) -> str:
    """Say the score without the problems whose tests fail every correct answer; empty where none is known.

    Args:
        record: The run.
        folder: Where its verdicts are.
    """
    known = unsatisfiable(record.benchmark, record.benchmark_version)
    if not known:
        return ""
    from harness.scoring import column_scores

    verdicts = [verdict for verdict in folder.verdicts() if verdict.task_id not in known]
    counted = count_outcomes(column_passes(record.benchmark, [record.benchmark]), verdicts)
    of_tasks = record.task_count - len(known)
    found = column_scores(record.benchmark, counted.samples, counted.passed[record.benchmark], of_tasks)
    if not found:
        return ""
    first = found[0]
    interval = f"[{100 * first.low:.1f}, {100 * first.high:.1f}]"
    many = (
        f"{len(known)} problems that no correct answer passes" if len(known) > 1 else "1 that no correct answer passes"
    )
    return f"{100 * first.value:.1f}%  {interval}  over {first.tasks} tasks, without {many}"
