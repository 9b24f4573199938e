"""What runs must share to be compared task by task, and what else about them has to be said.

Other data are other questions, another number of samples is another error, another prompt style is another question
again: such runs are refused. Other limits, another extraction rule or another temperature may be the very thing that
is compared: those are said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields

from harness.errors import InputError
from harness.records import Limits, RunRecord
from leaderboards.comparison.findings import Contender

UNKNOWN = "unknown"


def refuse_unlike(contenders: Sequence[Contender], *, is_refused: bool = True) -> list[str]:
    """Raise where runs differ in what they must share.

    The built-in self-checks are asked nothing, so that neither a number of samples nor a prompt style tells them apart.

    Args:
        contenders: With runs on the same benchmarks in the same order.
        is_refused: Whether to raise; else the lines are given.

    Returns:
        A line for each field that differs, with every contender's value.

    Raises:
        InputError: A field differs; every one that does is named with its values.
    """
    asked = [one for one in contenders if not one.is_self_check]
    lines = []
    for place in range(len(contenders[0].records)):
        lines += _differing("dataset", contenders, _datasets(contenders, place))
        lines += _differing("n", asked, [_samples(one, place) for one in asked])
        lines += _differing("prompt style", asked, [one.records[place].prompt_style or UNKNOWN for one in asked])
    if lines and is_refused:
        who = ", ".join(f"{one.letter} is {one.model} {' '.join(one.run_ids)}" for one in contenders)
        raise InputError(
            "\n  ".join(["these runs can not be compared task by task, for they differ in", *lines, f"({who})"]),
            hint=f"--unpaired compares {'them' if len(contenders) == 2 else 'two of them'} as if of different tasks, "
            "which resolves far less",
        )
    return lines


def other_differences(contenders: Sequence[Contender]) -> list[str]:
    """Say what else a reader has to know of the runs, a sentence each.

    Args:
        contenders: With runs on the same benchmarks in the same order.
    """
    asked = [one for one in contenders if not one.is_self_check]
    # Of two contenders the verdict says it.
    notes = _same_runs(contenders) if len(contenders) > 2 else []
    for place, first in enumerate(contenders[0].records):
        on = f" on {first.benchmark}" if len(contenders[0].records) > 1 else ""
        notes += [f"{line}{on}." for line in (*_coverage(contenders, place), *_peculiar(contenders, place))]
        graded_here = [one for one in contenders if not one.records[place].origin]
        for read_fields, compared in ((_ASKED_FIELDS, asked), (_GRADING_FIELDS, graded_here)):
            for name, read in read_fields.items():
                values = [read(one.records[place]) or UNKNOWN for one in compared]
                notes += [f"They differ in {line}{on}." for line in _differing(name, compared, values)]
    return notes


_ASKED_FIELDS: dict[str, Callable[[RunRecord], str]] = {
    "prompt template": lambda record: (record.template_sha256 or "")[:8],
    "generation": lambda record: " ".join(
        f"{name}={value}" for name, value in sorted((record.generation or {}).items())
    ),
    "extraction": lambda record: record.extraction,
}
_GRADING_FIELDS: dict[str, Callable[[RunRecord], str]] = {
    "limits": lambda record: _limits(record.limits),
    "sandbox": lambda record: record.sandbox,
}
"""Fields in which runs may differ and still be compared. The first mean nothing for a self-check, the second nothing
where the verdicts were made elsewhere."""


def _differing(name: str, contenders: Sequence[Contender], values: Sequence[str]) -> list[str]:
    """Give the line of a field, if it differs: `n: 1 (A, C), 10 (B)`."""
    letters: dict[str, list[str]] = {}
    for one, value in zip(contenders, values, strict=True):
        letters.setdefault(value, []).append(one.letter)
    if len(letters) < 2:
        return []
    return [f"{name}: " + ", ".join(f"{value} ({', '.join(who)})" for value, who in letters.items())]


def _datasets(contenders: Sequence[Contender], place: int) -> list[str]:
    """Name the data by the whole hash: `mbpp` and `mbpp+` are asked out of one file."""
    names: dict[str, str] = {}
    for record in (one.records[place] for one in contenders):
        # A private benchmark's version is the start of its hash, which follows anyway.
        version = "" if record.dataset_sha256.startswith(record.benchmark_version) else f" {record.benchmark_version}"
        names.setdefault(record.dataset_sha256, f"{record.benchmark}{version} {record.dataset_sha256[:12]}")
    return [names[one.records[place].dataset_sha256] for one in contenders]


def _samples(contender: Contender, place: int) -> str:
    """Give the number of samples a task; where some were lost, the largest is what was asked for."""
    return str(max((int(one.samples.max(initial=0)) for one in contender.outcomes[place].values()), default=0))


def _same_runs(contenders: Sequence[Contender]) -> list[str]:
    letters: dict[tuple[str, ...], list[str]] = {}
    for one in contenders:
        letters.setdefault(one.run_ids, []).append(one.letter)
    return [f"{' and '.join(who)} are the same run." for who in letters.values() if len(who) > 1]


def _coverage(contenders: Sequence[Contender], place: int) -> list[str]:
    """Say how many tasks are compared, where the runs do not have the same ones."""
    tasks = [set(next(iter(one.outcomes[place].values())).tasks) for one in contenders]
    common = set.intersection(*tasks)
    if all(len(own) == len(common) for own in tasks):
        return []
    have = ", ".join(f"{one.letter} has {len(own)}" for one, own in zip(contenders, tasks, strict=True))
    return [f"{len(common)} tasks are in all runs ({have})"]


def _peculiar(contenders: Sequence[Contender], place: int) -> list[str]:
    lines = []
    for one in contenders:
        record = one.records[place]
        if record.origin:
            lines.append(f"{one.letter} was graded elsewhere ({record.origin})")
        infra = record.counts.get("infra_error", 0)
        if infra:
            samples = "1 sample is" if infra == 1 else f"{infra} samples are"
            lines.append(f"{one.letter}: {samples} left out, lost to infra errors")
    return lines


def _limits(limits: Limits) -> str:
    usual = Limits()
    names = [item.name for item in fields(Limits)]
    changed = [f"{name} {getattr(limits, name):g}" for name in names if getattr(limits, name) != getattr(usual, name)]
    return " ".join(changed) or "the usual"
