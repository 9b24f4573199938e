"""Whether the rows hold a benchmark's task: what was rejected for it while they were made, and the whole set again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fusion.dataset import Rejected, Row
from fusion.decontamination.benchmark_texts import DEFAULT_BENCHMARKS, read_texts
from fusion.decontamination.check import check
from fusion.decontamination.report import Report
from fusion.decontamination.rows import RowTexts

OnProgress = Callable[[str, int, int], None]
_REASONS = ("contaminated", "contaminated_answer")


@dataclass(frozen=True)
class ContaminationAsk:
    """What the rows are checked against, and how."""

    benchmarks: tuple[str, ...] | None = None
    """As after `--bench`; empty leaves the check out, None takes those whose data is here."""
    executes: bool = False
    """Whether to run the answers on the benchmarks' tests."""
    workers: int | None = None
    sandbox: str = "auto"


@dataclass(frozen=True)
class Contamination:
    """What was found."""

    rejected_by: Mapping[str, int]
    """Attempts that were rejected for it while the data set was made, by method and benchmark."""
    report: Report | None
    """Of all rows as they are now; absent where there was no check."""
    unchecked: str = ""
    """Why there was none."""


def contamination_of(
    rows: Sequence[Row],
    rejected: Sequence[Rejected],
    ask: ContaminationAsk,
    on_progress: OnProgress,
) -> Contamination:
    """Check the rows, and count what was rejected before.

    Args:
        rows: The rows.
        rejected: The attempts that did not become rows.
        ask: What to check against.
        on_progress: Told of what is done.

    Raises:
        InputError: There is no benchmark of that name.
        EnvironmentLacking: The data of one that was asked for is not here.
        SandboxTooWeak: Answers are to be run, and this machine can not contain untrusted code.
    """
    before: Counter[str] = Counter()
    for attempt in rejected:
        if attempt.reason in _REASONS:
            method, _, rest = attempt.detail.partition(" ")
            before[f"{method} {rest.partition(' ')[0]}".strip()] += 1
    by = dict(before.most_common())
    if ask.benchmarks == ():
        return Contamination(by, None, "the rows were not checked again")
    report = check(
        [RowTexts(row.id, {}, row.instruction, row.output) for row in rows],
        read_texts(ask.benchmarks or DEFAULT_BENCHMARKS),
        executes=ask.executes,
        workers=ask.workers,
        sandbox=ask.sandbox,
        on_progress=on_progress,
    )
    return Contamination(by, report)
