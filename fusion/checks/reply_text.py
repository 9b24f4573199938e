"""The instruction in a reply: without the heading, the quotes or the fence that a teacher may put around it.

Small teachers also greet, and go on behind the instruction with the template's next headings, or a solution under one.
"""

from __future__ import annotations

import re

_HEADING = re.compile(
    r"^\s*(?:#+\s*|\*\*\s*)?(?:the\s+)?(?:new|fused|merged|combined|evolved|harder|rewritten|created)"
    r"(?:\s+(?:programming|mathematics))?(?:\s+(?:task|problem|prompt|instruction|question|test))?"
    r"\s*(?:\*\*|#+)?\s*(?::|\n)\s*(?:\*\*)?\s*",
    re.IGNORECASE,
)
_OWN_HEADING = re.compile(r"^[ \t]*#(?:new|harder)#[ \t]*$", re.IGNORECASE | re.MULTILINE)
_NEXT_HEADING = re.compile(
    r"^[ \t]*#(?:first|second|new|given|harder|solution|answer)#[ \t]*$", re.IGNORECASE | re.MULTILINE
)
_GREETING = re.compile(
    r"^(?:sure|certainly|of course|okay|here)\b[^\n]*\b(?:task|problem|prompt|instruction|question|version|it)\b"
    r"[^\n]*:[ \t]*\n+",
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
        >>> instruction_text("Sure, here it is:\n\n#New#\nSort a list.\n\n#Solution#\nsorted(x)")
        'Sort a list.'
    """
    text = _THINKING.sub("", reply).strip()
    if (own := _OWN_HEADING.search(text)) and text[own.end() :].strip():
        text = text[own.end() :].strip()
    if (after := _NEXT_HEADING.search(text)) and after.start():
        text = text[: after.start()].strip()
    text = _GREETING.sub("", text, count=1)
    text = _HEADING.sub("", text, count=1).strip()
    if fenced := _FENCED.fullmatch(text):
        text = fenced[1].strip()
    if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1]:
        text = text[1:-1].strip()
    return text
