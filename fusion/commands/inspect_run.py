"""What `fuseval inspect` does with its options: looks, and shows what it found."""

from __future__ import annotations

from pathlib import Path

from fusion.commands.inspect_options import InspectFlags
from fusion.dataset.hub import push
from fusion.embedding import load_embedder
from fusion.inspection import Subject, inspect
from fusion.inspection.lineage import lineage_of
from fusion.inspection.lineage_view import LineageView
from fusion.inspection.page import inspection_page
from fusion.inspection.page import picture as picture_of
from fusion.inspection.view import InspectionView
from harness.commands.progress import ProgressReport
from harness.commands.terminal import messages, output, print_json
from harness.errors import InputError
from harness.formats.atomic import write_atomically
from harness.formats.record_json import to_plain
from harness.run import Progress


def show_inspection(
    subject: Subject, flags: InspectFlags, html: Path | None, picture: Path | None, as_json: bool
) -> None:
    """Look at a data set and show what was found.

    Args:
        subject: The data set.
        flags: How closely.
        html: Where a page of it goes.
        picture: Where the picture of the rows by meaning goes.
        as_json: Whether to print the numbers alone.

    Raises:
        InputError: An option is wrong.
        EnvironmentLacking: Something that was asked for can not be done here.
    """
    if picture and not flags.embedding:
        raise InputError("--picture lays rows out by meaning, and no model makes vectors", hint="--embedding minilm")
    embedder = load_embedder(None if flags.embedding == "minilm" else flags.embedding) if flags.embedding else None
    with ProgressReport(subject.name, messages()) as progress:
        found = inspect(
            subject,
            flags.contamination,
            embedder=embedder,
            is_pictured=bool(html or picture or as_json),
            student=flags.student,
            on_progress=lambda stage, done, total: progress.update(Progress(done, total, 0, stage)),
        )
    if html:
        write_atomically(html, inspection_page(found))
    if picture:
        if found.diversity is None:
            raise InputError(f"{len(subject.rows)} rows make no picture", hint="three are the fewest")
        write_atomically(picture, picture_of(found.diversity))
    written = [path for path in (html, picture) if path]
    if as_json:
        print_json({**found.plain(), "written": [str(path) for path in written]})
        return
    output().print(InspectionView(found))
    for path in written:
        output().print(f"written: {path}", soft_wrap=True)


def show_row(subject: Subject, row_id: str, as_json: bool) -> None:
    """Draw a row's family tree.

    Args:
        subject: The data set.
        row_id: The row's id, or how it begins.
        as_json: Whether to print it as JSON.

    Raises:
        InputError: No row, or more than one, has such an id.
    """
    found = lineage_of(subject, row_id)
    if as_json:
        print_json(to_plain(found))
        return
    output().print(LineageView(found, subject.record.settings if subject.record else None))


def push_dataset(subject: Subject, name: str, is_public: bool, as_json: bool) -> None:
    """Upload a data set to the Hub, and say where it is.

    Args:
        subject: The data set.
        name: Of the repository.
        is_public: Whether everybody may see it.
        as_json: Whether to say so as JSON.

    Raises:
        InputError: It is no data set that fuseval made, or the name is none.
        EnvironmentLacking: The Hub can not be written to.
    """
    if subject.folder is None:
        raise InputError(
            f"{subject.name} is no data set that fuseval made, so it has no card", hint=f"hf upload {name} FILE"
        )
    address = push(subject.folder, name, is_public=is_public)
    if as_json:
        print_json({"address": address, "rows": len(subject.rows), "is_public": is_public})
        return
    output().print(f"pushed: {address}", soft_wrap=True)
