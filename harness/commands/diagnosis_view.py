"""How a diagnosis looks: the ways of failing with their counts, what to try, and what others measured."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from harness.commands.terminal import printable
from harness.diagnosis import Diagnosis


def diagnosis_view(diagnosis: Diagnosis) -> Iterator[RenderableType]:
    """Draw a diagnosis.

    Args:
        diagnosis: What was found.
    """
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="dim", no_wrap=True, overflow="ellipsis")
    for finding in diagnosis.findings:
        table.add_row(
            finding.kind, str(finding.count), f"{100 * finding.share:.1f}%", f"as in {printable(finding.example)}"
        )
    yield table
    for cause in diagnosis.causes:
        yield Text(f"! {cause.text}", style="bold yellow")
        yield Text(f"  try {printable(cause.command)}", style="dim")
    for text in diagnosis.published:
        yield Text(f"published  {printable(text)}")
