"""`fuseval execute`: grade the answers that `fuseval generate` left in folders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.flags import flattened
from harness.commands.options import DEFAULT_RUNS, AsJson, Debug, Runs, Tags, parse_size, parse_tags
from harness.commands.outputs import Outputs
from harness.commands.score import (
    ExportDir,
    Exports,
    Fresh,
    Memory,
    Sandbox,
    TimeoutFactor,
    TimeoutFloor,
    Workers,
)
from harness.engines.local import LocalEngine
from harness.records import Limits
from harness.request import ScoreRequest
from harness.sandbox.levels import candidates


@flattened
def execute(
    folder: Annotated[
        Path, typer.Argument(envvar="FUSEVAL_FOLDER", metavar="FOLDER", help="A folder that fuseval generate left.")
    ],
    *,
    fresh: Fresh = False,
    workers: Workers = None,
    sandbox: Sandbox = "auto",
    timeout_factor: TimeoutFactor = Limits.factor,
    timeout_floor: TimeoutFloor = Limits.floor_s,
    memory: Memory = f"{Limits.memory_bytes >> 30}GiB",
    exports: Exports = None,
    export_dir: ExportDir = None,
    tags: Tags = None,
    runs: Runs = DEFAULT_RUNS,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Grade the answers that generate left.

    The folder may have come from another machine; the graded run is kept where runs are kept here.

    Example:
        fuseval generate mock --bench humaneval --limit 3 --runs asked
        fuseval execute asked/mock/humaneval/*
    """
    candidates(sandbox)
    limits = Limits(floor_s=timeout_floor, factor=timeout_factor, memory_bytes=parse_size(memory))
    request = ScoreRequest(
        "", "", runs_root=runs, limits=limits, workers=workers, fresh=fresh, metadata=parse_tags(tags or ())
    )
    with LocalEngine(workers, limits, sandbox) as engine:
        from harness.commands.score_runs import execute_run

        execute_run(folder, request, engine, Outputs(exports or (), export_dir, as_json))
