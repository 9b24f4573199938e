"""The options that say how closely a data set is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from fusion.commands.row_options import Embedding
from fusion.commands.seed_options import ColumnMap
from fusion.inspection.contamination import ContaminationAsk
from harness.commands.grading_options import Sandbox, Workers

Student = Annotated[
    str | None,
    typer.Option(
        "--student",
        envvar="FUSEVAL_STUDENT",
        metavar="CHECKPOINT",
        help="Also this model's loss on the answers, and the paper's task map.",
    ),
]
Bench = Annotated[
    list[str] | None,
    typer.Option(
        "--bench",
        envvar="FUSEVAL_BENCH",
        metavar="NAME|FILE",
        help="Check against this; may be repeated; none for no check.  [default: humaneval+, mbpp+ and MultiPL-E's]",
        show_default=False,
    ),
]
Execute = Annotated[
    bool,
    typer.Option(
        "--execute", envvar="FUSEVAL_EXECUTE", help="Also run the answers on the benchmarks' tests, sandboxed."
    ),
]


@dataclass(frozen=True)
class InspectFlags:
    """How closely a data set is looked at, as it was typed."""

    embedding: Embedding = None
    student: Student = None
    bench: Bench = None
    execute: Execute = False
    columns: ColumnMap = None
    workers: Workers = None
    sandbox: Sandbox = "auto"

    @property
    def contamination(self) -> ContaminationAsk:
        """What the rows are checked against."""
        names = tuple(self.bench) if self.bench else None
        return ContaminationAsk(() if names == ("none",) else names, self.execute, self.workers, self.sandbox)
