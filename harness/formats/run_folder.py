"""How a run looks on disk.

    ROOT/<model>/<benchmark>/<run-id>/
        run.json            the RunRecord, written once, when the run is done
        question.json       what a model was asked; not there where the answers came from elsewhere
        completions.jsonl   one Completion a line, as it arrives
        verdicts.jsonl      one Verdict a line, as it arrives
        outcomes.json       counts by task, made of the verdicts when the run is done: see `outcomes_file`

The folder is the database: portable, readable by a person. A folder without run.json is a run that was stopped, and can
be resumed.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from harness.errors import InputError
from harness.formats.atomic import write_atomically
from harness.formats.journal import append_line, lock_journal, open_journal, read_journal
from harness.formats.jsonl import no_such_file
from harness.formats.record_json import from_json, to_json
from harness.formats.regular_file import read_regular
from harness.records import Completion, Question, RunRecord, Verdict

__all__ = [
    "RunFolder",
    "append_line",
    "asked_folders",
    "find_runs",
    "from_json",
    "open_journal",
    "read_journal",
    "run_path",
    "slug",
    "to_json",
    "write_atomically",
]

RECORD_NAME = "run.json"
VERDICTS_NAME = "verdicts.jsonl"
OUTCOMES_NAME = "outcomes.json"
AGAIN_NAME = "again"
LONGEST_SLUG = 100
LARGEST_RECORD = 64 << 20
"""Bytes. A record has a few thousand; what is larger is none, and would be read into memory whole."""

Sample = TypeVar("Sample", Completion, Verdict)


def slug(name: str) -> str:
    """Make a folder name of any model or benchmark name: readable, safe, and different for different names.

    Names of letters, digits and `._+=@-` stay as they are, and `org/model` becomes `org--model` as on the Hub. Whatever
    else had to be replaced is told apart by a short hash at the end.

    Args:
        name: Any text.

    Example:
        >>> slug("bigcode/starcoder2-15b"), slug("humaneval+")
        ('bigcode--starcoder2-15b', 'humaneval+')
        >>> slug("../x")
        'x-d6b96a97'
        >>> slug("org/model:1")
        'org--model-1-38577684'
    """
    safe = re.sub(r"[^A-Za-z0-9._+=@-]+", "-", name.replace("/", "--")).lstrip(".-").rstrip(".-")[:LONGEST_SLUG]
    # "--" in a name could stand for a slash of another one.
    if safe and safe.replace("--", "/") == name:
        return safe
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{safe or 'unnamed'}-{digest}"


def run_path(runs_root: Path, model_name: str, benchmark_name: str, run_id: str) -> Path:
    """Give the folder of one run; always inside the root, whatever the names are.

    Args:
        runs_root: Where all runs are kept.
        model_name: As the user or the server names it.
        benchmark_name: As in the registry, or a private file's stem.
        run_id: Short hash of everything that can change the score.

    Example:
        >>> str(run_path(Path("runs"), "org/model", "humaneval+", "0a1b2c3d"))
        'runs/org--model/humaneval+/0a1b2c3d'
    """
    return runs_root / slug(model_name) / slug(benchmark_name) / slug(run_id)


@dataclass(frozen=True, order=True)
class RunFolder:
    """One run's folder, finished or not; nothing is read before it is asked for.

    Example:
        >>> RunFolder(Path("runs/m/humaneval/0a1b")).record_path.name
        'run.json'
    """

    path: Path

    @property
    def record_path(self) -> Path:
        """The run's summary."""
        return self.path / RECORD_NAME

    @property
    def completions_path(self) -> Path:
        """The journal of what the model said."""
        return self.path / "completions.jsonl"

    @property
    def verdicts_path(self) -> Path:
        """The journal of what came of it."""
        return self.path / VERDICTS_NAME

    @property
    def question_path(self) -> Path:
        """What a model was asked."""
        return self.path / "question.json"

    @property
    def again(self) -> RunFolder:
        """Where the answers are kept that the same question got the second time."""
        return RunFolder(self.path / AGAIN_NAME)

    @property
    def is_finished(self) -> bool:
        """Whether the run wrote its summary."""
        return self.record_path.is_file()

    def load(self) -> RunRecord:
        """Read the run's summary.

        Raises:
            InputError: There is none, it is damaged, or a newer fuseval wrote it; the file is named.
        """
        try:
            text = read_regular(self.record_path, at_most=LARGEST_RECORD).decode("utf-8")
        except FileNotFoundError:
            if self.path.is_dir():
                raise InputError(
                    f"{self.path} holds no finished run: it has no {RECORD_NAME}",
                    hint="finish it: repeat its `fuseval score` command with --resume",
                ) from None
            raise no_such_file(self.record_path) from None
        except UnicodeDecodeError as error:
            raise InputError(f"{self.record_path} can not be read: {error}") from None
        return from_json(RunRecord, text, str(self.record_path))

    def save(self, record: RunRecord) -> None:
        """Write the run's summary, whole or not at all.

        Args:
            record: What is kept of the run.

        Raises:
            OSError: The disk is full or the folder can not be written; an older summary stays.
        """
        write_atomically(self.record_path, to_json(record, indent=2) + "\n")

    @contextmanager
    def answers_journal(self) -> Iterator[BinaryIO]:
        """Open the journal of what the model says, with the run locked.

        Raises:
            InputError: Another process is working on it.
        """
        with open_journal(self.verdicts_path) as lock, open_journal(self.completions_path) as journal:
            lock_journal(lock, self.path)
            yield journal

    def start_over(self, *, keep_answers: bool = False) -> None:
        """Remove the run, or all that came of its answers.

        Args:
            keep_answers: Whether what the model said stays.

        Raises:
            InputError: Another process is working on it.
        """
        if not self.path.exists():
            return
        with open_journal(self.verdicts_path) as lock:
            lock_journal(lock, self.path)
            if not keep_answers:
                shutil.rmtree(self.path)
                return
            for name in (RECORD_NAME, OUTCOMES_NAME, VERDICTS_NAME):
                (self.path / name).unlink(missing_ok=True)

    def question(self) -> Question | None:
        """Read what a model was asked; None where the run is of samples that were there already.

        Raises:
            InputError: The file is damaged, or a newer fuseval wrote it.
        """
        if not self.question_path.is_file():
            return None
        return from_json(Question, self.question_path.read_text(encoding="utf-8"), str(self.question_path))

    def keep_question(self, question: Question) -> None:
        """Write what a model is asked, whole or not at all; the folder is made if it is missing."""
        self.path.mkdir(parents=True, exist_ok=True)
        write_atomically(self.question_path, to_json(question, indent=2) + "\n")

    def completions(self) -> list[Completion]:
        """Read what the model said, one for each sample.

        Raises:
            InputError: A line other than the last is damaged.
        """
        return _newest(read_journal(self.completions_path, Completion))

    def verdicts(self) -> list[Verdict]:
        """Read what came of the samples; where one was graded again, the newest verdict counts.

        Raises:
            InputError: A line other than the last is damaged.
        """
        return _newest(read_journal(self.verdicts_path, Verdict))


