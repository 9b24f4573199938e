"""How long instructions and answers are, and how much longer an instruction is than what it was made of."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from fusion.inspection.calls import Calls
from fusion.inspection.distribution import Distribution
from fusion.inspection.subject import Subject


def lengths_of(subject: Subject, calls: Calls | None) -> tuple[Distribution, ...]:
    """Measure the texts: in words always, in the teacher's tokens where the journal has them.

    Args:
        subject: The rows.
        calls: What the journal says of them.

    Example:
        >>> from fusion.dataset import Row
        >>> row = Row("a", "Say hello twice.", "print('hello')", "", "seed", (), 0)
        >>> [(found.name, found.mean) for found in lengths_of(Subject("x", (row,)), None)]
        [('instruction, words', 3.0), ('answer, words', 1.0)]
    """
    found = [
        _whole("instruction, words", [len(row.instruction.split()) for row in subject.rows]),
        _whole("answer, words", [len(row.output.split()) for row in subject.rows if row.output]),
        _whole("instruction, tokens", calls.instruction_tokens if calls else ()),
        _whole("answer, tokens", calls.answer_tokens if calls else ()),
        Distribution.of("words / parents'", _growth(subject)),
    ]
    return tuple(made for made in found if made is not None)


def _whole(name: str, values: Sequence[int]) -> Distribution | None:
    return Distribution.of(name, values)


def _growth(subject: Subject) -> list[float]:
    """Give each row's words divided by the mean of its parents' words."""
    by_id = subject.by_id
    found = []
    for row in subject.rows:
        parents = [len(parent.instruction.split()) for parent in subject.parents(row, by_id)]
        if parents and (mean := statistics.mean(parents)):
            found.append(len(row.instruction.split()) / mean)
    return found
