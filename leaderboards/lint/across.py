"""What can only be seen by looking at several runs: other data under one name, the same answers twice, self-checks."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

from harness.formats.imports.known_data import current_data
from leaderboards.lint.findings import Finding, Severity
from leaderboards.lint.verdicts import Graded

SHOWN = 3
FEWEST_TASKS = 10
"""Over fewer tasks every broken solution may pass, and two models may write the same, by chance."""


def check_across(runs: Sequence[Graded]) -> Iterator[Finding]:
    """Look at all runs of a folder together.

    Args:
        runs: Every run that could be read.

    Yields:
        What is wrong.
    """
    yield from _mixed_data(runs)
    yield from _self_checks(runs)
    yield from _same_answers(runs)
    yield from _duplicates(runs)


def _newest_first(runs: Sequence[Graded]) -> list[Graded]:
    return sorted(runs, key=lambda run: (run.record.finished_utc, run.record.run_id), reverse=True)


def _groups(runs: Sequence[Graded], keys: Sequence[Hashable]) -> list[list[Graded]]:
    """Put runs with equal keys together, the newest first in each; empty keys belong to none."""
    found: dict[Hashable, list[Graded]] = defaultdict(list)
    for run, key in zip(runs, keys, strict=True):
        if key:
            found[key].append(run)
    return [_newest_first(group) for group in found.values()]


def _mixed_data(runs: Sequence[Graded]) -> Iterator[Finding]:
    """Runs of one private benchmark over different data; the public ones are held against their release."""
    private = [run for run in runs if not current_data(run.record.benchmark)]
    for group in _groups(private, [run.record.benchmark for run in private]):
        newest = group[0].record.dataset_sha256
        on_newest = sum(run.record.dataset_sha256 == newest for run in group)
        for run in group:
            if run.record.dataset_sha256 == newest:
                continue
            what = (
                f"it was over other data ({run.record.dataset_sha256[:12]}…) than the newest run of "
                f"{run.record.benchmark} ({newest[:12]}…, {on_newest} of {len(group)} runs)"
            )
            to_do = "score its samples on the same data, or give the changed benchmark another name"
            yield Finding(Severity.WARNING, "other-data", run.name, what, to_do)


def _self_checks(runs: Sequence[Graded]) -> Iterator[Finding]:
    """References that fail, or broken solutions that all pass: the newest of each kind counts."""
    checks = [run for run in runs if run.record.model.is_self_check]
    keys = [(run.record.model.name, run.record.benchmark, run.record.dataset_sha256) for run in checks]
    for group in _groups(checks, keys):
        newest = group[0]
        what = _failed_check(newest)
        if not what:
            continue
        record = newest.record
        beside = sum(
            not run.record.model.is_self_check
            and (run.record.benchmark, run.record.dataset_sha256, run.record.software)
            == (record.benchmark, record.dataset_sha256, record.software)
            for run in runs
        )
        affected = f"; {beside} run{'s'[: beside != 1]} beside it had the same benchmark and software" if beside else ""
        to_do = f"find the cause first: fuseval show {record.run_id}, fuseval doctor; then score them again"
        yield Finding(Severity.ERROR, "failed-self-check", newest.name, what + affected, to_do)


def _failed_check(run: Graded) -> str:
    for score in run.record.scores:
        if score.k != 1:
            continue
        if run.record.model.name == "reference" and score.passed < score.tasks * score.samples:
            return f"the benchmark's own solutions pass only {score.passed} of {score.tasks} tasks in {score.column}"
        if run.record.model.name == "broken" and score.value == 1 and score.tasks >= FEWEST_TASKS:
            return f"broken solutions pass all {score.tasks} tasks in {score.column}: nothing is tested"
    return ""


def _same_answers(runs: Sequence[Graded]) -> Iterator[Finding]:
    """One set of answers under several models' names: the same file, or the same programs in another one."""
    models = [run for run in runs if not run.record.model.is_self_check]
    by_file = [(run.record.benchmark, run.record.samples_sha256) for run in models]
    by_answers = [(run.record.benchmark, run.answers) if _is_telling(run) else () for run in models]
    told: set[frozenset[str]] = set()
    for keys, same in ((by_file, "samples"), (by_answers, "programs")):
        for group in _groups(models, keys):
            first = {run.record.model.name: run for run in reversed(group)}
            if len(first) < 2 or frozenset(first) in told:
                continue
            told.add(frozenset(first))
            newest, *others = sorted(first.values(), key=group.index)
            named = ", ".join(f"{run.record.model.name} ({run.name})" for run in others[:SHOWN])
            more = f" and {len(others) - SHOWN} more models" if len(others) > SHOWN else ""
            what = f"the {same} of {newest.record.model.name} are also those of {named}{more}"
            to_do = "find out whose answers they are, and remove the other runs"
            yield Finding(Severity.ERROR, "same-answers", newest.name, what, to_do)


def _is_telling(run: Graded) -> bool:
    return len({task_id for task_id, _ in run.verdicts}) >= FEWEST_TASKS and bool(run.answers)


def _duplicates(runs: Sequence[Graded]) -> Iterator[Finding]:
    """One model's run kept twice, verdict for verdict."""
    keys = [
        (
            run.record.model.name,
            run.record.benchmark,
            run.record.dataset_sha256,
            run.record.extraction,
            run.record.prompt_style,
            json.dumps(dict(run.record.generation or {}), sort_keys=True),
            run.outcome,
        )
        if run.verdicts
        else ()
        for run in runs
    ]
    for group in _groups(runs, keys):
        for run in group[1:]:
            what = f"it holds the same verdicts, one for one, as {group[0].name}"
            to_do = f"remove one of the two: rm -r {run.folder.path}"
            yield Finding(Severity.WARNING, "duplicate", run.name, what, to_do)
