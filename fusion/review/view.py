"""What raters said, for a terminal: mean ratings by origin, and how far each two raters agree."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderResult
from rich.jupyter import JupyterMixin
from rich.table import Table
from rich.text import Text

from fusion.review.agreement import ReviewSummary
from harness.commands.terminal import printable

_MOST_PAIRS = 12


class ReviewsView(JupyterMixin):
    """Ratings for a terminal.

    Args:
        found: What `summary_of` gave.
    """

    def __init__(self, found: ReviewSummary) -> None:
        self.found = found

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        found = self.found
        raters = ", ".join(f"{name} ({count})" for name, count in found.raters.items())
        yield Text(printable(f"by {raters}; 1 (not at all) to 5 (fully)"))
        yield self._means()
        if found.agreement:
            yield self._agreement()
        elif len(found.raters) == 1:
            yield Text("agreement takes a second rater", style="dim")

    def _means(self) -> Table:
        table = _table("", "origin", "n", "mean", "95 % interval", "rows less seeds")
        differences = {item.criterion: item for item in self.found.differences}
        for mean in self.found.means:
            difference = differences.get(mean.criterion) if mean.origin == "row" else None
            table.add_row(
                mean.criterion,
                f"{mean.origin}s",
                str(mean.n),
                f"{mean.mean:.2f}",
                "" if mean.low is None or mean.high is None else f"[{mean.low:.2f}, {mean.high:.2f}]",
                f"{difference.difference:+.2f} [{difference.low:+.2f}, {difference.high:+.2f}]" if difference else "",
            )
        return table

    def _agreement(self) -> Table:
        table = _table("raters", "criterion", "n", "same", "kappa", "weighted")
        for pair in self.found.agreement[:_MOST_PAIRS]:
            table.add_row(
                printable(" and ".join(pair.raters)),
                pair.criterion,
                str(pair.n),
                f"{100 * pair.same:.0f} %",
                pair.kappa.words if pair.kappa else "unknown",
                pair.weighted.words if pair.weighted else "unknown",
            )
        return table


def _table(*names: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for place, name in enumerate(names):
        table.add_column(name, justify="left" if place < 2 else "right")
    return table
