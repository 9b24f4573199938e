"""`fuseval study`: the arms of an ablation, from data to one comparison."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.options import AsJson, Debug
from harness.commands.terminal import messages, output, print_json
from training.commands.train import require_packages

Config = Annotated[
    Path, typer.Argument(envvar="FUSEVAL_STUDY", metavar="CONFIG", help="The study, TOML or YAML.", show_default=False)
]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", envvar="FUSEVAL_STUDY_OUT", metavar="DIR", help="The folder; else the config's."),
]
Plan = Annotated[
    bool, typer.Option("--plan", envvar="FUSEVAL_PLAN", help="Print the grid, the steps and the hours, and leave.")
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", envvar="FUSEVAL_DRY_RUN", help="Go through all of it with a mock; nothing is trained."),
]
Jobs = Annotated[int | None, typer.Option("--jobs", envvar="FUSEVAL_JOBS", min=1, metavar="N", help="Arms at once.")]


def study(
    config: Config,
    *,
    out: Out = None,
    plan: Plan = False,
    dry_run: DryRun = False,
    jobs: Jobs = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Train and score the arms of a study, and compare them.

    Each stage is kept by what it was made of: after a stop, or with another arm in the config, the same command makes
    what is missing.

    Example:
        fuseval study study.toml --plan
        fuseval study study.toml
    """
    from training.study.settings import read_study

    settings = read_study(config)
    settings = replace(settings, out=str(out) if out else settings.out, jobs=jobs or settings.jobs)
    require_packages()
    from training.run.quiet import quiet_libraries
    from training.study.plan import plan_lines, plan_study
    from training.study.study import run_study

    if plan:
        with quiet_libraries():
            planned = plan_study(settings)
        if as_json:
            print_json(
                {
                    "arms": [
                        {"arm": one.arm.name, "state": one.state, "steps": one.steps, "seconds": one.seconds}
                        for one in planned.arms
                    ],
                    "seconds_left": planned.seconds_left,
                }
            )
            return
        for line in plan_lines(settings, planned):
            output().print(line, soft_wrap=True)
        return
    console = messages()
    try:
        finished = run_study(settings, lambda text: console.print(text, soft_wrap=True), is_dry=dry_run)
    except KeyboardInterrupt:
        console.print("interrupted: what is done is kept, the same command goes on from there", soft_wrap=True)
        raise typer.Exit(130) from None
    report, runs = finished.report, finished.report.parent / "runs"
    if as_json:
        print_json({"report": str(report), "runs": str(runs), "ungraded": finished.ungraded})
    else:
        output().print(f"report      {report}", soft_wrap=True)
        output().print(f"Next: fuseval leaderboard --runs {runs} --by recipe", soft_wrap=True)
    if finished.ungraded:
        console.print(f"{finished.ungraded} answers could not be graded: the same command tries them again")
        raise typer.Exit(1)
