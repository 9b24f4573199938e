"""`fuseval generate`: a model's answers into a run's folder, for a machine with a sandbox to grade."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.flags import flattened
from harness.commands.model_options import ModelFlags, Tasks
from harness.commands.options import DEFAULT_RUNS, AsJson, Debug, Runs
from harness.commands.score import Bench, FirstTasks, Fresh
from harness.commands.terminal import messages, output, print_json
from harness.errors import InputError
from harness.models.self_checks import SELF_CHECKS
from harness.request import ScoreRequest

Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        envvar="FUSEVAL_OUT",
        metavar="FILE",
        help="Also a samples file, which other tools read.",
    ),
]


@flattened
def generate(
    model: Annotated[
        str,
        typer.Argument(envvar="FUSEVAL_MODEL", metavar="MODEL", help="A checkpoint folder, a .gguf file, a Hub id …"),
    ],
    *,
    bench: Bench = None,
    limit: FirstTasks = None,
    tasks: Tasks = None,
    asked: ModelFlags,
    out: Out = None,
    fresh: Fresh = False,
    runs: Runs = DEFAULT_RUNS,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Ask a model and keep its answers, to grade elsewhere.

    The answers are kept in the run's folder; `fuseval execute FOLDER` grades them, on this machine or another.

    Example:
        fuseval generate mock --bench humaneval --limit 5 -o samples.jsonl
        fuseval score --samples samples.jsonl --bench humaneval
    """
    from harness.benchmarks.multipl_e import expand
    from harness.commands.asks import opened, print_prompt
    from harness.commands.progress import ProgressReport
    from harness.commands.score_runs import require_benchmark
    from harness.formats.samples_out import write_samples
    from harness.run import generate as run_generate

    names = list(dict.fromkeys(part for name in bench or () for part in expand(name)))
    require_benchmark(names)
    if model in SELF_CHECKS:
        raise InputError(f"{model} is a self-check, which answers at once", hint=f"fuseval score {model} --bench NAME")
    if asked.repeat > 1:
        raise InputError("--repeat compares verdicts, and nothing is graded here", hint="fuseval score --repeat 2")
    if out is not None and len(names) > 1:
        raise InputError("--out is one file, and there are several benchmarks", hint="one --bench at a time")
    if asked.show_prompt is not None:
        print_prompt(model, asked, names[0], asked.show_prompt)
        return
    folders = []
    with opened(model, asked, names) as (answering, asks):
        request = ScoreRequest(answering.info.name, "", runs_root=runs, limit=limit, tasks=tasks, fresh=fresh)
        for name, ask in zip(names, asks, strict=True):
            console = messages()
            with ProgressReport(f"{answering.info.name} on {name}", console) as progress:
                try:
                    one = replace(request, benchmark=name, ask=ask, extraction=ask.prompts.extraction)
                    folder = run_generate(one, progress.update)
                except KeyboardInterrupt:
                    console.print("interrupted: what was said is kept, the same command goes on from there")
                    raise typer.Exit(130) from None
            folders.append(folder)
            if out is not None:
                write_samples(folder, name, out)
    _print_kept([folder.path for folder in folders], out, as_json)


def _print_kept(folders: list[Path], out: Path | None, as_json: bool) -> None:
    if as_json:
        print_json({"folders": [str(folder) for folder in folders], "samples": str(out) if out else None})
        return
    for folder in folders:
        output().print(f"answers     {folder}", soft_wrap=True)
    if out is not None:
        output().print(f"samples     {out}", soft_wrap=True)
    output().print(f"Next: fuseval execute {folders[-1]}", soft_wrap=True)
