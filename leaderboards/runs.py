"""A folder of runs, read whole: every run that can be read, and for everything else what it is and what to do.

One damaged folder among hundreds hides nothing: it is named, and the others are shown. Named are a run that was stopped
(no run.json), a damaged one or one of another version, and files that are no run's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from harness.errors import InputError
from harness.formats.jsonl import no_such_file
from harness.formats.reference_file import FOLDER as REFERENCES
from harness.formats.run_folder import RECORD_NAME, RunFolder
from harness.records import RunRecord, Score
from leaderboards.outcomes import Outcomes, read_outcomes
from leaderboards.possible_scores import impossible

_JOURNALS = ("completions.jsonl", "verdicts.jsonl")
_FOREIGN = "is no run: `fuseval import` takes in what other tools wrote, else move it away"
_AGAIN = "repeat its `fuseval score` command with --fresh"
_CLOSE = 1e-9
"""Scores are stored with all their digits."""
_RESULT_ENDINGS = (".json", ".jsonl", ".json.gz", ".jsonl.gz")


@dataclass(frozen=True)
class StoredRun:
    """One finished run: its record, and on demand what it did on each task."""

    record: RunRecord
    folder: RunFolder | None = None
    """Where it lies; None for a made-up one."""
    given: Mapping[str, Outcomes] = field(default_factory=dict, compare=False)
    """The outcomes of a made-up run."""

    @cached_property
    def outcomes(self) -> Mapping[str, Outcomes]:
        """Counts by task, by column; read once.

        Raises:
            InputError: The verdicts are damaged, or are not those that the record was made of.
        """
        if self.folder is None:
            return self.given
        found = read_outcomes(self.folder, self.record)
        for score in self.record.scores:
            if score.k == 1 and not _fits(score, found.get(score.column)):
                raise InputError(
                    f"{self.folder.verdicts_path} no longer holds what {RECORD_NAME} says of {score.column}: "
                    f"{score.passed} passed on {score.tasks} tasks, pass@1 {score.value:.6g}",
                    hint=_AGAIN,
                )
        return found


def _fits(score: Score, outcomes: Outcomes | None) -> bool:
    if outcomes is None or len(outcomes.tasks) != score.tasks or int(outcomes.passed.sum()) != score.passed:
        return False
    return abs(float(outcomes.rates.mean()) - score.value) < _CLOSE


def read_runs(root: Path) -> tuple[list[StoredRun], list[str]]:
    """Read every run below a folder.

    Args:
        root: The folder that `fuseval score --runs` writes to, any folder in it, or one run's own.

    Returns:
        The runs by path, and for everything else one sentence that says what it is and what to do.

    Raises:
        InputError: There is no such folder.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = Path(folder, "old_eval_results.json").write_text("{}")
        ...     runs, trouble = read_runs(Path(folder))
        >>> runs, trouble[0].partition("old_")[2]
        ([], 'eval_results.json is no run: `fuseval import` takes in what other tools wrote, else move it away')
    """
    if not root.is_dir():
        raise no_such_file(root)
    runs, trouble = [], []
    for path, remark in sorted(_walk(root)):
        if remark:
            trouble.append(f"{path} {remark}")
            continue
        folder = RunFolder(Path(path))
        try:
            runs.append(_stored(folder))
        except InputError as error:
            trouble.append(said(error))
        else:
            torn = _is_torn(f"{path}/verdicts.jsonl")
            trouble += [f"{path}/verdicts.jsonl is cut short: {_AGAIN}"] if torn else []
    return runs, trouble


def _stored(folder: RunFolder) -> StoredRun:
    record = folder.load()
    for score in record.scores:
        what = impossible(score)
        if what:
            raise InputError(f"{folder.record_path}: {score.column}: {what}", hint=_AGAIN)
    return StoredRun(record, folder)


def _is_torn(journal: str) -> bool:
    """Whether a journal's last line has no end; one that is not there is told of when it is read."""
    try:
        # Without O_NONBLOCK a pipe of this name would be waited for.
        with open(os.open(journal, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as file:
            if file.seek(0, os.SEEK_END) == 0:
                return False
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"
    except OSError:
        return False


def said(error: InputError) -> str:
    """Put an error and what to do about it into one sentence.

    Args:
        error: As raised.

    Example:
        >>> said(InputError("run.json is damaged", hint="remove it"))
        'run.json is damaged: remove it'
    """
    return f"{error}: {error.hint}" if error.hint else f"{error}: move it away, or repeat its `fuseval score` command"


def _walk(root: Path) -> Iterator[tuple[str, str]]:
    """Give every run's folder with nothing to remark, and whatever else there is with what to do about it."""
    folders = [os.fspath(root)]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
        except OSError as error:
            yield folder, f"can not be read: {error.strerror}"
            continue
        names = {entry.name for entry in found}
        is_run = RECORD_NAME in names or not names.isdisjoint(_JOURNALS)
        if is_run:
            yield folder, ""
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != REFERENCES:
                    folders.append(entry.path)
            elif not is_run and entry.name.endswith(_RESULT_ENDINGS) and not entry.name.startswith("."):
                yield entry.path, _FOREIGN
