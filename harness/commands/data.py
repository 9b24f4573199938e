"""`fuseval data`: the files that benchmarks are made of."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.commands.options import AsJson, Debug, require_verb
from harness.commands.terminal import output, print_json

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Fetch a benchmark's data.",
)


@app.callback(invoke_without_command=True)
def data(context: typer.Context) -> None:
    """Fetch a benchmark's data."""
    require_verb(context)


@app.command(
    help="Fetch one benchmark's data, unless it is here already.\n\n\b\nExample:\n    fuseval data fetch humaneval"
)
def fetch(
    benchmark: Annotated[
        str, typer.Argument(envvar="FUSEVAL_FETCH", metavar="BENCHMARK", help="A name out of `fuseval benchmarks`.")
    ],
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Fetch one benchmark's data into the cache folder."""
    from harness.benchmarks import fetch as fetch_data

    place = fetch_data(benchmark)
    if as_json:
        print_json({"benchmark": benchmark, "place": str(place)})
    else:
        output().print(f"{benchmark} is here: {place}", soft_wrap=True)
