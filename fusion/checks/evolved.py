"""Whether an evolved instruction is worth an answer: WizardLM's eliminations, and the lengths that evol-teacher adds.

The first elimination, no information gain, takes a call to the teacher (`Prompts.improved`); the rest are rules: a
refusal (a reply with "sorry" and fewer than 80 words), nothing but punctuation and stop words, words of the template,
the same text again, three words or fewer, a beginning that is no ASCII, and 1,000 tokens or more.
"""

from __future__ import annotations

from typing import Literal

from fusion.checks.fused import REFUSAL, leak_or_refusal
from fusion.checks.words import stop_words_only, words

EvolvedFault = Literal[
    "",
    "empty",
    "truncated",
    "refusal",
    "stop_words",
    "template_leak",
    "same_text",
    "too_short",
    "not_ascii",
    "too_long",
]
_LONGEST_TOKENS = 1000
_BYTES_A_TOKEN = 4
_REFUSAL_WORDS = 80


def evolved_fault(text: str, finish_reason: str | None, parent: str, tokens: int | None = None) -> EvolvedFault:
    """Say why an evolved instruction is dropped; empty where it is kept.

    Args:
        text: The instruction taken out of the reply.
        finish_reason: Why the teacher ended.
        parent: The instruction that was to be evolved.
        tokens: Of the reply; None estimates them.

    Example:
        >>> evolved_fault("Sort a list in place.", "stop", "Sort a list.")
        ''
        >>> evolved_fault("Sorry, I can not do that.", "stop", "Sort a list.")
        'refusal'
    """
    if not text:
        return "empty"
    if finish_reason == "length":
        return "truncated"
    lower = text.lower()
    if ("sorry" in lower and len(words(text)) < _REFUSAL_WORDS) or REFUSAL.search(text):
        return "refusal"
    if stop_words_only(text):
        return "stop_words"
    fault = leak_or_refusal(text)
    if fault == "template_leak" or any(
        leak in lower for leak in ("rewritten prompt", "rewritten test", "given prompt")
    ):
        return "template_leak"
    if fault == "too_short":
        return "too_short"
    if words(text) == words(parent):
        return "same_text"
    if not text[0].isascii():
        return "not_ascii"
    count = len(text.encode("utf-8", "replace")) / _BYTES_A_TOKEN if tokens is None else tokens
    return "too_long" if count >= _LONGEST_TOKENS else ""


def is_equal(reply: str) -> bool:
    """Read the teacher's judgement on whether an evolved instruction says the same as its parent.

    Args:
        reply: What it said; anything but a plain "equal" keeps the instruction.

    Example:
        >>> is_equal("Equal"), is_equal("Not Equal"), is_equal("They are different.")
        (True, False, False)
    """
    said = words(reply)
    return "equal" in said[:3] and "not" not in said[:3] and "different" not in said
