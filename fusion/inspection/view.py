"""What was found in a data set, for a terminal: rates, costs, lengths and histograms in lines of 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.jupyter import JupyterMixin
from rich.table import Table
from rich.text import Text

from fusion.dataset.reasons import REASONS
from fusion.decontamination.view import DecontaminationView
from fusion.inspection.calls import CallKind
from fusion.inspection.distribution import Distribution
from fusion.inspection.diversity import Spread
from fusion.inspection.inspection import Inspection
from fusion.inspection.making import Making
from fusion.review.view import ReviewsView
from harness.commands.progress import duration_words
from harness.commands.terminal import printable

_BARS = " ▁▂▃▄▅▆▇█"
_ASCII_BARS = " .:-=+*#@"
_MOST_PAIRS = 8
_MOST_LANGUAGES = 8
_NO_EMBEDDING = (
    "not measured; --embedding minilm does (pip install 'fuseval[embedding]'), or --embedding DIR with a model's folder"
)


class InspectionView(JupyterMixin):
    """An inspection for a terminal.

    Args:
        found: What `inspect` gave.
    """

    def __init__(self, found: Inspection) -> None:
        self.found = found

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        found = self.found
        bars = _ASCII_BARS if options.ascii_only else _BARS
        yield Text(printable(f"{found.name}: {found.rows:,} rows"), style="bold")
        if found.making:
            yield from _making(found.making)
        yield Text(printable(f"languages   {_languages(found.languages)}"))
        if found.calls and found.calls.kinds:
            yield from _headed("calls", _calls(found.calls.kinds, found.rows))
        if found.lengths:
            yield from _headed("lengths", distributions(found.lengths, bars))
        yield from self._difficulty(bars)
        yield from self._sameness()
        yield from self._diversity()
        if found.student:
            measures = (found.student.loss, found.student.probability, found.student.uncertainty)
            shown = distributions([made for made in measures if made], bars)
            title = f"student {found.student.checkpoint}, {len(found.student.points)} of {found.student.rows:,} answers"
            yield from _headed(printable(title), shown)
        yield from self._contamination()
        if found.reviews:
            yield from _headed("reviews", ReviewsView(found.reviews))

    def _difficulty(self, bars: str) -> Iterator[RenderableType]:
        found = self.found.difficulty
        if found.passing is None and not found.measures:
            yield from _headed("difficulty", Text("neither judged nor verified; fuseval fuse --judge --verify 3 does"))
            return
        yield Text("")
        yield Text("difficulty", style="bold")
        if found.passing is not None:
            untested = f", {found.untested:,} more could not be tested" if found.untested else ""
            passing = f"{found.passing.words} of {found.passing.total:,} answers pass their teacher's tests{untested}"
            yield Text(passing)
        if found.measures:
            yield distributions(found.measures, bars)
        for made in found.correlations:
            yield Text(
                f"{made.first} and {made.second}: rank correlation {made.value:+.2f} "
                f"[{made.low:+.2f}, {made.high:+.2f}], {made.n:,} rows"
            )

    def _sameness(self) -> Iterator[RenderableType]:
        found = self.found.sameness
        lines = [f"{found.repeated:,} of {found.rows:,} rows repeat an earlier one, {found.near:,} more nearly do"]
        lines += [
            f"  {pair.row_id[:8]} is like {pair.earlier[:8]}: {pair.method} {pair.score:.2f}"
            for pair in found.pairs[:3]
        ]
        if found.compression is not None:
            beside = f", seeds {found.seeds_compression:.2f}" if found.seeds_compression is not None else ""
            lines.append(
                f"compression {found.compression:.2f}{beside}, over {found.compared_bytes:,} bytes of each"
                if beside
                else f"compression {found.compression:.2f}, over {found.compared_bytes:,} bytes"
            )
        yield from _headed("sameness, by words", Text(printable("\n".join(lines))))

    def _diversity(self) -> Iterator[RenderableType]:
        found = self.found.diversity
        if found is None:
            yield from _headed("diversity, by meaning", Text(_NO_EMBEDDING, style="dim"))
            return
        table = _table("", "n", "mean distance", "U (variance)", "95 % interval")
        _spread(table, "rows", found.rows)
        _spread(table, "seeds", found.seeds)
        if found.rows_at_same_n and found.seeds_at_same_n:
            _spread(table, "rows, same n", found.rows_at_same_n)
            _spread(table, "seeds, same n", found.seeds_at_same_n)
        yield from _headed(printable(f"diversity, by meaning ({found.model})"), table)
        yield Text("U: variance of the distance to the nearest neighbour; the smaller, the more even.", style="dim")
        if made := found.coverage:
            yield Text(
                f"{made.reached} of the seeds' {made.clusters} clusters have rows; evenness {made.evenness:.2f}, "
                f"the seeds' own {made.seeds_evenness:.2f}"
            )

    def _contamination(self) -> Iterator[RenderableType]:
        found = self.found.contamination
        yield Text("")
        yield Text("contamination", style="bold")
        if found.rejected_by:
            words = ", ".join(f"{count:,} by {name}" for name, count in found.rejected_by.items())
            yield Text(printable(f"rejected while it was made: {words}"))
        elif self.found.making:
            yield Text("rejected while it was made: none")
        yield DecontaminationView(found.report) if found.report else Text(found.unchecked)


def _headed(title: str, shown: RenderableType) -> Iterator[RenderableType]:
    yield Text("")
    yield Text(title, style="bold")
    yield shown


def _making(found: Making) -> Iterator[RenderableType]:
    state = "" if found.is_complete else ", not finished"
    yield Text(
        printable(f"made by     {found.method}, teacher {found.teacher}, {duration_words(found.seconds)}{state}")
    )
    yield Text(f"valid       {found.valid.words} of {found.valid.total:,} attempts")
    if found.licences:
        words = ", ".join(f"{name} {count:,}" for name, count in found.licences.items())
        yield Text(printable(f"seeds used  {sum(found.licences.values()):,}, by licence: {words}"))
    table = _table("valid by", "", "rows", "attempts", "valid", "95 % interval")
    table.columns[1].justify = "left"
    for kind, rates in found.by.items():
        for place, (name, rate) in enumerate(rates.items()):
            if place == _MOST_PAIRS:
                rest = list(rates.values())[_MOST_PAIRS:]
                table.add_row("", f"and {len(rest)} more", f"{sum(item.count for item in rest):,}",
                              f"{sum(item.total for item in rest):,}")  # fmt: skip
                break
            table.add_row(
                kind if not place else "",
                printable(name or "none"),
                f"{rate.count:,}",
                f"{rate.total:,}",
                "" if rate.value is None else f"{100 * rate.value:.1f} %",
                f"[{100 * rate.low:.1f}, {100 * rate.high:.1f}]",
            )
    if table.row_count:
        yield Text("")
        yield table
    if found.rejected:
        table = _table("rejected", "attempts", "share", "why")
        table.columns[3].justify = "left"
        for reason, rate in found.rejected.items():
            table.add_row(
                printable(reason), f"{rate.count:,}", f"{100 * (rate.value or 0):.1f} %", REASONS.get(reason, "")
            )
        yield Text("")
        yield table
    yield Text("")


def _languages(counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    shown = list(counts.items())[:_MOST_LANGUAGES]
    words = [f"{name} {count:,} ({100 * count / total:.0f} %)" for name, count in shown]
    rest = len(counts) - len(shown)
    return ", ".join(words) + (f", and {rest} more" if rest > 0 else "")


def _calls(kinds: Iterable[CallKind], rows: int) -> Table:
    table = _table("kind", "calls", "refused", "prompt tokens", "completion", "cost", "mean time")
    kinds = list(kinds)
    for kind in kinds:
        table.add_row(
            printable(kind.kind),
            f"{kind.calls:,}",
            f"{kind.refused:,}",
            _number(kind.prompt_tokens),
            _number(kind.completion_tokens),
            "unknown" if kind.cost is None else f"${kind.cost:,.4f}",
            "" if kind.seconds is None else f"{kind.seconds:.1f} s",
        )
    table.add_row(
        "a row" if rows else "",
        f"{sum(kind.calls for kind in kinds) / rows:.2f}" if rows else "",
        "",
        _mean([kind.prompt_tokens for kind in kinds], rows),
        _mean([kind.completion_tokens for kind in kinds], rows),
        _mean([kind.cost for kind in kinds], rows, "${:,.5f}"),
        "",
    )
    return table


def _number(value: int | None) -> str:
    return "unknown" if value is None else f"{value:,}"


def _mean(values: list[int | None] | list[float | None], rows: int, form: str = "{:,.0f}") -> str:
    known = [value for value in values if value is not None]
    return form.format(sum(known) / rows) if rows and len(known) == len(values) else ""


def distributions(found: Iterable[Distribution], bars: str = _BARS) -> Table:
    """Draw distributions as a table, each with a small histogram.

    Args:
        found: The distributions.
        bars: Signs of rising height, the first for nothing at all.
    """
    table = _table("", "n", "min", "25 %", "median", "75 %", "max", "histogram")
    table.padding = (0, 1, 0, 0)
    table.columns[-1].justify = "left"
    for made in found:
        places = 0 if all(float(value).is_integer() for value in made.quartiles) else 2
        shown = [f"{value:,.{places}f}" for value in made.quartiles]
        table.add_row(printable(made.name), f"{made.n:,}", *shown, histogram(made.counts, bars))
    return table


def histogram(counts: Iterable[int], bars: str = _BARS) -> str:
    """Draw counts as one line; what is not empty is always seen.

    Args:
        counts: Of the bins.
        bars: Signs of rising height, the first for nothing at all.

    Example:
        >>> histogram([0, 1, 50, 100])
        ' ▁▄█'
    """
    counts = list(counts)
    most = max(counts, default=0) or 1
    return "".join(bars[max(count > 0, int(count / most * (len(bars) - 1)))] for count in counts)


def _spread(table: Table, name: str, found: Spread | None) -> None:
    if found is not None:
        table.add_row(
            name,
            f"{found.n:,}",
            f"{found.mean_distance:.4f}",
            f"{found.variance:.5f}",
            f"[{found.low:.5f}, {found.high:.5f}]",
        )


def _table(*names: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    table.columns[0].justify = "left"
    return table
