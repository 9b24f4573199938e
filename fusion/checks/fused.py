"""Whether a reply is one instruction made of its two parents; the first fault found is the reason to reject it.

The paper's own test is `invalid` alone: the marker in the reply. The others are rules over words, so they err: a fused
instruction that says everything in other words can be taken for one that dropped a parent. Rejected rows are kept with
their reason, and `--checks paper` leaves all but the paper's own out.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fusion.checks.words import all_words, content_words, words
from fusion.prompts import INVALID
from fusion.seeds import Seed
from fusion.seeds.language import named_languages

Fault = Literal[
    "",
    "invalid",
    "empty",
    "truncated",
    "refusal",
    "template_leak",
    "too_short",
    "solved",
    "copied_parent",
    "dropped_parent",
    "glued",
    "bloated",
    "language",
]
REFUSAL = re.compile(
    r"^(?:i'?m\s+(?:sorry|unable)|i\s+(?:am\s+)?(?:sorry|can(?:no|')t|cannot)|sorry|as an ai\b|unfortunately, i)"
    r"|\bas an ai (?:language )?model\b",
    re.IGNORECASE,
)
_LEAKS = re.compile(
    r"#(?:first|second|new|given|harder)#|invalid prompt|\b(?:first|second|two|both|original|given|fused|above)"
    r"(?:\s+given)?\s+(?:programming tasks?|mathematics problems?|instructions?|prompts?)\b(?!\s+(?:set|pointer|cach))",
    re.IGNORECASE,
)
_SOLUTION = re.compile(
    r"^\s*(?:#+|\*\*)\s*(?:the\s+)?(?:\w+\s+)?(?:solution|answer)\b"
    r"|\bhere(?:'s| is) (?:the|a) (?:corrected|code|solution|fixed)\b",
    re.IGNORECASE | re.MULTILINE,
)
_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_OPENINGS = re.compile(
    r"(?:^|[.!?\n:]\s*|\b(?:also|then|additionally|furthermore|finally|next|second(?:ly)?|and)[,\s]+(?:\w+ly[,\s]+)?)"
    r"(?:write|create|implement|design|develop|build|define|construct|generate|fix|debug|refactor|convert|translate"
    r"|rewrite|how (?:do|would|can|to)|can you|what (?:is|are))\b"
    r"|\band an?\s+(?:[\w+#]+\s+){0,2}(?:function|program|script|method|query|class|application)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_ITEMS = re.compile(r"(?:^|\n)\s*(?:task|part|problem|question)\s*(?:1|2|a|b|one|two)\b\s*[:.)]", re.IGNORECASE)
_BESIDE_OTHERS = {"", "html", "css", "sql", "bash"}
"""Languages that a program in another one may well have to do with."""
_FEWEST_WORDS = 4
_ROOM = 60
"""Words that any instruction may have, however short its parents are."""
_DISTINCT = 3
"""A parent with fewer words of its own can not be said to be missing."""
_SAME = 0.9


@dataclass(frozen=True)
class CheckSettings:
    """Which checks are made.

    `paper` stops after the marker, an empty reply and a truncated one. `longest` is the length in words over the mean
    of the parents' from which on an instruction is bloated: the paper wants about the parents' length.
    """

    name: Literal["all", "paper"] = "all"
    longest: float = 2.5


def fused_fault(
    text: str, finish_reason: str | None, parents: Sequence[Seed], settings: CheckSettings = CheckSettings()
) -> Fault:
    """Say why a reply is no fusion of its parents; empty where nothing is wrong.

    Args:
        text: The instruction taken out of the reply.
        finish_reason: Why the teacher ended.
        parents: The two seeds.
        settings: Which checks.

    Example:
        >>> parents = [Seed("a", "Print Hello World."), Seed("b", "Create a class Person.")]
        >>> fused_fault("Create a class Person that prints Hello World when it is made.", "stop", parents)
        ''
        >>> fused_fault("INVALID PROMPT", "stop", parents)
        'invalid'
    """
    if INVALID.lower() in text.lower():
        return "invalid"
    if not text:
        return "empty"
    if finish_reason == "length":
        return "truncated"
    if settings.name == "paper":
        return ""
    return (
        leak_or_refusal(text)
        or _solved(text, parents)
        or _is_parent(text, parents)
        or _dropped(text, parents)
        or _glued(text, parents)
        or _bloated(text, parents, settings)
        or _language(text, parents)
    )


def leak_or_refusal(text: str) -> Fault:
    """Say whether a text is about the template, or no task at all."""
    if REFUSAL.search(text) and len(words(text)) < 80:
        return "refusal"
    if _LEAKS.search(text):
        return "template_leak"
    return "too_short" if len(words(text)) < _FEWEST_WORDS else ""


def _solved(text: str, parents: Sequence[Seed]) -> Fault:
    """Say whether a text brings its own solution, or is nothing but one."""
    if len(words(_CODE.sub(" ", text))) < _FEWEST_WORDS:
        return "solved"
    has_one = _SOLUTION.search(text) and not any(_SOLUTION.search(parent.instruction) for parent in parents)
    return "solved" if has_one else ""


def _is_parent(text: str, parents: Sequence[Seed]) -> Fault:
    said = words(text)
    for parent in parents:
        other = words(parent.instruction)
        if said == other:
            return "copied_parent"
        shared = len(set(said) & set(other))
        if shared >= _SAME * len(set(other)) and len(said) < 1.2 * len(other):
            ratio = difflib.SequenceMatcher(None, said[:200], other[:200], autojunk=False).ratio()
            if ratio >= _SAME:
                return "copied_parent"
    return ""


def _distinct(parents: Sequence[Seed]) -> list[frozenset[str]]:
    """Give the words that only one of the two has."""
    first, second = (content_words(parent.instruction) for parent in parents)
    return [first - second, second - first]


def _dropped(text: str, parents: Sequence[Seed]) -> Fault:
    has = all_words(text)
    for own in _distinct(parents):
        if len(own) >= _DISTINCT and not own & has:
            return "dropped_parent"
    return ""


def _glued(text: str, parents: Sequence[Seed]) -> Fault:
    """Two tasks side by side: each part is about one parent only, and there are two openings of a task."""
    if len(_ITEMS.findall(text)) > 1:
        return "glued"
    openings = [match.start() for match in _OPENINGS.finditer(text)]
    if len(openings) < 2:
        return ""
    first, second = _distinct(parents)
    owners = []
    bounds = sorted({0, *openings, *(match.end() for match in _SENTENCE.finditer(text)), len(text)})
    for start, end in itertools.pairwise(bounds):
        has = all_words(text[start:end])
        touched = (bool(has & first), bool(has & second))
        if all(touched):
            return ""
        if any(touched):
            owners.append(touched[1])
    changes = sum(left != right for left, right in zip(owners, owners[1:], strict=False))
    return "glued" if changes == 1 else ""


def _bloated(text: str, parents: Sequence[Seed], settings: CheckSettings) -> Fault:
    mean = sum(len(words(parent.instruction)) for parent in parents) / len(parents)
    return "bloated" if len(words(text)) > max(_ROOM, settings.longest * mean) else ""


def _language(text: str, parents: Sequence[Seed]) -> Fault:
    """A language in the new instruction that neither parent has to do with, or the two languages of the two."""
    named = set(named_languages(text))
    if not named:
        return ""
    first, second = ({parent.language, *named_languages(parent.instruction)} for parent in parents)
    if all(named & own - _BESIDE_OTHERS for own in (first - second, second - first)):
        return "language"
    wanted = first | second
    return "" if wanted & named or wanted == {""} else "language"
