"""`fuseval evolve`: Evol-Instruct, the baseline, from seeds to a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fusion.commands.row_options import RowFlags
from fusion.commands.seed_options import SeedFlags, Seeds
from fusion.commands.teacher_options import TeacherFlags
from harness.commands.flags import flattened
from harness.commands.options import AsJson, Debug

Rounds = Annotated[
    int, typer.Option("--rounds", envvar="FUSEVAL_ROUNDS", min=1, metavar="N", help="The paper's best is 3.")
]
TargetSize = Annotated[
    int | None,
    typer.Option(
        "--target-size", "-n", envvar="FUSEVAL_TARGET_SIZE", min=1, metavar="N", help="Stop at N rows of all rounds."
    ),
]
Out = Annotated[Path, typer.Option("--out", "-o", envvar="FUSEVAL_OUT", metavar="DIR", help="The data set's folder.")]
Seed = Annotated[int, typer.Option("--seed", envvar="FUSEVAL_SEED", metavar="N", help="Of the heuristics.")]
GainCheck = Annotated[
    bool,
    typer.Option(
        "--gain-check/--no-gain-check", envvar="FUSEVAL_GAIN_CHECK", help="Ask whether a text asks for anything new."
    ),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume/--fresh", envvar="FUSEVAL_RESUME", help="Go on with DIR, or start again beside the old one."
    ),
]


@flattened
def evolve(
    seeds: Seeds,
    *,
    rounds: Rounds = 3,
    target_size: TargetSize = None,
    out: Out = Path("evolved"),
    seeds_said: SeedFlags,
    teacher_said: TeacherFlags,
    rows_said: RowFlags,
    seed: Seed = 123,
    gain_check: GainCheck = True,
    resume: Resume = True,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Make seed instructions harder, in rounds (Evol-Instruct).

    Every reply is kept as it arrives: after a stop, the same command goes on and asks nothing twice.

    Example:
        fuseval evolve offline:100 --teacher offline --rounds 2 -o evolved
        fuseval inspect evolved
    """
    from fusion.commands.evolve_run import EvolveAsk, run_evolve
    from fusion.evolve import EvolveSettings

    settings = EvolveSettings(rounds, seed, gain_check)
    run_evolve(
        EvolveAsk(tuple(seeds), out, target_size, settings, resume, as_json), seeds_said, teacher_said, rows_said
    )
