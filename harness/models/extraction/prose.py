"""Finding the program in text that is not fenced, or that has prose where code should be.

The text is cut into pieces at the lines that start at the left margin outside strings and brackets; a piece that looks
like code and parses is kept, prose is dropped. A piece is parsed a fixed number of times, so the cost stays linear.
A definition that does not parse is kept as it is, unless nothing uses it: a broken program is the model's own failure.
"""

from __future__ import annotations

import itertools
import re
import textwrap
from collections import deque

from harness.models.extraction.strings import NOTHING_OPEN, after_line
from harness.models.extraction.syntax import failure_line, parse

_CODE_START = re.compile(
    r"(?:(?:async[ \t]+)?def[ \t]+\w+[ \t]*[(\[\\]|class[ \t]+\w+[ \t]*[:(\[]|@[A-Za-z_][\w.]*[ \t]*(?:\(|$|#)"
    r"|import[ \t]+\w|from[ \t]+\.*[\w.]*[ \t]+import\b"
    r"|(?:if|for|while|with|match|async[ \t]+for|async[ \t]+with)\b.*[:(\[{\\][ \t]*(?:#.*)?$|try[ \t]*:"
    r"|(?:return|raise|assert|del|global|pass|yield)\b"
    r"|[rbuf]{0,2}(?:\"\"\"|''')"
    r"|(?![A-Z][a-z]+:)[A-Za-z_(\[*][\w.,\[\]'\"()* \t]*(?::[^=\n]*)?(?:[-+/%&|^@]|//|>>|<<)?=(?!=)"
    r"|[A-Za-z_][\w.]*\()"
)
_CONTINUES = re.compile(r"(?:elif|else|except|finally|case)\b|[)\]}#]")
_DEFINITION = re.compile(
    r"[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+\w+|[ \t]*(?:from[ \t]+\S+[ \t]+)?import[ \t]+\w", re.ASCII
)
_HEADER = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)
_PROSE = re.compile(r"\s*(?:[-*\u2022>#]|\d+[.):]|[A-Z][\w']*:?(?:[ \t]+[\w`'\"(,).:-]+){2}|`)")
_PROMPTED = re.compile(r"[ \t]*(?:>>>|\.\.\.)(?: |$)")

# How much is looked at: more than any answer has, few enough that a model's endless repeats cost little.
_MOST_PIECES = 2000
_MOST_LINES = 200


def defines_in_text(text: str, name: str) -> bool:
    """Whether a text has a line that would define the name, if only it parsed.

    Example:
        >>> defines_in_text("Sure!\\ndef add(a, b) return a + b", "add")
        True
    """
    name = re.escape(name)
    # Indented, an assignment is one to a local name.
    definition = rf"^(?:[ \t]*(?:async[ \t]+)?def[ \t]+{name}\b|{name}[ \t]*=(?!=))"
    return re.search(definition, text, re.MULTILINE) is not None


def looks_like_code(text: str) -> bool:
    """Whether any line of a text starts as a statement of a program would.

    Example:
        >>> looks_like_code("I cannot help with that."), looks_like_code("So:\\n    return n * 2")
        (False, True)
    """
    starts = (line for line in map(str.strip, text.split("\n")) if _CODE_START.match(line))
    # "return the sum" starts like code; "for x in y:" is code, but not alone.
    return any(
        _HEADER.match(line) is not None or parse(line) is not None or parse(f"{line} pass") is not None
        for line in itertools.islice(starts, _MOST_LINES)
    )


def code_in(text: str, name: str) -> str:
    """Return the code in a text that mixes it with prose, or "" where there is none.

    Args:
        text: Text with Unix newlines.
        name: The function asked for. A piece that should define it is kept even where it does not parse.

    Example:
        >>> code_in("Here it is:\\n\\ndef one():\\n    return 1\\n\\nThat is all there is to it.", "one")
        'def one():\\n    return 1\\n'
    """
    if parse(text) is not None:
        return text if looks_like_code(text) else ""
    waiting = deque(_code_pieces(text.split("\n"), heed_strings=True))
    kept: list[str] = []
    for _ in range(_MOST_PIECES):
        if not waiting:
            break
        piece = waiting.popleft()
        code = _code_of(piece)
        if code is None:
            waiting.extendleft(reversed(_code_pieces(piece, heed_strings=False)))
        elif code:
            kept.append(code)
    found = "\n".join(_without_run_on(kept, name))
    if not defines_in_text(found, name) and defines_in_text(text, name):
        return _indented_code(text, name) or found
    return found


