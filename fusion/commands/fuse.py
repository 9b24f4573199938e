"""`fuseval fuse`: Instruction Fusion, from seeds to a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fusion.commands.row_options import RowFlags
from fusion.commands.seed_options import SeedFlags, Seeds
from fusion.commands.teacher_options import TeacherFlags
from harness.commands.flags import flattened
from harness.commands.options import AsJson, Debug

TargetSize = Annotated[
    int,
    typer.Option("--target-size", "-n", envvar="FUSEVAL_TARGET_SIZE", min=1, metavar="N", help="Valid rows wanted."),
]
Out = Annotated[Path, typer.Option("--out", "-o", envvar="FUSEVAL_OUT", metavar="DIR", help="The data set's folder.")]
Pairing = Annotated[
    str,
    typer.Option(
        "--pairing",
        envvar="FUSEVAL_PAIRING",
        metavar="NAME",
        help="random, difficulty_matched, embedding_near, embedding_far, mid_band, same_language, cross_language, "
        "usage_penalised.",
    ),
]
Operator = Annotated[
    list[str] | None,
    typer.Option(
        "--operator",
        envvar="FUSEVAL_OPERATOR",
        metavar="NAME",
        help="merge, sequential, parallel, conditional, structured; several are taken in turn.  [default: merge]",
        show_default=False,
    ),
]
Seed = Annotated[int, typer.Option("--seed", envvar="FUSEVAL_SEED", metavar="N", help="Of the pairs.")]
Checks = Annotated[
    str, typer.Option("--checks", envvar="FUSEVAL_CHECKS", metavar="all|paper", help="paper: the marker alone.")
]
Longest = Annotated[
    float,
    typer.Option("--longest", envvar="FUSEVAL_LONGEST", min=1.0, metavar="X", help="Times the parents' mean length."),
]
Plan = Annotated[
    bool,
    typer.Option("--plan", envvar="FUSEVAL_PLAN", help="Fuse 50 pairs, forecast calls, money and hours, and stop."),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume/--fresh", envvar="FUSEVAL_RESUME", help="Go on with DIR, or start again beside the old one."
    ),
]


@flattened
def fuse(
    seeds: Seeds,
    *,
    target_size: TargetSize = 1000,
    out: Out = Path("fused"),
    pairing: Pairing = "random",
    operator: Operator = None,
    seeds_said: SeedFlags,
    teacher_said: TeacherFlags,
    rows_said: RowFlags,
    seed: Seed = 123,
    checks: Checks = "all",
    longest: Longest = 2.5,
    plan: Plan = False,
    resume: Resume = True,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Fuse pairs of seed instructions (Instruction Fusion).

    Every reply is kept as it arrives: after a stop, the same command goes on and asks nothing twice.

    Example:
        fuseval fuse offline:300 --teacher offline --target-size 50 -o fused
        fuseval inspect fused
    """
    from fusion.commands.fuse_run import FuseAsk, run_fuse

    run_fuse(
        FuseAsk(
            tuple(seeds),
            out,
            target_size,
            pairing,
            tuple(operator or ("merge",)),
            seed,
            checks,
            longest,
            plan,
            resume,
            as_json,
        ),
        seeds_said,
        teacher_said,
        rows_said,
    )
