"""The words of an instruction that say what it is about."""

from __future__ import annotations

import functools
import re

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*|\d+")
_SPLIT = re.compile(r"(?<=[a-z])(?=[A-Z])|_")
_COMMON = frozenset(
    """
    a about above according after all also an and another any are as at be been before being below between both but by
    can could do does doing done during each either every few following for from given has have having he her here his
    how i if in include including into is it its itself just like may me might more most must my need needs new no nor
    not of off on once one only or other our out over own per please same shall she should so some such than that the
    their them then there these they this those through to too two under until up us use used user using very want was
    we were what when where whether which while who whose why will with within without would you your
    """.split()
)
_OF_TASKS = frozenset(
    """
    write create implement design develop build make generate define construct program code function method class script
    task problem solution implementation return returns take takes accept accepts input output result results parameter
    parameters argument arguments value values example examples print prints display displays called named name ensure
    python java javascript typescript c cpp php ruby rust go sql html css bash language algorithm provide provides
    support supports allow allows perform handle handles contain contains application app system simple based two first
    second number numbers string strings list lists array arrays integer integers test tests case cases
    """.split()
)


def words(text: str) -> list[str]:
    """Split a text into its words, in lower case; names in code are split into theirs.

    Args:
        text: Any text.

    Example:
        >>> words("Sort myList by_name 3 times")
        ['sort', 'my', 'list', 'by', 'name', '3', 'times']
    """
    return [part.lower() for match in _WORD.findall(text) for part in _SPLIT.split(match) if part]


@functools.lru_cache(20_000)
def content_words(text: str) -> frozenset[str]:
    """Give the words that say what an instruction is about: neither those of all texts nor those of all tasks.

    Args:
        text: An instruction.

    Example:
        >>> sorted(content_words("Write a Python function that reverses words."))
        ['revers', 'word']
    """
    return frozenset(
        stem(word) for word in words(text) if word not in _COMMON and word not in _OF_TASKS and len(word) > 1
    )


def stop_words_only(text: str) -> bool:
    """Say whether a text has no word but those of all texts.

    Args:
        text: Any text.

    Example:
        >>> stop_words_only("Is it so? ..."), stop_words_only("Write a function.")
        (True, False)
    """
    return all(word in _COMMON for word in words(text))


def all_words(text: str) -> set[str]:
    """Give every word's stem."""
    return {stem(word) for word in words(text)}


@functools.lru_cache(50_000)
def stem(word: str) -> str:
    """Cut the endings that a word takes on in a sentence, roughly.

    Args:
        word: In lower case.

    Example:
        >>> stem("reversing") == stem("reverses") == stem("reversed") == stem("reverse")
        True
    """
    for ending in ("ations", "ation", "ings", "ing", "ers", "er", "ies", "ied", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word
