"""What `fuseval score MODEL` does: the model is opened, and asked and graded benchmark by benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.commands.asks import opened, print_prompt
from harness.commands.model_options import ModelFlags
from harness.commands.outputs import Outputs
from harness.commands.score_runs import require_benchmark, score_runs
from harness.engines.local import LocalEngine
from harness.request import ScoreRequest


def score_model(
    name: str,
    request: ScoreRequest,
    benchmarks: Sequence[str],
    asked: ModelFlags,
    *,
    extract: str | None,
    outputs: Outputs,
) -> None:
    """Score a model on benchmarks, or print a prompt of it.

    Args:
        name: What the person called the model.
        request: What was asked for, but for the benchmark.
        benchmarks: Names or files.
        asked: How the model is asked.
        extract: The extraction rule that was said; None for the one that fits the prompts.
        outputs: What to print and write.

    Raises:
        InputError: An option or a name is wrong.
        EnvironmentLacking: The model, the data or the isolation is not to be had here.
    """
    require_benchmark(benchmarks)
    if asked.show_prompt is not None:
        print_prompt(name, asked, benchmarks[0], asked.show_prompt)
        return
    with opened(name, asked, list(benchmarks)) as (model, asks):
        requests = [
            replace(
                request,
                model=model.info.name,
                benchmark=benchmark,
                ask=ask,
                extraction=extract or ask.prompts.extraction,
            )
            for benchmark, ask in zip(benchmarks, asks, strict=True)
        ]
        with LocalEngine(request.workers, request.limits, request.sandbox) as engine:
            score_runs(requests, engine, outputs)