def find_runs(root: Path, *, finished_only: bool = True) -> list[RunFolder]:
    """Find the runs below a folder, sorted by path.

    Args:
        root: The runs' root, or any folder in it; a run's own folder gives that run.
        finished_only: Whether to leave out runs that have no summary yet.

    Raises:
        InputError: There is no such folder.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     find_runs(Path(folder))
        []
    """
    if not root.is_dir():
        raise no_such_file(root)
    names = (RECORD_NAME,) if finished_only else (RECORD_NAME, "completions.jsonl", VERDICTS_NAME)
    found = {RunFolder(file.parent) for name in names for file in root.rglob(name)}
    return sorted(run for run in found if run.path.name != AGAIN_NAME)


def asked_folders(place: Path) -> list[Path]:
    """Find the folders that a model was asked in, graded or not: a run's own, or those below a folder.

    Args:
        place: A run's folder, or one above.

    Raises:
        InputError: There is no such folder, or none below it.
    """
    if not place.is_dir():
        raise no_such_file(place)
    found = {file.parent for file in place.rglob("question.json")}
    folders = sorted(folder for folder in found if folder.name != AGAIN_NAME)
    if not folders:
        raise InputError(f"{place} holds no answers of a model", hint="fuseval generate MODEL --bench NAME")
    return folders


def _newest(samples: Iterable[Sample]) -> list[Sample]:
    """Keep the last line of each sample, in the order the samples first came."""
    by_key = {(sample.task_id, sample.sample_index): sample for sample in samples}
    return list(by_key.values())
