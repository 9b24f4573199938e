"""`fuseval leaderboard`: the models of all runs, ranked."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.commands.options import DEFAULT_RUNS, AsJson, Debug, Runs
from harness.commands.terminal import output, print_json
from leaderboards.board import FIRST_COMMAND, Board
from leaderboards.board_json import to_plain_standings
from leaderboards.store import read_standings


def leaderboard(
    *,
    bench: Annotated[
        list[str] | None,
        typer.Option(
            envvar="FUSEVAL_BENCH",
            metavar="NAME",
            help="Only this benchmark or column; repeat for several.",
            show_default=False,
        ),
    ] = None,
    sort: Annotated[
        str,
        typer.Option(
            envvar="FUSEVAL_SORT",
            metavar="COLUMN",
            help="Rank within this column; if not given, the one most models have.",
        ),
    ] = "",
    k: Annotated[int, typer.Option("--k", envvar="FUSEVAL_K", min=1, metavar="K", help="Show pass@K.")] = 1,
    runs: Runs = DEFAULT_RUNS,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Rank the models of all runs.

    Equal scores share a rank. Scores over different data never share a column, and a score over a part of the tasks
    has no rank.

    Example:
        fuseval leaderboard
        fuseval leaderboard --bench humaneval --json
    """
    standings = read_standings(runs, k=k, benchmarks=bench or (), sort=sort)
    if as_json:
        print_json(to_plain_standings(standings))
    elif not standings.columns and not standings.unreadable:
        what = f"with a pass@{k} " if k != 1 else ""
        output().print(f"No runs {what}in {runs} yet. A first one: {FIRST_COMMAND}", soft_wrap=True)
    else:
        output().print(Board(standings))
