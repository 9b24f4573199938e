"""What can be wrong with a samples file as a whole: tasks nobody asked, another benchmark's tasks, rows twice."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.benchmarks.registry import ENTRIES
from harness.errors import InputError, nearest
from harness.records import Benchmark, SampleKind

SHOWN = 5
MOSTLY = 0.95
"""A file is of one sample a task if this share of its tasks has no two different ones."""


@dataclass(frozen=True)
class FoundSample:
    """A sample and where it was found."""

    task_id: str
    text: str
    kind: SampleKind
    where: str
    """`line 3`, or the file in a folder."""
    index: tuple[str, object] | None = None
    """The field by which the writer numbered the task's samples, and its value."""
    finish_reason: str | None = None


def retired_ids(benchmark: Benchmark) -> frozenset[str]:
    """Give the tasks that an older release of the benchmark had; a private one has none.

    Args:
        benchmark: The benchmark as loaded.

    Example:
        >>> len(retired_ids(Benchmark("mbpp+", "v0.2.0", "", {})))
        21
    """
    entry = ENTRIES.get(benchmark.name)
    return entry.retired - benchmark.tasks.keys() if entry else frozenset()


def check_task_ids(samples: Sequence[FoundSample], benchmark: Benchmark, retired: Collection[str], path: Path) -> None:
    """Raise InputError if a sample answers a task that is not the benchmark's.

    Args:
        samples: All of the file.
        benchmark: Whose tasks they should answer.
        retired: Tasks that are passed over.
        path: The file, for the error.

    Raises:
        InputError: Up to five unknown tasks are named; if they are another benchmark's, that one is.
    """
    first_seen: dict[str, str] = {}
    for sample in samples:
        first_seen.setdefault(sample.task_id, sample.where)
    unknown = [task_id for task_id in first_seen if task_id not in benchmark.tasks and task_id not in retired]
    if not unknown:
        return
    others = _better_benchmarks(first_seen, len(first_seen) - len(unknown))
    if others:
        count, total = others[0][1], len(first_seen)
        options = " or ".join(f"--bench {name}" for name, _ in others)
        raise InputError(
            f"{path} looks like samples of {others[0][0]}, not of {benchmark.name}: "
            f"{count} of its {total} task ids are of that benchmark, {total - len(unknown)} of {benchmark.name}",
            hint=f"use {options}",
        )
    shown = ", ".join(f"{task_id!r} ({first_seen[task_id]})" for task_id in unknown[:SHOWN])
    more = f" and {len(unknown) - SHOWN} more" if len(unknown) > SHOWN else ""
    count_text = "1 task id is" if len(unknown) == 1 else f"{len(unknown)} task ids are"
    raise InputError(
        f"{path}: {count_text} not in {benchmark.name}: {shown}{more}", hint=nearest(unknown[0], benchmark.tasks)
    )


def _better_benchmarks(task_ids: Collection[str], known_here: int) -> list[tuple[str, int]]:
    """The registered benchmarks that know the most of the ids, if they know most of them and more than this one."""
    counts = {name: sum(map(entry.knows, task_ids)) for name, entry in ENTRIES.items()}
    most = max(counts.values())
    if most <= known_here or 2 * most < len(task_ids):
        return []
    best = [(name, count) for name, count in counts.items() if count == most]
    return sorted(best, key=lambda item: not ENTRIES[item[0]].is_plus)  # the plus one is what people score


def check_duplicates(samples: Sequence[FoundSample], path: Path) -> None:
    """Raise InputError if the file holds a sample twice.

    Two samples that say the same are no mistake in themselves: at n > 1 a model repeats itself. They are one when the
    writer numbered them alike, or when the file otherwise has one sample a task, as after writing it twice over.

    Args:
        samples: All of the file.
        path: The file, for the error.

    Raises:
        InputError: Both lines are named.
    """
    numbered: dict[tuple[str, str, str], str] = {}
    for sample in samples:
        if sample.index is None:
            continue
        field, value = sample.index
        key = (sample.task_id, field, json.dumps(value, sort_keys=True))
        if key in numbered:
            raise InputError(
                f"{path}: duplicate sample of {sample.task_id!r}: {numbered[key]} and {sample.where} "
                f"both have {field} {value!r:.40}",
                hint="remove one of the two rows",
            )
        numbered[key] = sample.where
    _check_repeated_rows([sample for sample in samples if sample.index is None], path)


def _check_repeated_rows(samples: Sequence[FoundSample], path: Path) -> None:
    per_task = Counter(sample.task_id for sample in samples)
    counts = set(per_task.values())
    if len(counts) <= 1 or 1 not in counts:  # the same n for every task, or nearly: so it was sampled
        return
    places: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for sample in samples:
        places[sample.task_id, sample.kind, sample.text].append(sample.where)
    distinct = Counter(task_id for task_id, _, _ in places)
    if sum(count == 1 for count in distinct.values()) < MOSTLY * len(per_task):
        return
    repeated = [(key[0], where) for key, where in places.items() if len(where) > 1]
    if not repeated:
        return
    task_id, where = repeated[0]
    more = f", and {len(repeated) - 1} more tasks" if len(repeated) > 1 else ""
    raise InputError(
        f"{path}: duplicate rows: {' and '.join(where[:SHOWN])} are the same sample of {task_id!r}{more}, "
        "in a file of one sample a task",
        hint="remove them; if they are samples of their own, number each row with a sample_index",
    )


def natural_order(name: str) -> list[tuple[int, int, str]]:
    """Sort key by which 2.py comes before 10.py.

    Args:
        name: A file's or folder's name.

    Example:
        >>> sorted(["10.py", "2.py", "1.py"], key=natural_order)
        ['1.py', '2.py', '10.py']
    """
    parts = re.split(r"([0-9]+)", name)
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts]
