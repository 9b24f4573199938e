"""What lint finds: how bad it is, in which run, what is wrong and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and what to do about it."""

    severity: Severity
    check: str
    """Which check found it, one word for programs to select by: `impossible-score`."""
    run: str
    """The run's folder below the runs' root, or a table's file and the model in it."""
    what: str
    to_do: str


@dataclass(frozen=True)
class Report:
    """What was looked at, and what was found; the worst first."""

    runs: int
    published: int
    """Rows of published scores."""
    findings: Sequence[Finding]

    @property
    def is_clean(self) -> bool:
        """Whether nothing but notes was found."""
        return all(finding.severity is Severity.NOTE for finding in self.findings)


def plain_report(report: Report) -> dict[str, object]:
    """Turn a report into dicts, lists and scalars.

    Args:
        report: What `lint` gave.

    Example:
        >>> plain_report(Report(0, 0, []))
        {'runs': 0, 'published': 0, 'is_clean': True, 'findings': []}
    """
    return {
        "runs": report.runs,
        "published": report.published,
        "is_clean": report.is_clean,
        "findings": [_plain(finding) for finding in report.findings],
    }


def _plain(finding: Finding) -> dict[str, str]:
    return {
        "severity": finding.severity.value,
        "check": finding.check,
        "run": finding.run,
        "what": finding.what,
        "to_do": finding.to_do,
    }


def one_of_each(findings: Sequence[Finding]) -> Iterator[tuple[Finding, list[str]]]:
    """Put findings that say the same of several runs together.

    Args:
        findings: In the order they are shown.

    Yields:
        One of the alike findings, and the runs it is about.
    """
    runs: dict[tuple[str, str, str], tuple[Finding, list[str]]] = {}
    for finding in findings:
        key = (finding.severity, finding.what, finding.to_do)
        runs.setdefault(key, (finding, []))[1].append(finding.run)
    yield from runs.values()
