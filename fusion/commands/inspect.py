"""`fuseval inspect`: what is in a data set, where a row comes from, and what people and the Hub are shown of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fusion.commands.inspect_options import InspectFlags
from harness.commands.flags import flattened
from harness.commands.options import AsJson, Debug
from harness.errors import InputError

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
Push = Annotated[
    str | None,
    typer.Option(
        "--push", envvar="FUSEVAL_PUSH", metavar="OWNER/NAME", help="Upload rows, lineage, card and record; private."
    ),
]
Public = Annotated[
    bool, typer.Option("--public", envvar="FUSEVAL_PUBLIC", help="With --push: everybody may see the data set.")
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


@flattened
def inspect(
    dataset: Dataset,
    *,
    row: RowId = None,
    review: Review = False,
    items: Items = 40,
    push: Push = None,
    public: Public = False,
    flags: InspectFlags,
    html: Html = None,
    picture: Picture = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Say what is in a data set: rates, lengths, leaks, lineage.

    Also cost, difficulty, sameness, and with --embedding how the rows are spread.

    --row draws where one row comes from. --review lets people rate rows and seeds without telling which is which; what
    they said is shown from then on.

    Example:
        fuseval inspect fused
        fuseval inspect fused --row 2562b42e
        fuseval inspect fused --embedding minilm --html fused.html
        fuseval inspect fused --review
        fuseval inspect fused --push ada/fused-code
    """
    from fusion.commands.inspect_run import push_dataset, show_inspection, show_row
    from fusion.inspection import read_subject
    from fusion.seeds import Columns

    if sum((row is not None, review, push is not None)) > 1:
        raise InputError("--row, --review and --push are three things", hint="one at a time")
    if public and push is None:
        raise InputError("--public is for --push", hint="--push OWNER/NAME --public")
    subject = read_subject(dataset, Columns.read(flags.columns))
    if push is not None:
        push_dataset(subject, push, public, as_json)
        return
    if row is not None:
        show_row(subject, row, as_json)
        return
    if review:
        from fusion.commands.inspect_review import serve_review

        serve_review(subject, items)
        return
    show_inspection(subject, flags, html, picture, as_json)
