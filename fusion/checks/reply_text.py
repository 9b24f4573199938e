"""The instruction in a reply: without the heading, the quotes or the fence that a teacher may put around it."""

from __future__ import annotations

import re

_HEADING = re.compile(
    r"^\s*(?:#+\s*|\*\*\s*)?(?:the\s+)?(?:new|fused|merged|combined|evolved|harder|rewritten|created)"
    r"(?:\s+(?:programming|mathematics))?(?:\s+(?:task|problem|prompt|instruction|question|test))?"
    r"\s*(?:\*\*|#+)?\s*(?::|\n)\s*(?:\*\*)?\s*",
    re.IGNORECASE,
)
_THINKING = re.compile(r"<think>.*?</think>\s*", re.DOTALL)
_FENCED = re.compile(r"```(?:text|markdown|plaintext|md)?\n(.*?)\n```", re.DOTALL)


def instruction_text(reply: str) -> str:
    r"""Take the instruction out of a reply.

    Args:
        reply: All that the teacher said.

    Example:
        >>> instruction_text("#New#\nSort a list.")
        'Sort a list.'
        >>> instruction_text('**New Programming Task:** "Sort a list."')
        'Sort a list.'
    """
    text = _THINKING.sub("", reply).strip()
    text = _HEADING.sub("", text, count=1).strip()
    if fenced := _FENCED.fullmatch(text):
        text = fenced[1].strip()
    if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1]:
        text = text[1:-1].strip()
    return text