def _without_run_on(pieces: list[str], name: str) -> list[str]:
    """Drop broken definitions that the program does not use: where a model writes on, its last one is cut off."""
    broken = {number for number, piece in enumerate(pieces) if parse(piece) is None}
    good = "\n".join(piece for number, piece in enumerate(pieces) if number not in broken)
    if not broken or not defines_in_text(good, name):
        return pieces
    words = {name, *re.findall(r"\w+", good)}
    return [piece for number, piece in enumerate(pieces) if number not in broken or _defined(piece) in words]


def _defined(piece: str) -> str | None:
    """Return the name of the function or class that a piece should define."""
    header = _HEADER.search(piece)
    return header[1] if header else None


def _code_pieces(lines: list[str], *, heed_strings: bool) -> list[list[str]]:
    """Cut lines into pieces that each start at the left margin, and return those that start as code does."""
    pieces: list[list[str]] = []
    piece: list[str] = []
    state = NOTHING_OPEN
    for line in lines:
        at_margin = line[:1] not in ("", " ", "\t")
        is_inside = bool(piece) and (state != NOTHING_OPEN or _joins(piece[-1], line))
        if at_margin and not is_inside:
            # Prose has no piece: its lines are passed over until the next code.
            piece = [line] if _CODE_START.match(line) else []
            if piece:
                pieces.append(piece)
            state = NOTHING_OPEN
        elif piece:
            piece.append(line)
        if heed_strings and piece:
            state = after_line(line, state)
    return pieces


def _joins(last: str, line: str) -> bool:
    """Whether a line at the margin still belongs to the piece that the last line is part of."""
    return last.endswith("\\") or last.startswith("@") or _CONTINUES.match(line) is not None


def _code_of(piece: list[str]) -> str | None:
    """Return the code in a piece: all of it, a part, or "". None asks to cut it smaller."""
    text = "\n".join(piece)
    if parse(text) is not None:
        return text
    cut = _without_prose_tail(piece)
    if cut is not None:
        return cut
    if len(_code_pieces(piece, heed_strings=False)) > 1:
        # A quote or bracket that never closes took more with it than belongs to it.
        return None
    return text if _defined(text) else ""


def _without_prose_tail(piece: list[str]) -> str | None:
    """Cut indented prose off the end of a piece, where that makes it parse."""
    line = failure_line("\n".join(piece))
    # The parser may stumble over the first word of a sentence or over a later one.
    for end in (line - 1, line - 2):
        tail = [rest for rest in piece[max(end, 0) :] if rest.strip()]
        if end > 0 and tail and _PROSE.match(tail[0]) and not any(_CODE_START.match(rest.lstrip()) for rest in tail):
            text = "\n".join(piece[:end])
            if parse(text) is not None:
                return text
    return None


def _indented_code(text: str, name: str) -> str:
    """Return code that stands indented under prose, moved to the margin, with the lines above it that belong to it."""
    lines = text.split("\n")
    start = next((number for number, line in enumerate(lines) if defines_in_text(line, name)), None)
    if start is None:
        return ""
    margin = lines[start][: len(lines[start]) - len(lines[start].lstrip())]
    if not margin:
        return ""
    first, last = start, start
    while first > 0 and (not lines[first - 1].strip() or lines[first - 1].startswith(margin)):
        first -= 1
    while last + 1 < len(lines) and (not lines[last + 1].strip() or lines[last + 1].startswith(margin)):
        last += 1
    for begin in (first, start):
        code = textwrap.dedent("\n".join(lines[begin : last + 1]))
        if parse(code) is not None:
            return code
    return ""


def without_doctest_prompts(text: str) -> str:
    """Turn an interpreter session into the program that was typed; other text is returned as it is.

    Example:
        >>> without_doctest_prompts(">>> def one():\\n...     return 1\\n>>> one()\\n1")
        'def one():\\n    return 1\\none()'
    """
    lines = text.split("\n")
    if not any(_PROMPTED.match(line) and _DEFINITION.match(line.lstrip()[4:]) for line in lines):
        return text
    return "\n".join(line.lstrip()[4:] for line in lines if _PROMPTED.match(line))
