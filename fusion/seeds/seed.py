"""One seed instruction, whatever file it came from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Seed:
    """An instruction that somebody has, with its answer where there is one."""

    id: str
    instruction: str
    response: str = ""
    language: str = ""
    """Of programming, as in `python`; empty where the text names none."""
    source: str = ""
    """The file or data set it came from."""
    licence: str = ""
    difficulty: float | None = None
    """As the source gives it, in the source's own unit."""
    tests: str = ""
    """Of the source, where it has some."""


def text_id(text: str) -> str:
    """Name a text by its content: 16 hexadecimal digits, the same in every file and on every machine.

    Args:
        text: An instruction; spaces at its ends do not count.

    Example:
        >>> text_id("Say hello. ") == text_id("Say hello.")
        True
    """
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()[:16]
