"""The options that say how samples are graded, and what is printed and written of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.options import AsJson, parse_size
from harness.commands.outputs import Outputs
from harness.records import Limits
from harness.sandbox.levels import candidates

Workers = Annotated[
    int | None,
    typer.Option("--workers", envvar="FUSEVAL_WORKERS", min=1, metavar="N", help="Sandboxes at once; else one a core."),
]
Sandbox = Annotated[
    str,
    typer.Option(
        "--sandbox",
        envvar="FUSEVAL_SANDBOX",
        metavar="LEVEL",
        help="auto, weak (take any), or a level: see fuseval doctor.",
    ),
]
TimeoutFactor = Annotated[
    float,
    typer.Option(
        "--timeout-factor",
        envvar="FUSEVAL_TIMEOUT_FACTOR",
        min=1.0,
        metavar="X",
        help="CPU limit: X times the reference's.",
    ),
]
TimeoutFloor = Annotated[
    float,
    typer.Option(
        "--timeout-floor", envvar="FUSEVAL_TIMEOUT_FLOOR", min=0.1, metavar="SECONDS", help="Least CPU limit of a test."
    ),
]
Memory = Annotated[
    str, typer.Option("--memory", envvar="FUSEVAL_MEMORY", metavar="SIZE", help="Memory limit of a sample.")
]
Exports = Annotated[
    list[str] | None,
    typer.Option(
        "--export",
        envvar="FUSEVAL_EXPORT",
        metavar="FORMAT",
        help="Also write evalplus, human-eval, multipl-e files.",
    ),
]
ExportDir = Annotated[
    Path | None,
    typer.Option("--export-dir", envvar="FUSEVAL_EXPORT_DIR", metavar="DIR", help="Where to; else the run's folder."),
]


@dataclass(frozen=True)
class GradingFlags:
    """How samples are graded, as it was typed."""

    workers: Workers = None
    sandbox: Sandbox = "auto"
    timeout_factor: TimeoutFactor = Limits.factor
    timeout_floor: TimeoutFloor = Limits.floor_s
    memory: Memory = f"{Limits.memory_bytes >> 30}GiB"

    @property
    def limits(self) -> Limits:
        """What one sample may use.

        Raises:
            InputError: The memory is no size, or there is no such sandbox level.
        """
        candidates(self.sandbox)
        return Limits(floor_s=self.timeout_floor, factor=self.timeout_factor, memory_bytes=parse_size(self.memory))


@dataclass(frozen=True)
class OutputFlags:
    """What is printed and written of each run, as it was typed."""

    exports: Exports = None
    export_dir: ExportDir = None
    as_json: AsJson = False

    @property
    def outputs(self) -> Outputs:
        """The same, for those who print and write."""
        return Outputs(self.exports or (), self.export_dir, self.as_json)
