"""Texts and programs as sequences of words, so that layout, punctuation and the spelling of names do not matter."""

from __future__ import annotations

import re

_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
# Runs of capitals, words, numbers; any other letter, such as a Chinese one, is a word of its own.
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W_]")


def words_of(text: str) -> list[str]:
    r"""Split a text into lower-case words; names are split at their underscores and capitals.

    Args:
        text: Prose, code, or both; the fences around code are left out.

    Example:
        >>> words_of("Is `has_closeElements(x)` right?\n```python\nHTMLParser(3.5)\n```")
        ['is', 'has', 'close', 'elements', 'x', 'right', 'html', 'parser', '3', '5']
    """
    if "```" in text or "~~~" in text:
        text = _FENCE.sub("", text)
    return " ".join(_WORD.findall(text)).lower().split()
