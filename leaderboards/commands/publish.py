"""`fuseval publish`: the board in other people's formats."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.options import DEFAULT_RUNS, AsJson, Debug, Runs
from harness.commands.terminal import messages, output, print_json, printable
from harness.errors import InputError, nearest
from harness.formats.atomic import write_atomically
from harness.formats.jsonl import read_bytes, text_of
from harness.formats.record_json import to_plain
from leaderboards.board import FIRST_COMMAND
from leaderboards.commands.view_options import (
    Baseline,
    Bench,
    By,
    Columns,
    K,
    References,
    Sort,
    Where,
    reference_choice,
)
from leaderboards.publish.badge import badges, only_badge
from leaderboards.publish.board_diff import board_of, difference, read_board
from leaderboards.publish.board_diff_markdown import diff_markdown
from leaderboards.publish.csv_table import csv_table
from leaderboards.publish.every_eval_ever import every_eval_ever_files
from leaderboards.publish.hub import hub_files
from leaderboards.publish.json_board import board_json
from leaderboards.publish.latex_table import board_latex
from leaderboards.publish.markdown import board_markdown
from leaderboards.standings import Standings
from leaderboards.store import read_standings

TEXTS: dict[str, Callable[[Standings], str]] = {
    "md": board_markdown,
    "latex": board_latex,
    "csv": csv_table,
    "json": board_json,
}
"""Formats of one file, which go to stdout where no other place is named."""

FOLDERS: dict[str, Callable[[Standings, Callable[[str], None]], Iterator[tuple[str, str]]]] = {
    "hf": hub_files,
    "eee": every_eval_ever_files,
}
"""Formats of several files; `html` is one more, and writes its folder itself."""

FORMATS = (*TEXTS, "html", *FOLDERS, "badge")


_NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR)
Format = Annotated[
    str, typer.Option("--format", envvar="FUSEVAL_PUBLISH_FORMAT", metavar="FORMAT", help=f"{', '.join(FORMATS)}.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        envvar="FUSEVAL_PUBLISH_OUT",
        metavar="FILE|FOLDER",
        help="Where to; if not given, formats of one file go to stdout.",
    ),
]
Diff = Annotated[
    Path | None,
    typer.Option(
        "--diff",
        envvar="FUSEVAL_PUBLISH_DIFF",
        metavar="BOARD.json",
        help="Write what changed since this board, an earlier --format json.",
    ),
]


@dataclass
class _Published:
    """What came of it: a text for stdout or the files that were written, and what the person should know."""

    text: str = ""
    written: list[Path] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def publish(
    *,
    format_name: Format = "md",
    out: Out = None,
    diff: Diff = None,
    bench: Bench = None,
    sort: Sort = "",
    columns: Columns = "",
    where: Where = "",
    baseline: Baseline = "",
    by: By = "",
    references: References = "near",
    k: K = 1,
    runs: Runs = DEFAULT_RUNS,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write the board for a paper, a site or the Hub.

    md, latex, csv and json are one file; html is a static site, hf the Hub's files, eee Every Eval Ever's, badge an SVG
    a model. Nothing is uploaded.

    Example:
        fuseval publish
        fuseval publish --format latex --out table.tex
        fuseval publish --format html --out site
    """
    if format_name not in FORMATS:
        raise InputError(f"no format {format_name!r}", hint=nearest(format_name, FORMATS))
    standings = read_standings(
        runs,
        k=k,
        benchmarks=bench or (),
        sort=sort,
        columns=columns.split(","),
        where=where,
        baseline=baseline,
        by=by,
        references=reference_choice(references),
    )
    if not standings.columns:
        raise InputError(
            f"no runs with a pass@{k} in {runs}",
            hint=FIRST_COMMAND if k == 1 else f"it takes at least {k} samples of every task",
        )
    if diff is not None:
        with _writable(out):
            _publish_diff(diff, standings, format_name, out, as_json=as_json)
        return
    with _writable(out):
        published = _publish(format_name, standings, runs, out)
    published.remarks += [f"not read: {cause}" for cause in standings.unreadable]
    if as_json:
        plain: dict[str, object] = {"format": format_name, "written": [str(path) for path in published.written]}
        print_json(plain | {"text": published.text, "remarks": published.remarks})
        return
    _show(published)


@contextmanager
def _writable(out: Path | None) -> Iterator[None]:
    """Name what the person named where it can not be written, not a temporary file beside it."""
    try:
        yield
    except OSError as error:
        if out is None or error.errno not in _NOT_WRITABLE:
            raise
        raise InputError(f"{out} can not be written: {error.strerror}", hint="--out another place") from None


def _publish(format_name: str, standings: Standings, runs: Path, out: Path | None) -> _Published:
    if format_name in TEXTS:
        return _one_file(TEXTS[format_name](standings), out)
    if standings.by and format_name != "html":
        raise InputError(f"{format_name} is about models, not about means over seeds", hint="leave out --by")
    if format_name == "badge":
        return _badges(standings, out)
    if out is None:
        raise InputError(f"{format_name} is several files", hint=f"--format {format_name} --out FOLDER")
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file, and {format_name} needs a folder", hint="--out FOLDER")
    if format_name == "html":
        from leaderboards.site import write_site

        return _Published(written=[write_site(standings, runs, out)])
    published = _Published()
    for place, content in FOLDERS[format_name](standings, published.remarks.append):
        write_atomically(out / place, content)
        published.written.append(out / place)
    return published


def _one_file(text: str, out: Path | None) -> _Published:
    if out is None:
        return _Published(text)
    if out.is_dir():
        raise InputError(f"{out} is a folder, and this format is one file", hint=f"--out {out / 'board'}")
    write_atomically(out, text)
    return _Published(written=[out])


def _badges(standings: Standings, out: Path | None) -> _Published:
    """Write one badge to a file or stdout, or one of every model into a folder; the remarks embed them."""
    if out is not None and out.suffix != ".svg":
        made = {out / badge.name: badge for badge in badges(standings)}
    else:
        made = {out or Path("badge.svg"): only_badge(standings)}
    published = _Published()
    for path, badge in made.items():
        published.remarks.append(badge.markdown(path.as_posix()))
        if out is None:
            published.text = badge.svg
        else:
            write_atomically(path, badge.svg)
            published.written.append(path)
    return published


def _publish_diff(before: Path, standings: Standings, format_name: str, out: Path | None, *, as_json: bool) -> None:
    if format_name != "md":
        raise InputError(f"a difference is written as md, not {format_name}", hint="leave out --format, or --json")
    found = difference(read_board(text_of(read_bytes(before), before), str(before)), board_of(standings))
    if as_json:
        print_json(to_plain(found))
    else:
        _show(_one_file(diff_markdown(found), out))


def _show(published: _Published) -> None:
    # Not through rich: what is published is for other programs, byte by byte.
    sys.stdout.write(published.text)
    for path in published.written:
        output().print(f"written: {path}", soft_wrap=True)
    for remark in published.remarks:
        messages().print(printable(remark), soft_wrap=True)
