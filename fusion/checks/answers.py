"""Whether a reply is an answer that can be trained on. A wrong answer is not looked for here: that is `--verify`."""

from __future__ import annotations

from typing import Literal

from fusion.checks.fused import REFUSAL
from fusion.checks.words import words

AnswerFault = Literal["", "answer_empty", "answer_truncated", "answer_refusal", "answer_too_long"]
_REFUSAL_WORDS = 80
_LONGEST_TOKENS = 2000


def answer_fault(text: str, finish_reason: str | None, tokens: int | None = None) -> AnswerFault:
    """Say why an answer can not be used; empty where it can.

    Args:
        text: The answer.
        finish_reason: Why the teacher ended.
        tokens: Of the answer, where they are known; over 2,000 is taken for rambling, as evol-teacher does.

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
    return "answer_too_long" if tokens is not None and tokens > _LONGEST_TOKENS else ""
