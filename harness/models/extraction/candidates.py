"""Reading each stretch of an answer as code, and judging which of them answers the task."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from harness.models.extraction.completing import joined
from harness.models.extraction.fences import NO_PROGRAM, PYTHON, Segment
from harness.models.extraction.prose import code_in, defines_in_text, looks_like_code, without_doctest_prompts
from harness.models.extraction.syntax import (
    bound_names,
    class_with_method,
    defines,
    gives_back,
    is_stub,
    missing_names,
    parse,
)
from harness.models.extraction.usage import without_usage

_HELPER_ROUNDS = 4
"""How often the other blocks are gone through for what the last round's blocks use; real answers need one or two."""


class Worth(IntEnum):
    """How good an answer to the task a text is."""

    NOTHING = 0
    OTHER_CODE = 1
    STUB = 2
    BROKEN = 3
    METHOD = 4
    FUNCTION = 5


@dataclass(frozen=True)
class Candidate:
    """A stretch of an answer, read as code."""

    text: str
    worth: Worth
    segment: Segment
    number: int

    def rank(self, *, is_cut: bool) -> tuple[int, bool, bool, int]:
        """Return what sorts the best answer last: worth, complete before cut off, a block before prose, the later.

        A block that is not closed is only incomplete where the server cut the answer: servers that stop at the
        closing fence leave it out.
        """
        return self.worth, self.segment.is_closed or not is_cut, self.segment.is_fenced, self.number


def candidate(segment: Segment, number: int, name: str) -> Candidate:
    """Read a segment in the way that makes the most of it.

    Args:
        segment: A block, or text between blocks.
        number: Its place in the answer.
        name: The function asked for.

    Example:
        >>> candidate(Segment(">>> def one():\\n...     return 1", is_fenced=True), 0, "one").text
        'def one():\\n    return 1'
    """
    best = Candidate("", Worth.NOTHING, segment, number)
    for text in _readings(segment, name):
        worth = _worth(text, segment, name)
        if worth > best.worth:
            best = Candidate(text, worth, segment, number)
        if best.worth >= Worth.METHOD:
            break
    return best


def _readings(segment: Segment, name: str) -> Iterator[str]:
    """Yield a segment's text read as code in one way after another, the plainest first."""
    text = segment.text.strip("\n").rstrip()
    if segment.is_fenced:
        yield text
        if parse(text) is None:
            yield textwrap.dedent(text)
            yield without_doctest_prompts(text)
    yield code_in(text, name)
    if "\t" in text:
        # Tabs and spaces mixed, which Python refuses.
        yield code_in(text.expandtabs(4), name)


def _worth(text: str, segment: Segment, name: str) -> Worth:
    tree = parse(text)
    if tree is None:
        if defines_in_text(text, name):
            return Worth.BROKEN
        is_program = segment.is_fenced and segment.language not in NO_PROGRAM
        return Worth.OTHER_CODE if text and (is_program or looks_like_code(text)) else Worth.NOTHING
    if gives_back(tree.body):
        return Worth.OTHER_CODE
    if defines(tree, name):
        return Worth.STUB if is_stub(tree, name) else Worth.FUNCTION
    if class_with_method(tree, name) is not None:
        return Worth.METHOD
    is_program = segment.language in PYTHON or looks_like_code(text)
    return Worth.OTHER_CODE if tree.body and is_program else Worth.NOTHING


def with_helpers(chosen: Candidate, candidates: list[Candidate], name: str) -> str:
    """Put the blocks that define what the chosen one uses around it, in the order they came in.

    Example:
        >>> blocks = [Segment("K = 1", is_fenced=True), Segment("def one():\\n    return K", is_fenced=True)]
        >>> read = [candidate(block, number, "one") for number, block in enumerate(blocks)]
        >>> with_helpers(read[1], read, "one").split("\\n")[0]
        'K = 1'
    """
    used = {chosen.number: chosen.text}
    needed = missing_names(chosen.text)
    # Earlier blocks first, the nearest of them before the others.
    others = sorted(candidates, key=lambda other: (other.number > chosen.number, abs(other.number - chosen.number)))
    for _ in range(_HELPER_ROUNDS if needed else 0):
        before = len(used)
        for other in others:
            tree = parse(other.text) if other.number not in used else None
            bound = bound_names(tree.body) if tree is not None else set()
            is_rival = other.number > chosen.number and name in bound
            if bound & needed and not is_rival:
                used[other.number] = without_usage(other.text, name)
                needed = (needed | missing_names(other.text)) - bound
        if len(used) == before:
            break
    return joined([used[number] for number in sorted(used)])
