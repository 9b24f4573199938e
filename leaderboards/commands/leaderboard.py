"""`fuseval leaderboard`: the models of all runs, ranked."""

from __future__ import annotations

from harness.commands.options import DEFAULT_RUNS, AsJson, Debug, Runs
from harness.commands.terminal import output, print_json
from leaderboards.board import FIRST_COMMAND, Board
from leaderboards.board_json import to_plain_standings
from leaderboards.commands.view_options import (
    Baseline,
    Bench,
    By,
    Columns,
    K,
    References,
    Sort,
    Where,
    reference_choice,
)
from leaderboards.store import read_standings


def leaderboard(
    *,
    bench: Bench = None,
    sort: Sort = "",
    columns: Columns = "",
    where: Where = "",
    baseline: Baseline = "",
    by: By = "",
    references: References = "near",
    k: K = 1,
    runs: Runs = DEFAULT_RUNS,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Rank the models of all runs.

    A rank is what paired tests over the same tasks leave a model: those that can not be told apart share their ranks.
    Scores over different data never share a column, and a score over a part of the tasks has no rank.

    Example:
        fuseval leaderboard
        fuseval leaderboard --bench humaneval --json
        fuseval leaderboard --where "size<15 and humaneval>=50" --columns humaneval,n,tokens
    """
    standings = read_standings(
        runs,
        k=k,
        benchmarks=bench or (),
        sort=sort,
        columns=columns.split(","),
        where=where,
        baseline=baseline,
        by=by,
        references=reference_choice(references),
    )
    if as_json:
        print_json(to_plain_standings(standings))
    elif not standings.columns and not standings.unreadable:
        said = f"No runs in {runs} yet. A first one: {FIRST_COMMAND}"
        if k != 1:
            said = f"No runs with a pass@{k} in {runs}: it takes at least {k} samples of every task."
        output().print(said, soft_wrap=True)
    else:
        output().print(Board(standings))
