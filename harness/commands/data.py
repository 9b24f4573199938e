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
    help="Fetch a benchmark's data, or a small model to try.",
)


@app.callback(invoke_without_command=True)
def data(context: typer.Context) -> None:
    """Fetch a benchmark's data, or a small model to try."""
    require_verb(context)


@app.command(help="Fetch a benchmark's data or a small model.\n\n\b\nExample:\n    fuseval data fetch humaneval")
def fetch(
    benchmark: Annotated[
        str,
        typer.Argument(
            envvar="FUSEVAL_FETCH",
            metavar="NAME",
            help="A name out of `fuseval benchmarks`, or smollm2.",
        ),
    ],
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Fetch one benchmark's data or a small model into the cache folder."""
    from harness.benchmarks import fetch as fetch_data
    from harness.models.known_files import KNOWN_FILES, fetch_known

    place = fetch_known(benchmark) if benchmark in KNOWN_FILES else fetch_data(benchmark)
    if as_json:
        print_json({"benchmark": benchmark, "place": str(place)})
    else:
        output().print(f"{benchmark} is here: {place}", soft_wrap=True)
