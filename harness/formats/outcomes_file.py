"""`outcomes.json`: how many samples of each task were counted and how many passed, a few bytes a task.

Derived from the verdicts when a run is finished, so that a board over a thousand runs need not read a thousand files of
programs. It is never the truth: it says of how many bytes of verdicts.jsonl it was made, and where it is absent, older
or damaged, readers make the same from the verdicts.

    {"format_version": 1, "verdicts_bytes": 80123, "tasks": ["HumanEval/0", "HumanEval/1", …], "samples": "11…",
     "passed": {"humaneval": "11…", "humaneval+": "10…"}}

Counts are a digit a task, which is read twenty times as fast as a list; where a task has ten samples or more, a list.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harness.formats.atomic import write_atomically
from harness.formats.record_json import to_json
from harness.formats.run_folder import OUTCOMES_NAME, RunFolder
from harness.records import FORMAT_VERSION, RunRecord, Status, Verdict

MOST_SAMPLES = 1 << 31
"""A task with more samples was not counted but made up."""
_DIGITS = bytes.maketrans(b"0123456789", bytes(range(10)))


@dataclass(frozen=True)
class TaskOutcomes:
    """One run's counts. Tasks stand in the order of the verdicts; only those with at least one counted sample."""

    tasks: tuple[str, ...]
    samples: Sequence[int]
    """Counted samples of each task: those that the harness could grade. `bytes` where they were read so."""
    passed: Mapping[str, Sequence[int]]
    """Passed samples of each task, by column."""


def column_passes(benchmark: str, columns: Sequence[str]) -> dict[str, Callable[[Verdict], bool]]:
    """Say what passing means in each column: the base tests alone, or all of them.

    Args:
        benchmark: The run's benchmark.
        columns: The columns it fills; one that is not called like the benchmark is that of its base tests.

    Example:
        >>> passes = column_passes("humaneval+", ["humaneval", "humaneval+"])
        >>> verdict = Verdict("HumanEval/0", 0, Status.FAIL, "", base_status=Status.PASS)
        >>> [passes[name](verdict) for name in passes]
        [True, False]
    """
    return {name: _passes if name == benchmark else _passes_base for name in columns}


def _passes(verdict: Verdict) -> bool:
    return verdict.status is Status.PASS


def _passes_base(verdict: Verdict) -> bool:
    return verdict.base_status is Status.PASS


def count_outcomes(passes: Mapping[str, Callable[[Verdict], bool]], verdicts: Sequence[Verdict]) -> TaskOutcomes:
    """Count the samples and the passed ones of each task; what the harness could not grade is left out.

    Args:
        passes: What passing means, by column.
        verdicts: One a sample.

    Example:
        >>> verdicts = [Verdict("t", 0, Status.PASS, ""), Verdict("t", 1, Status.INFRA_ERROR, "")]
        >>> count_outcomes(column_passes("own", ["own"]), verdicts)
        TaskOutcomes(tasks=('t',), samples=[1], passed={'own': [1]})
    """
    samples: dict[str, int] = {}
    passed: dict[str, dict[str, int]] = {name: {} for name in passes}
    for verdict in verdicts:
        if not verdict.status.is_counted:
            continue
        samples[verdict.task_id] = samples.get(verdict.task_id, 0) + 1
        for name, is_passed in passes.items():
            counts = passed[name]
            counts[verdict.task_id] = counts.get(verdict.task_id, 0) + is_passed(verdict)
    return TaskOutcomes(
        tuple(samples),
        list(samples.values()),
        {name: list(counts.values()) for name, counts in passed.items()},
    )


def write_outcomes(folder: RunFolder, record: RunRecord, verdicts: Sequence[Verdict]) -> None:
    """Write a run's outcomes beside its verdicts, which must be written already.

    Args:
        folder: The run's folder.
        record: Its record, for the columns.
        verdicts: Its verdicts, as in verdicts.jsonl.

    Raises:
        OSError: The disk is full.
    """
    columns = list(dict.fromkeys(score.column for score in record.scores)) or [record.benchmark]
    counted = count_outcomes(column_passes(record.benchmark, columns), verdicts)
    plain = {
        "format_version": FORMAT_VERSION,
        "verdicts_bytes": folder.verdicts_path.stat().st_size,
        "tasks": counted.tasks,
        "samples": _plain_counts(counted.samples),
        "passed": {name: _plain_counts(counts) for name, counts in counted.passed.items()},
    }
    write_atomically(folder.path / OUTCOMES_NAME, to_json(plain) + "\n")


def _plain_counts(counts: Sequence[int]) -> str | list[int]:
    return "".join(map(str, counts)) if max(counts, default=0) < 10 else list(counts)


def kept_outcomes(folder: RunFolder) -> TaskOutcomes | None:
    """Read a run's outcomes, if they are those of its verdicts as they are now.

    Args:
        folder: The run's folder.

    Returns:
        None where the file is absent, damaged, of another version, or made of other verdicts.
    """
    from pydantic_core import from_json

    try:
        verdicts_bytes = folder.verdicts_path.stat().st_size
        # Twice as fast as json.loads, and equal task ids are one string in all runs.
        plain = from_json((folder.path / OUTCOMES_NAME).read_bytes())
    except (OSError, ValueError):
        return None
    return _checked(plain, verdicts_bytes)


def _checked(plain: object, verdicts_bytes: int) -> TaskOutcomes | None:
    """Build the outcomes where every part is what it should be; by hand, for pydantic takes longer than the rest."""
    if not isinstance(plain, dict) or plain.get("format_version") != FORMAT_VERSION:
        return None
    tasks, passed = plain.get("tasks"), plain.get("passed")
    if plain.get("verdicts_bytes") != verdicts_bytes or not isinstance(tasks, list) or not isinstance(passed, dict):
        return None
    try:
        task_ids = tuple(tasks)
        is_sound = _are_task_ids(task_ids)
    except TypeError:  # a list among them can not be looked up
        return None
    samples = _counts(plain.get("samples"), len(tasks))
    if not is_sound or samples is None or min(samples, default=1) < 1:
        return None
    columns: dict[str, Sequence[int]] = {}
    for name, part in passed.items():
        counts = _counts(part, len(tasks))
        if counts is None or any(map(operator.gt, counts, samples)):
            return None
        columns[name] = counts
    return TaskOutcomes(task_ids, samples, columns)


@functools.lru_cache(maxsize=8)
def _are_task_ids(tasks: tuple[object, ...]) -> bool:
    """Whether all are texts and none stands twice; runs on one benchmark have the same ones."""
    return all(type(task) is str for task in tasks) and len(set(tasks)) == len(tasks)


def _counts(plain: object, tasks: int) -> Sequence[int] | None:
    """Take one whole number of at least 0 a task, or nothing."""
    if isinstance(plain, str):
        is_sound = len(plain) == tasks and plain.isascii() and (plain.isdigit() or not plain)
        return plain.encode("ascii").translate(_DIGITS) if is_sound else None
    if not isinstance(plain, list) or len(plain) != tasks or set(map(type, plain)) - {int}:
        return None
    return plain if min(plain, default=0) >= 0 and max(plain, default=0) < MOST_SAMPLES else None
