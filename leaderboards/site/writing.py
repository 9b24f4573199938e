"""The whole site on disk: made in a folder of its own, then put in place by renames, a handful of them.

Covers a run that fails or is stopped while pages are made: an older site stays as it was. What stands beside the pages
and is not ours (`.git`, `CNAME`) is left alone. Does not cover a power cut in the instant of the renames.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from urllib.parse import urlencode

from harness.commands.find_prompts import Prompts, find_prompts
from harness.errors import InputError
from leaderboards.site.answers import Answer, read_answers
from leaderboards.site.axis import Axis
from leaderboards.site.board_page import board_view
from leaderboards.site.comparison_data import comparison_data
from leaderboards.site.contents import Contents, gather
from leaderboards.site.model_page import model_view
from leaderboards.site.notes import board_notes, board_words
from leaderboards.site.rendering import GENERATOR, render
from leaderboards.site.scatter import scatter_of
from leaderboards.site.task_pages import TaskLine, TaskPage, task_lines, task_pages
from leaderboards.standings import Standings

OURS = ("assets", "models", "tasks", "compare.html", "tasks.html", "index.html")
"""What a site puts into its folder; the index comes last, so that it never names a page that is not there."""
Page = tuple[str, str]


def write_site(standings: Standings, runs_root: Path, out: Path) -> Path:
    """Write the board as a folder of pages that need no server and ask nothing of any other host.

    Equal runs give equal bytes. An older site in the folder is replaced; other files in it stay.

    Args:
        standings: The board.
        runs_root: Where its runs are kept.
        out: The folder; made if it is missing.

    Returns:
        The path of the index.

    Raises:
        InputError: The folder is a file, or holds pages that are no site of fuseval's.
        OSError: The disk is full or the folder can not be written; an older site stays as it was.

    Example:
        >>> import tempfile
        >>> from leaderboards.demo import demo_standings
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     index = write_site(demo_standings(), Path(folder), Path(folder, "site"))
        ...     sorted(entry.name for entry in index.parent.iterdir())
        ['assets', 'compare.html', 'index.html', 'models', 'tasks', 'tasks.html']
    """
    out = out.absolute()
    _refuse_foreign(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    # On the same file system, so that a rename does it: a folder that exists may be a mount of its own.
    draft = (out if out.is_dir() else out.parent) / f".{out.name}.{secrets.token_hex(6)}.tmp"
    draft.mkdir()
    try:
        _write_assets(draft / "assets")
        for path, text in _pages(gather(standings, runs_root)):
            file = draft / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        _put_in_place(draft, out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return out / "index.html"


def _refuse_foreign(out: Path) -> None:
    """Raise where something of ours would take the place of somebody else's file."""
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is no folder", hint="--out another folder")
    here = [name for name in OURS if (out / name).exists() or (out / name).is_symlink()]
    if not here:
        return
    index = out / "index.html"
    head = ""
    with contextlib.suppress(OSError):
        head = index.read_bytes()[:2000].decode("utf-8", "replace")
    if f'name="generator" content="{GENERATOR}' not in head:
        raise InputError(
            f"{out} holds {', '.join(here)} that no `fuseval publish` wrote", hint="--out another folder, or move them"
        )


def _put_in_place(draft: Path, out: Path) -> None:
    """Swap what is ours; after a failed rename everything goes back where it was."""
    if not out.exists():
        draft.rename(out)
        return
    old = draft / "old"
    old.mkdir()
    done: list[tuple[Path, Path]] = []
    try:
        for name in OURS:
            for source, target in ((out / name, old / name), (draft / name, out / name)):
                if source.exists():
                    source.rename(target)
                    done.append((source, target))
    except BaseException:
        for source, target in reversed(done):
            target.rename(source)
        raise


def _write_assets(folder: Path) -> None:
    """Copy the files that every page shares."""
    folder.mkdir()
    for asset in sorted(resources.files("leaderboards.site").joinpath("assets").iterdir(), key=lambda file: file.name):
        (folder / asset.name).write_bytes(asset.read_bytes())


def _pages(contents: Contents) -> Iterator[Page]:
    """Make every page, as its path from the site's root and its text."""
    all_answers: list[Answer] = []
    for model in contents.models:
        answers, trouble = read_answers(model, contents.by_data) if model.has_answers else (None, ())
        all_answers += answers or ()
        others = [other.stem for other in contents.comparable if other is not model]
        yield (
            model.page,
            render(
                "model",
                title=model.title,
                root="../",
                page="",
                scripts=("address", "tables"),
                model=model,
                k=contents.standings.k,
                view=model_view(model, contents, answers, trouble),
                compare_with=urlencode({"a": model.stem, "b": others[0]}) if others and model.outcomes else "",
            ),
        )
    lines = task_lines(contents)
    yield "tasks.html", _task_list(contents, lines)
    yield from _task_pages(contents, list(task_pages(contents, lines, all_answers)))
    yield "compare.html", _comparison(contents)
    yield "index.html", _board(contents)


def _task_list(contents: Contents, lines: list[TaskLine]) -> str:
    models = len(contents.ranked)
    return render(
        "tasks",
        title="Tasks",
        root="",
        page="tasks.html",
        scripts=("address", "tables"),
        tasks=lines,
        data_sets=[data_set.label for data_set in contents.data_sets],
        has_suspects=any(line.tau is not None for line in lines),
        axis=Axis(0.0, 1.0),
        lead=f"{len(lines):,} task{'s'[: len(lines) != 1]}, {models:,} model{'s'[: models != 1]}.",
    )


def _task_pages(contents: Contents, pages: list[TaskPage]) -> Iterator[Page]:
    prompts = _prompts(contents)
    with_answers = sum(model.has_answers for model in contents.models)
    for page in pages:
        texts, trouble = prompts[page.task.data_set.sha256]
        yield (
            page.task.page,
            render(
                "task",
                title=page.task.task_id,
                root="../../",
                page="",
                scripts=("address", "programs"),
                task=page.task,
                prompt=texts.get(page.task.task_id),
                trouble=trouble,
                answers=page.answers,
                groups=page.groups,
                with_answers=with_answers,
                without=len(contents.models) - with_answers,
            ),
        )


def _prompts(contents: Contents) -> dict[str, Prompts]:
    """Look up each data set's questions, by the hash of its data."""
    records = {record.dataset_sha256: record for model in contents.models for record in model.row.records}
    return {sha256: find_prompts(record) for sha256, record in records.items()}


def _comparison(contents: Contents) -> str:
    return render(
        "compare",
        title="Compare two models",
        root="",
        page="compare.html",
        scripts=("address", "mcnemar", "compare"),
        models=contents.comparable,
        data=comparison_data(contents),
    )


def _board(contents: Contents) -> str:
    return render(
        "board",
        title="Leaderboard",
        root="",
        page="index.html",
        scripts=("address", "where", "tables", "picks"),
        words=board_words(contents.standings),
        board=board_view(contents),
        notes=board_notes(contents),
        scatter=scatter_of(contents),
    )
