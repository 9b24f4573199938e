"""`fuseval compare`: runs beside each other, task by task."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.commands.options import DEFAULT_RUNS, AsJson, Debug, Runs
from harness.commands.terminal import output, print_json
from leaderboards.comparison.comparison import compare as compared
from leaderboards.comparison.comparison import find_task
from leaderboards.comparison.plain import to_plain_comparison
from leaderboards.comparison.runs import read_contenders
from leaderboards.comparison.view import Comparison


def compare(
    run: Annotated[
        list[str],
        typer.Argument(
            envvar="FUSEVAL_COMPARE", metavar="RUN", help="Runs' folders, their ids or their starts, or models."
        ),
    ],
    *,
    bench: Annotated[
        list[str] | None,
        typer.Option(
            envvar="FUSEVAL_BENCH",
            metavar="NAME",
            help="Runs on this benchmark; repeat to compare over several together.",
            show_default=False,
        ),
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(envvar="FUSEVAL_TASK", metavar="TASK", help="Show the programs for this, as HumanEval/32 or 32."),
    ] = None,
    unpaired: Annotated[
        bool, typer.Option("--unpaired", envvar="FUSEVAL_UNPAIRED", help="Do not match the tasks of two unlike runs.")
    ] = False,
    runs: Runs = DEFAULT_RUNS,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Compare runs task by task, with a paired test.

    Two runs: their difference with its interval, the tasks that only one solves, and whether that is more than chance.
    More: a matrix of differences, adjusted for the number of pairs. Runs that differ in data, samples a task or prompt
    style are refused.

    Example:
        fuseval compare reference broken
        fuseval compare reference broken --task 2
    """
    contenders = read_contenders(run, runs, benchmarks=bench or ())
    findings = compared(contenders, is_paired=not unpaired)
    if task is not None:
        from leaderboards.comparison.programs import TaskPrograms, read_programs, to_plain_programs

        programs = read_programs(findings, *find_task(findings, task))
        if as_json:
            print_json(to_plain_programs(programs))
        else:
            output().print(TaskPrograms(programs), crop=False)
    elif as_json:
        print_json(to_plain_comparison(findings))
    else:
        output().print(Comparison(findings))
