"""What `fuseval score` does once its sandboxes are starting: the runs one by one, and what is printed of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import typer

from harness.benchmarks import load, names
from harness.commands.export import checked_formats, write_exports
from harness.commands.options import runs_ending
from harness.commands.outputs import Outputs
from harness.commands.progress import ProgressReport
from harness.commands.summary import summary
from harness.commands.terminal import messages, output, print_json, printable, remarks
from harness.engines.local import LocalEngine
from harness.errors import InputError
from harness.formats.record_json import to_plain
from harness.formats.run_folder import RunFolder, asked_folders
from harness.records import Benchmark, RunRecord, Status
from harness.run import OnProgress, ScoreRequest
from harness.run import execute as run_execute
from harness.run import score as run_score
from harness.run import score_together as run_together

_Made = TypeVar("_Made")


@dataclass(frozen=True)
class _Finished:
    """One run that came to its end, and what was exported of it."""

    folder: RunFolder
    record: RunRecord
    exported: list[Path]


def score_runs(requests: Sequence[ScoreRequest], engine: LocalEngine, outputs: Outputs) -> None:
    """Make the runs, those of samples all at once, and print what each scored.

    Args:
        requests: One a benchmark.
        engine: Where the samples are judged.
        outputs: What to print and write of each.

    Raises:
        InputError: No benchmark is given, there is no such one, or the samples are wrong; nothing was written.
        EnvironmentLacking: A benchmark's data is not on this machine, or the machine can not isolate.
        Exit: Some samples could not be graded (1), or the person interrupted (130).
    """
    formats = checked_formats(outputs.exports)
    require_benchmark([request.benchmark for request in requests])
    # All data is read before the first program runs: a typo in the last --bench should not cost the first one's time.
    benchmarks = [load(request.benchmark) for request in requests]
    finished = []
    if len(requests) > 1 and all(request.ask is None for request in requests):

        def together(report: OnProgress) -> list[RunFolder]:
            return run_together(requests, report, engine)

        title = f"{printable(requests[0].model)} on {len(requests)} benchmarks"
        folders = _shown(title, together, is_fresh=requests[0].fresh)
        pairs = zip(folders, benchmarks, strict=True)
        finished = [_finished(folder, benchmark, formats, outputs) for folder, benchmark in pairs]
    else:
        for request, benchmark in zip(requests, benchmarks, strict=True):

            def work(report: OnProgress, request: ScoreRequest = request) -> RunFolder:
                return run_score(request, report, engine)

            folder = _shown(f"{printable(request.model)} on {benchmark.name}", work, is_fresh=request.fresh)
            finished.append(_finished(folder, benchmark, formats, outputs))
    _print_end(finished, requests[-1].runs_root, outputs)


def execute_runs(place: Path, request: ScoreRequest, engine: LocalEngine, outputs: Outputs) -> None:
    """Grade the answers that are kept in folders, and print what they scored.

    Args:
        place: A folder that `fuseval generate` left, or one that holds such folders.
        request: Limits and places.
        engine: Where the answers are judged.
        outputs: What to print and write.

    Raises:
        InputError: No folder has answers of a model, or a benchmark is another one here.
        EnvironmentLacking: A benchmark's data is not on this machine, or the machine can not isolate.
        Exit: Some samples could not be graded (1), or the person interrupted (130).
    """
    formats = checked_formats(outputs.exports)
    finished = []
    for path in asked_folders(place):
        question = RunFolder(path).question()
        assert question is not None
        benchmark = load(question.benchmark)

        def work(report: OnProgress, path: Path = path) -> RunFolder:
            return run_execute(path, request, report, engine)

        folder = _shown(f"{printable(question.model.name)} on {benchmark.name}", work, is_fresh=request.fresh)
        finished.append(_finished(folder, benchmark, formats, outputs))
    _print_end(finished, request.runs_root, outputs)


def _finished(folder: RunFolder, benchmark: Benchmark, formats: Sequence[str], outputs: Outputs) -> _Finished:
    record = folder.load()
    run = _Finished(folder, record, write_exports(folder, record, benchmark, formats, outputs.export_dir))
    if not outputs.as_json:
        _print_finished(run)
    return run


def _print_end(finished: list[_Finished], runs_root: Path, outputs: Outputs) -> None:
    if outputs.as_json:
        print_json({"runs": [_plain(run) for run in finished]})
    else:
        output().print(f"Next: {next_command(finished[-1].record, runs_root)}", soft_wrap=True)
    if any(run.record.counts.get(Status.INFRA_ERROR) for run in finished):
        raise typer.Exit(1)


def require_benchmark(asked: Sequence[str]) -> None:
    """Raise where no benchmark is given.

    Raises:
        InputError: There is none.
    """
    if not asked:
        raise InputError(
            "no benchmark given", hint=f"--bench NAME, one of: {', '.join(names())}; or --bench FILE.jsonl"
        )


def next_command(record: RunRecord, runs: Path) -> str:
    """Give the command that a person is likely to want after a run.

    Args:
        record: The run.
        runs: The runs' root, which the command names where it is not the usual one.
    """
    ending = runs_ending(runs)
    has_failed = any(count for status, count in record.counts.items() if status not in (Status.PASS, Status.SKIPPED))
    return f"fuseval show {record.run_id}{ending}" if has_failed else f"fuseval leaderboard{ending}"


def _shown(title: str, work: Callable[[OnProgress], _Made], *, is_fresh: bool) -> _Made:
    """Do the work of one run, or of several at once, showing how far it is; an interrupt ends the command with 130."""
    console = messages()
    try:
        with remarks(console), ProgressReport(title, console) as progress:
            made = work(progress.update)
        if not progress.has_moved:
            console.print(f"{title}: graded before, --fresh grades it again", soft_wrap=True)
        return made
    except KeyboardInterrupt:
        again = "the same command without --fresh" if is_fresh else "the same command"
        console.print(f"interrupted: what is there is kept, {again} goes on from there", soft_wrap=True)
        raise typer.Exit(130) from None


def _print_finished(run: _Finished) -> None:
    for line in summary(run.record, run.folder):
        output().print(line, soft_wrap=True)
    for path in run.exported:
        output().print(f"  written     {path}", soft_wrap=True)
    output().print()


def _plain(run: _Finished) -> dict[str, object]:
    return {
        "folder": str(run.folder.path),
        "record": to_plain(run.record),
        "exported": [str(path) for path in run.exported],
    }
