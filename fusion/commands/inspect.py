"""`fuseval inspect`: what is in a data set, where a row comes from, and what people and the Hub are shown of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fusion.commands.inspect_options import InspectFlags
from harness.commands.flags import flattened
from harness.commands.options import AsJson, Debug

Dataset = Annotated[
    str,
    typer.Argument(
        envvar="FUSEVAL_DATASET", metavar="DATASET", help="A data set's folder, or a file of rows.", show_default=False
    ),
]
RowId = Annotated[
    str | None,
    typer.Option("--row", envvar="FUSEVAL_ROW", metavar="ID", help="Draw this row's family tree; a beginning will do."),
]
Review = Annotated[
    bool,
    typer.Option(
        "--review", envvar="FUSEVAL_REVIEW", help="Serve a page on this machine to rate rows and seeds, blind."
    ),
]
Items = Annotated[
    int, typer.Option("--items", envvar="FUSEVAL_ITEMS", min=1, metavar="N", help="Instructions to rate.")
]
Html = Annotated[
    Path | None, typer.Option("--html", envvar="FUSEVAL_HTML", metavar="FILE", help="Write all of it as a page.")
]
Picture = Annotated[
    Path | None,
    typer.Option(
        "--picture",
        envvar="FUSEVAL_PICTURE",
        metavar="FILE",
        help="Write the rows by meaning as SVG.",
    ),
]

Push = Annotated[
    str | None,
    typer.Option("--push", envvar="FUSEVAL_PUSH", metavar="OWNER/NAME", help="Upload the data set to the Hub."),
]
IsPublic = Annotated[
    bool, typer.Option("--public", envvar="FUSEVAL_PUBLIC", help="With --push: for everybody; else for you alone.")
]


@flattened
def inspect(
    dataset: Dataset,
    *,
    row: RowId = None,
    review: Review = False,
    items: Items = 40,
    flags: InspectFlags,
    html: Html = None,
    picture: Picture = None,
    push: Push = None,
    public: IsPublic = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show rates, cost, lengths, difficulty, diversity and contamination of a data set.

    --row draws where one row comes from. --review lets people rate rows and seeds without telling which is which; what
    they said is shown from then on. --push uploads the data and its card.

    Example:
        fuseval inspect fused
        fuseval inspect fused --row 2562b42e
        fuseval inspect fused --embedding minilm --html fused.html
        fuseval inspect fused --review
    """
    from fusion.commands.inspect_run import show_inspection, show_row
    from fusion.inspection import read_subject
    from fusion.seeds import Columns

    subject = read_subject(dataset, Columns.read(flags.columns))
    if row is not None:
        show_row(subject, row, as_json)
        return
    if push is not None:
        from fusion.commands.push import push_dataset

        push_dataset(subject, push, is_private=not public)
        return
    if review:
        from fusion.commands.inspect_review import serve_review

        serve_review(subject, items)
        return
    show_inspection(subject, flags, html, picture, as_json)
