"""All that is found in a data set, put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fusion.embedding import Embedder
from fusion.inspection.calls import Calls, calls_of
from fusion.inspection.contamination import Contamination, ContaminationAsk, contamination_of
from fusion.inspection.difficulty import Difficulty, difficulty_of
from fusion.inspection.distribution import Distribution
from fusion.inspection.diversity import Diversity, diversity_of
from fusion.inspection.lengths import lengths_of
from fusion.inspection.making import Making, making_of
from fusion.inspection.sameness import Sameness, sameness_of
from fusion.inspection.student import TaskMap, task_map
from fusion.inspection.subject import Subject
from fusion.review.agreement import ReviewSummary, summary_of
from fusion.review.reviews import read_reviews, reviews_path
from harness.formats.record_json import to_plain

OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Inspection:
    """What was found in a data set. What was not asked for, or is not known, is absent."""

    name: str
    rows: int
    languages: Mapping[str, int]
    """Rows by language, `none` where none is known; the most frequent first."""
    making: Making | None
    calls: Calls | None
    lengths: tuple[Distribution, ...]
    difficulty: Difficulty
    sameness: Sameness
    contamination: Contamination
    diversity: Diversity | None = None
    student: TaskMap | None = None
    reviews: ReviewSummary | None = None

    def plain(self) -> dict[str, object]:
        """Give all of it as dicts, lists and scalars; of clean rows only the count."""
        report = self.contamination.report
        whole = [name for name in self.__dataclass_fields__ if name not in ("calls", "contamination")]
        plain = {name: to_plain(getattr(self, name)) for name in whole}
        plain["calls"] = to_plain(self.calls.kinds) if self.calls else None
        plain["contamination"] = {
            "rejected_by": dict(self.contamination.rejected_by),
            "check": report.plain() if report else self.contamination.unchecked,
        }
        return {name: value for name, value in plain.items() if value is not None}


def inspect(
    subject: Subject,
    contamination: ContaminationAsk,
    *,
    embedder: Embedder | None = None,
    is_pictured: bool = False,
    student: str | None = None,
    on_progress: OnProgress = lambda _stage, _done, _total: None,
) -> Inspection:
    """Look at a data set.

    Args:
        subject: The data set.
        contamination: What its rows are checked against.
        embedder: Measures how they are spread; None leaves that out.
        is_pictured: Whether to lay them out in a plane, too.
        student: A checkpoint that is asked how it finds the rows; None leaves that out.
        on_progress: Told of what takes long.

    Raises:
        InputError: The journal of calls is damaged, or the checkpoint is none.
        EnvironmentLacking: Something that was asked for can not be done here.
    """
    calls = calls_of(subject.folder.path, subject.rows) if subject.folder else None
    languages = Counter(row.language or "none" for row in subject.rows)
    reviews = read_reviews(reviews_path(subject.path)) if subject.path else []
    return Inspection(
        subject.name,
        len(subject.rows),
        dict(languages.most_common()),
        making_of(subject.record) if subject.record else None,
        calls,
        lengths_of(subject, calls),
        difficulty_of(subject.rows),
        sameness_of(subject),
        contamination_of(subject.rows, subject.rejected, contamination, on_progress),
        diversity_of(subject, embedder, is_pictured=is_pictured) if embedder else None,
        task_map(student, subject.rows, on_progress) if student else None,
        summary_of(reviews) if reviews else None,
    )
