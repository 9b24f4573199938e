"""Boards out of run records: this room reads what runs left behind and never runs anything itself.

runs, outcomes      a folder of runs, read whole; what each run did on each task
statistics          pure arithmetic: intervals, tests, adjustments, ranks, power
store               runs -> standings: which run stands for a model in a column, who is ranked, by which tests
columns, rows       what stands beside each other, what stands below each other
ranking, baseline   the paired tests behind the ranks, and behind the differences to one row
methods             rows for recipes, with the training seed as the unit
where, facts        filters, and what a row can be asked for
references          published numbers, for the eye only
board               standings -> a rich renderable; headline, cells, notes, grid and others hold how its parts read
board_json, frame   standings -> JSON; runs -> pandas
comparison          two or more runs, task by task
matrix              which model solves which task
lint                what can not be trusted in a folder of runs
publish, site       the board for a paper, a spreadsheet, the Hub, a browser
commands            the verbs

`leaderboards.load(path)` gives the runs as a pandas table. It is imported when it is first asked for, so that
`python -m leaderboards.board` and `fuseval --help` load no more than they need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leaderboards.frame import load

__all__ = ["load"]


def __getattr__(name: str) -> object:
    if name == "load":
        from leaderboards.frame import load

        return load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
