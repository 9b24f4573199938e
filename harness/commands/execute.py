"""`fuseval execute`: grade the answers that `fuseval generate` left in folders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.flags import flattened
from harness.commands.grading_options import GradingFlags, OutputFlags
from harness.commands.options import DEFAULT_RUNS, Debug, Runs, Tags, parse_tags
from harness.commands.score import Fresh
from harness.engines.local import LocalEngine
from harness.request import ScoreRequest


@flattened
def execute(
    folder: Annotated[
        Path,
        typer.Argument(envvar="FUSEVAL_FOLDER", metavar="FOLDER", help="A folder that generate left, or one above."),
    ],
    *,
    fresh: Fresh = False,
    grading: GradingFlags,
    tags: Tags = None,
    runs: Runs = DEFAULT_RUNS,
    written: OutputFlags,
    debug: Debug = False,
) -> None:
    """Grade the answers that generate left.

    The folder may have come from another machine; the graded run is kept where runs are kept here.

    Example:
        fuseval generate mock --bench humaneval --limit 3 --runs asked
        fuseval execute asked
    """
    request = ScoreRequest(
        model="",
        benchmark="",
        runs_root=runs,
        limits=grading.limits,
        workers=grading.workers,
        fresh=fresh,
        metadata=parse_tags(tags or ()),
    )
    with LocalEngine(grading.workers, request.limits, grading.sandbox) as engine:
        from harness.commands.score_runs import execute_runs

        execute_runs(folder, request, engine, written.outputs)
