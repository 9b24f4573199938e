"""`fuseval matrix`: which model solves which task."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.commands.options import DEFAULT_RUNS, AsJson, Debug, Runs
from harness.commands.terminal import output, print_json
from leaderboards.matrix.matrix import read_matrix
from leaderboards.matrix.plain import to_plain_matrix
from leaderboards.matrix.view import Matrix


def matrix(
    *,
    bench: Annotated[
        str,
        typer.Option(
            envvar="FUSEVAL_BENCH",
            metavar="NAME",
            help="The benchmark or column to draw; if not given, the one most models have.",
        ),
    ] = "",
    where: Annotated[
        str,
        typer.Option(envvar="FUSEVAL_WHERE", metavar="FILTER", help='Only models that pass, as in "size<15".'),
    ] = "",
    runs: Runs = DEFAULT_RUNS,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Draw which model solves which task.

    The strongest model stands first, the most solved task leftmost; below, the tasks that nobody, everybody or only
    one model solves, and those that stronger models fail while weaker ones pass.

    Example:
        fuseval matrix
        fuseval matrix --bench humaneval --json
    """
    found = read_matrix(runs, column=bench, where=where)
    if as_json:
        print_json(to_plain_matrix(found))
    else:
        output().print(Matrix(found))
