"""Where the strings and comments of a Python text are, found without parsing, so that broken text can be read too.

Every scan is linear in the text, whatever it holds: an unclosed quote is looked for once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

# A comment, the start of a triple-quoted string, a whole short string (an unclosed one ends with its line), a bracket.
_TOKEN = (
    r"#[^\n]*"
    r'|"""|' + "'''"
    r'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?'
    r"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'?"
)
_TOKEN_OR_BRACKET = re.compile(_TOKEN + r"|[()\[\]{}]", re.DOTALL)
_CLOSING = {quote: re.compile(r"\\.|" + quote, re.DOTALL) for quote in ('"""', "'''")}


class Open(NamedTuple):
    """What is still open at the end of a line: a triple quote (or ""), and how many brackets."""

    quote: str = ""
    brackets: int = 0


NOTHING_OPEN = Open()


def after_line(line: str, state: Open) -> Open:
    """Return what is open after one line, given what was open before it.

    Example:
        >>> after_line('    text = \"\"\"one', NOTHING_OPEN).quote
        '\"\"\"'
        >>> after_line("call(1, # (", NOTHING_OPEN).brackets
        1
    """
    quote, brackets = state
    position = 0
    while True:
        if quote:
            position = _end_of_string(line, quote, position)
            if position < 0:
                return Open(quote, brackets)
            quote = ""
        match = _TOKEN_OR_BRACKET.search(line, position)
        if match is None:
            return Open("", brackets)
        position, found = match.end(), match[0]
        if found in _CLOSING:
            quote = found
        elif found in "([{":
            brackets += 1
        elif found in ")]}":
            brackets = max(0, brackets - 1)


def _end_of_string(text: str, quote: str, position: int) -> int:
    """Return the position after the closing triple quote, or -1 where there is none."""
    for match in _CLOSING[quote].finditer(text, position):
        if match[0] == quote:
            return match.end()
    return -1


def replace_outside(text: str, pattern: str, replacement: Callable[[str], str]) -> str:
    """Replace what matches a pattern, except inside strings and comments.

    Args:
        text: Python text, whole or broken.
        pattern: A regular expression without groups.
        replacement: Gets each match and returns what stands in its place.

    Example:
        >>> replace_outside("a~b = '~'  # ~", "~", lambda found: "_")
        "a_b = '~'  # ~"
    """
    finder = re.compile(f"({_TOKEN})|(?:{pattern})", re.DOTALL)
    pieces: list[str] = []
    position, done = 0, 0
    never_closed: set[str] = set()
    while match := finder.search(text, position):
        position = match.end()
        if match[1] is None:
            pieces += [text[done : match.start()], replacement(match[0])]
            done = position
        elif match[1] in _CLOSING and match[1] not in never_closed:
            end = _end_of_string(text, match[1], position)
            if end < 0:
                never_closed.add(match[1])
            position = max(position, end)
    return "".join(pieces) + text[done:]
