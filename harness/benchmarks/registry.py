"""The benchmarks by name, and how one is loaded."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, cast

from harness.benchmarks import data_files, humaneval, mbpp, miniature, multipl_e, parsed_cache
from harness.benchmarks.data_files import DataFile
from harness.errors import InputError, nearest
from harness.formats.jsonl import gunzip, rows
from harness.records import Benchmark, Task


@dataclass(frozen=True)
class Entry:
    """What is known of a benchmark before its data is read.

    Example:
        >>> ENTRIES["mbpp+"].task_count
        378
    """

    name: str
    data: DataFile
    reader: str
    """Names the parsed form; benchmarks that share it share the cached file."""
    read: Callable[[Iterable[Mapping[str, Any]]], list[Task]]
    knows: Callable[[str], bool]
    task_count: int
    licence: str
    what: str
    base_name: str = ""
    is_plus: bool = False
    retired: frozenset[str] = frozenset()
    """Tasks of an older release that sample files may still hold."""


_ALL = (
    Entry(
        "humaneval",
        data_files.HUMANEVAL,
        "humaneval",
        humaneval.read_original,
        humaneval.knows,
        164,
        "MIT",
        "HumanEval with its own check programs",
    ),
    Entry(
        "humaneval+",
        data_files.HUMANEVAL_PLUS,
        "humaneval-plus",
        humaneval.read_plus,
        humaneval.knows,
        164,
        "Apache-2.0",
        "HumanEval and EvalPlus's added tests",
        base_name="humaneval",
        is_plus=True,
    ),
    Entry(
        "mbpp",
        data_files.MBPP_PLUS,
        "mbpp-plus",
        mbpp.read_plus,
        mbpp.knows_plus,
        378,
        "Apache-2.0",
        "MBPP's own tests on EvalPlus's tasks",
        retired=mbpp.RETIRED_FROM_PLUS,
    ),
    Entry(
        "mbpp+",
        data_files.MBPP_PLUS,
        "mbpp-plus",
        mbpp.read_plus,
        mbpp.knows_plus,
        378,
        "Apache-2.0",
        "MBPP and EvalPlus's added tests",
        base_name="mbpp",
        is_plus=True,
        retired=mbpp.RETIRED_FROM_PLUS,
    ),
    Entry(
        "mbpp-500",
        data_files.MBPP,
        "mbpp-500",
        mbpp.read_test_split,
        mbpp.knows_test_split,
        500,
        "CC-BY-4.0",
        "MBPP's original test split, with its assert lists",
    ),
    Entry(
        "mbpp-dev",
        data_files.MBPP,
        "mbpp-dev",
        mbpp.read_development_split,
        mbpp.knows_development_split,
        283,
        "CC-BY-4.0",
        "MBPP's train and validation tasks that are in no benchmark",
    ),
)
ENTRIES: Mapping[str, Entry] = {entry.name: entry for entry in _ALL}

CACHED_FROM = 100_000
"""Bytes from which a data file's parsed form is kept: HumanEval's 45 KB are read in a few milliseconds anyway."""


@dataclass(frozen=True)
class BenchmarkInfo:
    """One line of `fuseval benchmarks`."""

    name: str
    version: str
    task_count: int
    is_here: bool
    source: str
    """Where the data lies, or the command that fetches it."""
    licence: str
    what: str


def names() -> list[str]:
    """Give the names of the registered benchmarks that say something about models; the miniature does not.

    Example:
        >>> names()
        ['humaneval', 'humaneval+', 'mbpp', 'mbpp+', 'mbpp-500', 'mbpp-dev']
    """
    return list(ENTRIES)


def is_registered(name: str) -> bool:
    """Tell whether `load` finds a benchmark by this name, if its data is on this machine.

    Args:
        name: As in a run's record.

    Example:
        >>> is_registered("miniature"), is_registered("multipl-e:js"), is_registered("mine")
        (True, True, False)
    """
    return name in ENTRIES or name == miniature.NAME or multipl_e.is_name(name)


def describe() -> list[BenchmarkInfo]:
    """Describe every registered benchmark, without reading its data.

    Example:
        >>> describe()[0].licence
        'MIT'
    """
    result = []
    for entry in ENTRIES.values():
        place = data_files.find(entry.data)
        source = str(place) if place else f"fuseval data fetch {entry.name}"
        result.append(
            BenchmarkInfo(
                entry.name, entry.data.release, entry.task_count, place is not None, source, entry.licence, entry.what
            )
        )
    return [*result, *map(_describe_languages, multipl_e.FAMILIES), _describe_miniature()]


def _describe_miniature() -> BenchmarkInfo:
    name, version, count = miniature.NAME, miniature.VERSION, miniature.TASK_COUNT
    return BenchmarkInfo(name, version, count, True, "made by fuseval", "Apache-2.0", miniature.LABEL)


def _describe_languages(family: str) -> BenchmarkInfo:
    """One line for all languages of MultiPL-E, which is here where any language's data is."""
    places = {name: data_files.find(multipl_e.data_file(family, name)) for name in multipl_e.COUNTS[family]}
    here = [place for place in places.values() if place]
    count = sum(multipl_e.COUNTS[family].values())
    what = f"{'MBPP' if 'mbpp' in family else 'HumanEval'} in {len(places)} languages, as {family}:js"
    source = str(here[0].parent) if here else f"fuseval data fetch {family}:js"
    return BenchmarkInfo(family, multipl_e.VERSION, count, bool(here), source, "MIT", what)


