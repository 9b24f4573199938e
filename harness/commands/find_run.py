"""From what was typed to a run's folder: a path, a run id or the start of one, or a model's name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from harness.errors import InputError, nearest
from harness.formats.run_folder import RunFolder, find_runs, slug
from harness.records import RunRecord

SHORTEST_PREFIX = 4
"""Characters of a run id that are taken for the start of one; fewer would hit by chance."""


def find_run(name: str, runs_root: Path, *, benchmarks: Collection[str] = ()) -> tuple[RunFolder, RunRecord]:
    """Find the one run that is meant.

    Args:
        name: A run's folder or any folder with one run below it, a run id, the start of one, or a model's name; of a
            model's runs on one benchmark the newest is meant.
        runs_root: Where runs are kept.
        benchmarks: Only runs on these; empty takes all.

    Raises:
        InputError: Nothing or several runs are meant; the message names them.
    """
    path = Path(name).expanduser()
    if path.name == "run.json":
        path = path.parent
    if path.is_dir():
        found = _on_benchmark(_loaded(find_runs(path)), benchmarks)
        # A folder without any finished run gets the reason from its own `load`.
        return _the_one(found, name) if found else (RunFolder(path), RunFolder(path).load())
    if not runs_root.is_dir():
        raise InputError(f"no run {name!r}: there is no folder {runs_root}", hint="fuseval score, or --runs DIR")
    runs = _on_benchmark(_loaded(find_runs(runs_root)), benchmarks)
    by_id = [run for run in runs if name == run[1].run_id]
    by_prefix = [run for run in runs if len(name) >= SHORTEST_PREFIX and run[1].run_id.startswith(name)]
    by_model = [run for run in runs if name in (run[1].model.name, slug(run[1].model.name))]
    found = by_id or by_model or by_prefix
    if not found:
        known = [word for _, record in runs for word in (record.run_id, record.model.name)]
        where = f"on {' or '.join(benchmarks)} in {runs_root}" if benchmarks else f"in {runs_root}"
        raise InputError(
            f"no run {name!r} {where}", hint=nearest(name, known) if known else "fuseval score writes runs there"
        )
    return _the_one(found, name)


def _loaded(folders: Iterable[RunFolder]) -> list[tuple[RunFolder, RunRecord]]:
    return [(folder, folder.load()) for folder in folders]


def _on_benchmark(runs: list[tuple[RunFolder, RunRecord]], names: Collection[str]) -> list[tuple[RunFolder, RunRecord]]:
    return [run for run in runs if not names or run[1].benchmark in names]


def _the_one(found: list[tuple[RunFolder, RunRecord]], name: str) -> tuple[RunFolder, RunRecord]:
    """Take the newest, if all the runs are of one model on one benchmark."""
    if len({(record.model.name, record.benchmark) for _, record in found}) > 1:
        lines = [f"  {record.run_id}  {record.model.name} on {record.benchmark}" for _, record in found[:12]]
        lines += [f"  and {len(found) - 12} more"] if len(found) > 12 else []
        raise InputError(
            f"{name!r} may mean {len(found)} runs:\n" + "\n".join(lines),
            hint=f"name the run {found[0][1].run_id}, or add --bench {found[0][1].benchmark}",
        )
    return max(found, key=lambda run: (run[1].finished_utc, run[1].run_id))
