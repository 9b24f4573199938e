"""Looking for runs whose numbers can not be trusted, before somebody quotes them.

Covers what goes wrong with real folders: scores that nothing can give, records that disagree with their own verdicts,
other data under one name, missing settings, self-checks that came out wrong, the same answers twice, samples that were
not graded, weak isolation, damaged and foreign files. Does not cover whether a verdict is right: nothing is run again.

An error says that a number is wrong or can not be read; a warning that it is real but means less than it looks; a note
that something is not known.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.errors import InputError
from harness.formats.reference_file import FOLDER as REFERENCES
from harness.formats.reference_file import ReferenceTable, read_table, reference_files
from harness.formats.run_folder import RunFolder, find_runs
from leaderboards.lint.across import check_across
from leaderboards.lint.findings import Finding, Report, Severity
from leaderboards.lint.runs import check_run, check_table
from leaderboards.lint.verdicts import Graded, read_graded

ENDINGS = (".json", ".jsonl", ".json.gz", ".jsonl.gz")


def lint(runs_root: Path) -> Report:
    """Look at every run and every table of published scores below a folder.

    Args:
        runs_root: Where runs are kept.

    Raises:
        InputError: There is no such folder.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     lint(Path(folder)).is_clean
        True
    """
    findings: list[Finding] = []
    graded: list[Graded] = []
    folders = find_runs(runs_root, finished_only=False)
    for folder in folders:
        name = str(folder.path.relative_to(runs_root)) if folder.path != runs_root else folder.path.name
        problem = _unreadable(folder, name)
        if problem:
            findings.append(problem)
            continue
        run = read_graded(folder, name)
        graded.append(run)
        findings += check_run(run)
    findings += check_across(graded)
    findings += _foreign_files(runs_root, folders)
    findings += _closed_folders(runs_root)
    tables: list[ReferenceTable] = []
    for path in reference_files(runs_root):
        name = str(path.relative_to(runs_root))
        try:
            tables.append(read_table(path))
        except InputError as error:
            findings.append(Finding(Severity.ERROR, "unreadable", name, str(error), error.hint))
        else:
            findings += check_table(tables[-1], name)
    order = list(Severity)
    findings.sort(key=lambda finding: (order.index(finding.severity), finding.run, finding.check))
    return Report(len(folders), sum(len(table.rows) for table in tables), findings)


def _foreign_files(runs_root: Path, folders: Iterable[RunFolder]) -> Iterator[Finding]:
    """Results that lie among the runs but are none: nothing reads them."""
    known = {folder.path for folder in folders} | {runs_root / REFERENCES}
    for path in sorted(runs_root.rglob("*.json*")):
        if path.name.startswith(".") or not path.name.endswith(ENDINGS) or not path.is_file():
            continue
        if known.isdisjoint(path.parents):
            yield Finding(
                Severity.WARNING,
                "foreign-file",
                str(path.relative_to(runs_root)),
                "it is no run of fuseval, and nothing reads it here",
                f"if another tool wrote it: fuseval import {path}; then move it away",
            )


def _closed_folders(runs_root: Path) -> Iterator[Finding]:
    """Folders that can not be looked into: a search for runs passes them over."""
    closed: list[OSError] = []
    for _ in os.walk(runs_root, onerror=closed.append):
        pass
    for error in closed:
        name = os.path.relpath(error.filename, runs_root)
        what = f"the folder can not be read: {error.strerror}"
        yield Finding(Severity.ERROR, "unreadable", name, what, f"make it readable: chmod u+rx {error.filename}")


def _unreadable(folder: RunFolder, name: str) -> Finding | None:
    """Say why a folder's record can not be read, if it can not."""
    if not folder.is_finished:
        return Finding(
            Severity.WARNING,
            "unfinished",
            name,
            "the run was not finished: it has no run.json",
            "repeat its `fuseval score` command, which goes on from there, or remove the folder",
        )
    try:
        folder.load()
    except InputError as error:
        fallback = "no run of fuseval, or a damaged one: move the folder away, then score or import it again"
        return Finding(Severity.ERROR, "unreadable", name, str(error), error.hint or fallback)
    return None
