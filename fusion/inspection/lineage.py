"""Where one row comes from: its parents and theirs, and the calls that led to it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from fusion.dataset import Row
from fusion.inspection.subject import Subject
from fusion.seeds import Seed
from fusion.teachers.call_journal import CALLS, read_calls
from harness.errors import InputError

_SHORTEST = 8
"""Characters of an id that are named in a hint."""


@dataclass(frozen=True)
class Call:
    """One call that led to a row."""

    key: str
    kind: str
    draw: int = 0
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None
    """US dollars."""
    finish_reason: str | None = None
    refused: str | None = None
    """Why the teacher did not take the question."""


@dataclass(frozen=True)
class Ancestor:
    """A row or a seed with all that it was made of."""

    member: Row | Seed
    parents: tuple[Ancestor, ...] = ()
    missing: tuple[str, ...] = ()
    """Ids of parents that are in no file of the data set."""
    calls: tuple[Call, ...] = field(default=())


def lineage_of(subject: Subject, row_id: str) -> Ancestor:
    """Draw up a row's family tree.

    Args:
        subject: The data set.
        row_id: The row's id, or how it begins.

    Raises:
        InputError: No row's id begins so, or several do; or the journal of calls is damaged.

    Example:
        >>> rows = Row("ab12", "Both.", "", "", "fuse", ("s1", "s2"), 0), Row("cd34", "Else.", "", "", "seed", (), 1)
        >>> found = lineage_of(Subject("x", rows, seeds={"s1": Seed("s1", "One.")}), "ab")
        >>> found.member.id, [parent.member.instruction for parent in found.parents], found.missing
        ('ab12', ['One.'], ('s2',))
    """
    by_id = subject.by_id
    row = _found(by_id, row_id)
    keys: dict[str, Call] = {}
    if subject.folder and (path := subject.folder.path / CALLS).is_file():
        wanted = _keys(row, by_id)
        keys = {key: _call(key, line) for key, _, line in read_calls(path) if key in wanted}
    return _ancestor(row, subject, by_id, keys, frozenset())


def _found(by_id: Mapping[str, Row], row_id: str) -> Row:
    if row_id in by_id:
        return by_id[row_id]
    if not by_id:
        raise InputError(f"no row {row_id!r}: the data set has no rows")
    found = [name for name in by_id if row_id and name.startswith(row_id)]
    if len(found) == 1:
        return by_id[found[0]]
    if found:
        shown = ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
        raise InputError(f"{len(found)} rows have an id that begins with {row_id!r}: {shown}", hint="write more of it")
    nearest = max(by_id, key=lambda name: len(os.path.commonprefix([name, row_id])))
    raise InputError(
        f"no row has an id that begins with {row_id!r}", hint=f"did you mean {nearest[: max(len(row_id), _SHORTEST)]}?"
    )


def _keys(row: Row, by_id: Mapping[str, Row]) -> set[str]:
    """List the calls of a row and of all rows that it descends from."""
    keys: set[str] = set()
    seen: set[str] = set()
    waiting = [row]
    while waiting:
        one = waiting.pop()
        if one.id not in seen:
            seen.add(one.id)
            keys.update(one.calls)
            waiting += [by_id[parent] for parent in one.parents if parent in by_id]
    return keys


def _ancestor(
    member: Row | Seed,
    subject: Subject,
    by_id: Mapping[str, Row],
    calls: Mapping[str, Call],
    above: frozenset[str],
) -> Ancestor:
    if isinstance(member, Seed):
        return Ancestor(member)
    above |= {member.id}
    parents: list[Ancestor] = []
    missing: list[str] = []
    for name in member.parents:
        parent = subject.seeds.get(name) or by_id.get(name)
        if parent is None:
            missing.append(name)
        elif name not in above:  # a damaged file may have a row descend from itself
            parents.append(_ancestor(parent, subject, by_id, calls, above))
    known = tuple(calls[key] for key in member.calls if key in calls)
    return Ancestor(member, tuple(parents), tuple(missing), known)


def _call(key: str, line: Mapping[str, object]) -> Call:
    def number(name: str) -> int | None:
        value = line.get(name)
        return value if isinstance(value, int) else None

    cost, reason, refused = line.get("cost"), line.get("finish_reason"), line.get("refused")
    return Call(
        key,
        str(line.get("task", "")),
        number("draw") or 0,
        number("prompt_tokens"),
        number("completion_tokens"),
        float(cost) if isinstance(cost, (int, float)) else None,
        str(reason) if reason is not None else None,
        str(refused) if refused is not None else None,
    )
