"""What `--plan` shows: the forecast, before the money is spent."""

from __future__ import annotations

from rich.table import Table

from fusion.dataset import DatasetFolder
from fusion.plan import Forecast, attempts_of, forecast
from harness.commands.terminal import output, print_json
from harness.formats.record_json import to_plain

_UNKNOWN = {"hours": "the pilot's calls were not timed", "dollars": "--price P,C says what a million tokens cost"}


def show_plan(folder: DatasetFolder, target: int, concurrency: int, as_json: bool) -> None:
    """Forecast from the pilot in a folder, and show it.

    Args:
        folder: Of the data set that the pilot began.
        target: Rows wanted.
        concurrency: Calls in flight.
        as_json: Whether to print the numbers alone.

    Raises:
        InputError: The pilot has no row.
    """
    record = folder.record()
    plan = forecast(attempts_of(folder.path, folder.rows(), folder.rejected()), target, concurrency)
    if as_json:
        print_json({"folder": str(folder.path), "plan": to_plain(plan)})
        return
    console = output()
    spent = f", ${record.cost:,.4f} spent" if record.cost else ""
    console.print(f"pilot       {plan.pilot_rows} rows of {plan.pilot_attempts} attempts{spent}")
    console.print(f"{target:,} rows would take, at {concurrency} calls in flight (95 % interval):")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for _ in range(3):
        table.add_column(justify="right")
    table.columns[0].justify = "left"
    for name, value, unit in (
        ("valid", _scaled(plan.valid, 100), "{:.1f} %"),
        ("calls", plan.calls, "{:,.0f}"),
        ("prompt tokens", plan.prompt_tokens, "{:,.0f}"),
        ("completion tokens", plan.completion_tokens, "{:,.0f}"),
        ("hours", plan.hours, "{:,.2f}"),
        ("dollars", plan.cost, "${:,.2f}"),
    ):
        if value is None:
            table.add_row(name, "unknown", _UNKNOWN[name])
        else:
            table.add_row(name, unit.format(value.value), f"{unit.format(value.low)} to {unit.format(value.high)}")
    console.print(table)
    if source := record.about.get("price_source"):
        console.print(
            f"price       {source}: {record.about['price_prompt']}, {record.about['price_completion']} a million"
        )
    console.print("The pilot is kept: the same command without --plan goes on from it.")


def _scaled(value: Forecast, factor: float) -> Forecast:
    return Forecast(value.value * factor, value.low * factor, value.high * factor)