def load(name_or_path: str | os.PathLike[str]) -> Benchmark:
    """Load a registered benchmark by its name, or a private one from a file in EvalPlus's format.

    Args:
        name_or_path: As in "humaneval+", or the path of a .jsonl or .jsonl.gz file.

    Raises:
        InputError: There is no such name or file, or the file is damaged.
        EnvironmentLacking: The data is not on this machine; the hint is the command that fetches it.

    Example:
        >>> benchmark = load("humaneval")
        >>> benchmark.name, len(benchmark.tasks), benchmark.tasks["HumanEval/0"].kind
        ('humaneval', 164, 'check')
    """
    name = os.fspath(name_or_path)
    entry = ENTRIES.get(name)
    if entry:
        return _load_entry(entry)
    if multipl_e.is_name(name):
        return multipl_e.load(name)
    if name == miniature.NAME:
        return miniature.load()
    path = Path(name).expanduser()
    if path.is_file() or os.sep in name or name.endswith((".jsonl", ".gz", ".json")):
        from harness.benchmarks import private  # pydantic, a quarter of a second

        return private.load_file(path, reserved=[*ENTRIES, miniature.NAME])
    known = [*ENTRIES, *multipl_e.FAMILIES, miniature.NAME]
    raise InputError(f"no benchmark named {name!r}", hint=nearest(name.lower(), known))


def _load_entry(entry: Entry) -> Benchmark:
    place = data_files.find(entry.data)
    if place is None:
        raise data_files.missing(entry.data, entry.name)
    try:
        stored = place.read_bytes()
    except OSError as error:
        raise InputError(f"{place} can not be read: {error.strerror}") from None
    with parsed_cache.without_cycle_collection():
        sha256, tasks = _parsed(entry, stored, place)
    if not entry.is_plus:  # `mbpp` is the base half of the file it shares with `mbpp+`
        tasks = [replace(task, plus_input=[]) if task.plus_input else task for task in tasks]
    return Benchmark(
        name=entry.name,
        version=entry.data.version(sha256),
        sha256=sha256,
        tasks={task.task_id: task for task in tasks},
        is_plus=entry.is_plus,
        base_name=entry.base_name or entry.name,
        source=str(place),
    )


def _parsed(entry: Entry, stored: bytes, place: Path) -> tuple[str, list[Task]]:
    """The sha256 of the unzipped data, and its tasks, out of the cache where it has them."""
    key = hashlib.sha256(stored).hexdigest()
    is_cached = len(stored) >= CACHED_FROM
    kept = parsed_cache.read(entry.reader, key) if is_cached else None
    if kept is None:
        data = gunzip(stored, place)
        sha256 = hashlib.sha256(data).hexdigest()
        try:
            read = entry.read(row for _, row in rows(data, place))
            if not read:
                raise ValueError("it holds no task")
        except (KeyError, TypeError, ValueError, AttributeError, SyntaxError) as error:
            raise InputError(
                f"{place} is not the data of {entry.name}: {type(error).__name__}: {error}",
                hint=f"move it away, then: fuseval data fetch {entry.name}",
            ) from error
        flat = [tuple(getattr(task, item.name) for item in fields(task)) for task in read]
        kept = (sha256, flat)
        if is_cached:
            parsed_cache.write(entry.reader, key, kept)
    sha256, flat = cast("tuple[str, list[tuple[Any, ...]]]", kept)
    return sha256, [Task(*values) for values in flat]
