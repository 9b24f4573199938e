"""From what was typed to contenders: which runs are meant by a name, and what they did on each task.

A name means one run, or one run on each of the benchmarks that are named. `multipl-e` names all languages that every
contender has. Programs are not read.
"""

from __future__ import annotations

import glob
from collections.abc import Iterable, Sequence
from pathlib import Path

from harness.commands.find_run import SHORTEST_PREFIX, find_run
from harness.errors import InputError
from harness.formats.run_folder import RunFolder, find_runs, slug
from harness.records import RunRecord
from leaderboards.columns import MEANS
from leaderboards.comparison.comparison import letters
from leaderboards.comparison.findings import Contender
from leaderboards.runs import StoredRun


def read_contenders(names: Sequence[str], runs_root: Path, *, benchmarks: Iterable[str] = ()) -> list[Contender]:
    """Find the runs that are meant, and read what they did.

    Args:
        names: Runs' folders, their ids or the starts of them, or models.
        runs_root: Where runs are kept.
        benchmarks: Each contender gets one run on each; empty leaves one run on any benchmark.

    Raises:
        InputError: A name means nothing or several runs, or a run's verdicts are damaged.
    """
    ways = [_shortest_way(name, runs_root) for name in names]
    asked: dict[str, None] = {}
    for name in benchmarks:
        asked |= dict.fromkeys(_languages(name, ways, runs_root) if name in MEANS else [name])
    return [
        _read(letter, [find_run(way, runs_root, benchmarks=on) for on in ([[name] for name in asked] or [[]])])
        for letter, way in zip(letters(), ways, strict=False)
    ]


def _read(letter: str, runs: Sequence[tuple[RunFolder, RunRecord]]) -> Contender:
    outcomes = tuple(StoredRun(record, folder).outcomes for folder, record in runs)
    return Contender(letter, tuple(record for _, record in runs), outcomes, tuple(folder for folder, _ in runs))


def _shortest_way(name: str, runs_root: Path) -> str:
    """Give the folder of a model or of a run where there is just one of that name: a thousand others stay unread."""
    if Path(name).expanduser().is_dir():
        return name
    pattern = glob.escape(slug(name))
    found = [*runs_root.glob(pattern)]
    if len(name) >= SHORTEST_PREFIX:
        found += runs_root.glob(f"*/*/{pattern}*")
    return str(found[0]) if len(found) == 1 and found[0].is_dir() else name


def _languages(family: str, ways: Sequence[str], runs_root: Path) -> list[str]:
    """List the languages of a benchmark that every contender has a run on."""
    of_each = []
    for way in ways:
        folder = Path(way).expanduser()
        records = [run.load() for run in find_runs(folder if folder.is_dir() else runs_root)]
        meant = [one for one in records if folder.is_dir() or way in (one.model.name, slug(one.model.name))]
        of_each.append({one.benchmark for one in meant if one.benchmark.partition(":")[0] == family})
    common = set.intersection(*of_each)
    if not common:
        known = "; ".join(", ".join(sorted(found)) or "none" for found in of_each)
        raise InputError(
            f"no language of {family} that all of them have", hint=f"their languages, in the order named: {known}"
        )
    return sorted(common)
