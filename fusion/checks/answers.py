"""Whether a reply is an answer that can be trained on. A wrong answer is not looked for here: that is `--verify`."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from fusion.checks.fused import REFUSAL
from fusion.checks.words import words
from fusion.seeds.language import canonical_language, is_language

AnswerFault = Literal["", "answer_empty", "answer_truncated", "answer_refusal", "answer_too_long", "answer_language"]
_REFUSAL_WORDS = 80
_LONGEST_TOKENS = 2000
_FENCE = re.compile(r"^```([\w+#-]+)", re.MULTILINE)
_RELATED = (frozenset({"c", "cpp"}), frozenset({"javascript", "typescript", "html", "css"}))
"""Code of one is often labelled as, or holds, another's."""


def answer_fault(
    text: str, finish_reason: str | None, tokens: int | None = None, named: Collection[str] = ()
) -> AnswerFault:
    """Say why an answer can not be used; empty where it can.

    Args:
        text: The answer.
        finish_reason: Why the teacher ended.
        tokens: Of the answer, where they are known; over 2,000 is taken for rambling, as evol-teacher does.
        named: The languages that the instruction names; code in others alone is no answer to it.

    Example:
        >>> answer_fault("", "stop"), answer_fault("```python\\nprint(1)", "length"), answer_fault("print(1)", "stop")
        ('answer_empty', 'answer_truncated', '')
    """
    if not text.strip():
        return "answer_empty"
    if finish_reason == "length":
        return "answer_truncated"
    if REFUSAL.search(text.strip()) and "```" not in text and len(words(text)) < _REFUSAL_WORDS:
        return "answer_refusal"
    if named and _is_in_another(text, named):
        return "answer_language"
    return "answer_too_long" if tokens is not None and tokens > _LONGEST_TOKENS else ""


def _is_in_another(text: str, named: Collection[str]) -> bool:
    """Whether all code of an answer, as far as it is labelled, is of languages that are not asked for."""
    wanted = set(named).union(*(group for group in _RELATED if group & set(named)))
    labels = {canonical_language(label) for label in _FENCE.findall(text)}
    known = {label for label in labels if is_language(label)}
    return bool(known - {"bash"}) and not known & wanted  # a shell's lines beside code say how to run it
