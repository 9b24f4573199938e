"""What can be wrong with one run, or with one row of published scores."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from harness.formats.imports.known_data import current_data
from harness.formats.outcomes_file import kept_outcomes
from harness.formats.reference_file import ReferenceRow, ReferenceTable
from harness.formats.run_folder import OUTCOMES_NAME
from harness.grading.grim import possible_counts
from harness.grading.pass_at_k import mean_pass_at_k
from harness.records import Score, Status
from leaderboards.lint.findings import Finding, Severity
from leaderboards.lint.verdicts import Graded
from leaderboards.possible_scores import impossible

CLOSE = 1e-9
"""Scores are stored with all their digits."""
WEAK_LEVELS = ("seccomp", "rlimits")
"""Sandbox levels that a run only has if it was asked for."""
AGAIN = "score or import it again"


def check_run(run: Graded) -> Iterator[Finding]:
    """Look at one run by itself.

    Args:
        run: The run as read.

    Yields:
        What is wrong with it.
    """
    for problem in run.problems:
        yield _finding(run, Severity.ERROR, "damaged-verdicts", problem, f"copy the folder again, or {AGAIN}")
    yield from _scores(run)
    if not run.problems:  # else they can not agree, and the cause is told already
        yield from _disagreements(run)
    yield from _ungraded(run)
    yield from _settings(run)
    yield from _data(run)


def check_table(table: ReferenceTable, name: str) -> Iterator[Finding]:
    """Look at published scores for values that no count of tasks gives (GRIM).

    Args:
        table: The table.
        name: What findings call it.

    Yields:
        A finding a value.
    """
    for row in table.rows:
        if row.samples not in (None, 1):
            continue  # over several samples a score need not be a whole count
        for column, value in row.values.items():
            what = _impossible_value(row, column, 100 * value)
            if what:
                at = f" ({row.link})" if row.link else ""
                to_do = f"look it up at its source{at}, and do not quote it"
                yield Finding(Severity.WARNING, "impossible-score", f"{name}: {row.model}", what, to_do)


def _impossible_value(row: ReferenceRow, column: str, percent: float) -> str:
    shown = f"{column} {percent:.{min(row.decimals, 4)}f}"
    if not 0 <= percent <= 100:
        return f"{shown} is no percentage"
    if column in row.possible_tasks and not row.possible_tasks[column]:
        return f"{shown} is no whole count of any number of tasks that {column} has had"
    tasks = row.tasks.get(column)
    if tasks is None or tasks < 1 or possible_counts(percent, tasks, row.decimals):
        return ""
    below = min(math.floor(percent * tasks / 100), tasks - 1)
    near = " and ".join(f"{k} are {100 * k / tasks:.{min(row.decimals + 1, 4)}f}" for k in (below, below + 1))
    return f"{shown} is no whole count of {tasks} tasks: {near}"


def _finding(run: Graded, severity: Severity, check: str, what: str, to_do: str) -> Finding:
    return Finding(severity, check, run.name, what, to_do)


def _scores(run: Graded) -> Iterator[Finding]:
    """Scores that nothing can give, whatever the verdicts are."""
    if not run.record.scores:
        yield _finding(run, Severity.ERROR, "no-score", "no sample was graded, so there is no score", AGAIN)
    counted = sum(count for status, count in run.record.counts.items() if _is_counted(status))
    for score in run.record.scores:
        what = _impossible_score(score, has_one_sample=counted == score.tasks)
        if what:
            yield _finding(run, Severity.ERROR, "impossible-score", f"{score.column}: {what}", AGAIN)


def _is_counted(status: str) -> bool:
    return status not in (Status.INFRA_ERROR, Status.SKIPPED)


def _impossible_score(score: Score, *, has_one_sample: bool) -> str:
    what = impossible(score)
    if what:
        return what
    count = score.value * score.tasks
    if has_one_sample and abs(count - round(count)) > CLOSE * score.tasks:
        below = min(math.floor(count), score.tasks - 1)
        near = " and ".join(f"{k} are {k / score.tasks:.4f}" for k in (below, below + 1))
        return f"{score.value:.6g} is no whole count of {score.tasks} tasks: {near}"
    return ""


def _disagreements(run: Graded) -> Iterator[Finding]:
    """A record that its own verdicts contradict."""
    found = Counter(line.status.value for line in run.verdicts.values())
    answered = {task_id for task_id, _ in run.verdicts}
    found[Status.SKIPPED.value] += max(0, run.record.task_count - len(answered))
    wrong = [
        f"{run.record.counts.get(status, 0)} {status}, not {found[status]}"
        for status in dict.fromkeys([*run.record.counts, *found])
        if run.record.counts.get(status, 0) != found[status]
    ]
    wrong += [text for score in run.record.scores if (text := _other_score(run, score))]
    if wrong:
        more = f", and {len(wrong) - 3} more differences" if len(wrong) > 3 else ""
        what = f"run.json disagrees with its own verdicts: it says {'; '.join(wrong[:3])}{more}"
        yield _finding(run, Severity.ERROR, "contradiction", what, f"one of the files was changed: {AGAIN}")
    kept = kept_outcomes(run.folder)
    if kept is None:
        return
    for column, passed in kept.passed.items():
        counts = dict(zip(kept.tasks, zip(kept.samples, passed, strict=True), strict=True))
        if counts != run.counts(column):
            what = f"{OUTCOMES_NAME}, which the board reads, disagrees with the verdicts in {column}"
            yield _finding(run, Severity.ERROR, "contradiction", what, f"remove {run.folder.path / OUTCOMES_NAME}")
            return


def _other_score(run: Graded, score: Score) -> str:
    counts = list(run.counts(score.column).values())
    value = mean_pass_at_k(counts, score.k)
    if value is None:
        return f"pass@{score.k} {score.value:.4f} in {score.column}, which they do not give"
    seen = (len(counts), min(n for n, _ in counts), sum(passed for _, passed in counts))
    if abs(value - score.value) <= CLOSE and seen == (score.tasks, score.samples, score.passed):
        return ""
    return (
        f"{score.passed} passed and pass@{score.k} {score.value:.4f} over {score.tasks} tasks in {score.column}, not "
        f"{seen[2]} and {value:.4f} over {seen[0]}"
    )


def _ungraded(run: Graded) -> Iterator[Finding]:
    """Samples and tasks that are missing from the score."""
    counts = run.record.counts
    infra, skipped = counts.get(Status.INFRA_ERROR, 0), counts.get(Status.SKIPPED, 0)
    if infra:
        what = f"{_count(infra, 'sample')} could not be graded (infra_error) and {_is(infra)} left out of the score"
        to_do = "repeat its `fuseval score` command: it grades only those again"
        yield _finding(run, Severity.WARNING, "infra-errors", what, to_do)
    if skipped:
        what = f"{_count(skipped, 'task')} of {run.record.task_count} {_is(skipped)} not answered: it has no rank"
        yield _finding(run, Severity.WARNING, "skipped-tasks", what, "score samples of every task")
    numbers = {n for n, _ in run.counts(run.record.benchmark).values()}
    if len(numbers) > 1 and not infra:
        what = f"n is not one number: tasks have {min(numbers)} to {max(numbers)} samples"
        to_do = "generate what is missing: pass@k above the smallest n is not known"
        yield _finding(run, Severity.WARNING, "uneven-samples", what, to_do)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s'[: number != 1]}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _settings(run: Graded) -> Iterator[Finding]:
    """What a reader of the number would have to know."""
    record = run.record
    if record.origin:
        what = "the verdicts were made by another tool; its isolation and limits are not known"
        to_do = "to be sure, score its programs here: fuseval score --samples RUN/verdicts.jsonl"
        yield _finding(run, Severity.NOTE, "made-elsewhere", what, to_do)
    elif record.sandbox in WEAK_LEVELS:
        what = f"the samples ran at sandbox level {record.sandbox}, which does not contain them"
        to_do = "score it on a machine where `fuseval doctor` gives landlock or namespaces"
        yield _finding(run, Severity.WARNING, "weak-sandbox", what, to_do)
    is_known = "temperature" in (record.generation or {}) or "temperature" in record.metadata
    if not record.model.is_self_check and not is_known:
        what = "no generation settings are recorded: nobody can tell at which temperature it was sampled"
        to_do = "note it, by the same `fuseval score` or `import` command with --tag temperature=0.2"
        yield _finding(run, Severity.NOTE, "no-settings", what, to_do)


def _data(run: Graded) -> Iterator[Finding]:
    """A public benchmark's name over other data than its current release."""
    record = run.record
    releases = current_data(record.benchmark)
    if not releases or record.dataset_sha256 in releases:
        return
    what = (
        f"it was over other data ({record.benchmark_version}, {record.dataset_sha256[:16]}…) than "
        f"{' or '.join(releases.values())}, so it shares no column with runs over that"
    )
    to_do = "score its samples on the current data before comparing"
    yield _finding(run, Severity.WARNING, "other-data", what, to_do)
