"""The memo on contamination for a data set's card: what was looked for and how, what was found, what is missed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fusion.decontamination.hit import Method
from fusion.decontamination.report import Report

_WHAT: Mapping[Method, str] = {
    "exact": "a question, solution or test line, word for word",
    "ngram": "runs of equal words that cover most of a question or solution, rare words counting more",
    "minhash": "a text that is nearly a question or solution (datasketch)",
    "embedding": "a text of like meaning, listed as a candidate",
    "execution": "a function of the answer that passes the benchmark's tests in the sandbox",
}
_GAP = (
    "Known gap: methods on words miss a task that is told in other words or in another language; the execution probe"
    " finds it where the answer is a Python function that returns what the task asks for."
    " A clean report is no proof that no task was seen."
)


def memo(report: Report) -> str:
    r"""Write the memo.

    Args:
        report: What `check` gave.

    Returns:
        Markdown without a heading of the first level.

    Example:
        >>> print(memo(Report((), (), {"methods": {"exact": {"characters": 20}}}, ("exact",))).splitlines()[2])
        0 rows were checked against no benchmark; 0 were removed and 0 more were found alike and kept.
    """
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    names = ", ".join(found.source.name for found in report.benchmarks) or "no benchmark"
    yield "## Contamination"
    yield ""
    yield (
        f"{len(report.rows):,} rows were checked against {names}; {report.removed:,} were removed and"
        f" {report.listed:,} more were found alike and kept."
    )
    yield ""
    if report.benchmarks:
        yield from _table(report)
        yield ""
    thresholds = report.settings.get("methods")
    for method in report.methods:
        given = thresholds.get(method) if isinstance(thresholds, Mapping) else None
        given = given or report.settings.get(method)
        yield f"- `{method}`: {_WHAT[method]}{_in_words(given)}"
    yield ""
    if report.tally:
        yield (
            f"The probe could try {report.tally.functions:,} different functions, of {report.tally.rows:,} rows; on"
            f" {report.tally.given_up:,} of them it gave up before every task was tried."
        )
    for name in report.missing:
        yield f"Not checked against: {name}."
    yield _gap(report)


def _table(report: Report) -> Iterator[str]:
    heads = ["benchmark", "version", "sha256", "tasks found", "rows removed", *report.methods, "leakage mean", "max"]
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for found in report.benchmarks:
        source = found.source
        cells = [source.name, source.version, f"`{source.sha256[:12]}`", f"{len(found.flagged)} of {source.tasks}"]
        cells += [str(found.rows), *(str(found.by_method[method]) for method in report.methods)]
        cells += [f"{found.leakage_mean:.3f}", f"{found.leakage_max:.3f}"]
        yield f"| {' | '.join(cells)} |"


def _in_words(given: object) -> str:
    if not isinstance(given, Mapping) or not given:
        return ""
    said = "; ".join(f"{str(name).replace('_', ' ')} {_value_in_words(value)}" for name, value in given.items())
    return f" ({said})"


def _value_in_words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _gap(report: Report) -> str:
    not_used = [method for method in _WHAT if method not in report.methods]
    return _GAP + (f" Not used here: {', '.join(not_used)}." if not_used else "")
