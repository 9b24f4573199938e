"""Splitting a Markdown answer into fenced blocks and the text around them.

More forgiving than CommonMark, because models are: a fence may be indented to any depth, quoted with `>`, opened at
the end of a sentence, closed at the end of a code line, or never closed. A bare fence line inside a triple-quoted
string is part of the program.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.extraction.strings import NOTHING_OPEN, Open, after_line

_FENCE = re.compile(r"(?P<lead>[ \t>]*(?:(?:[-*+\u2022]|\d+[.)])[ \t]+)?)(?P<mark>`{3,}|~{3,})(?P<info>[^`]*)")
_CODE_START = re.compile(r"(?:async[ \t]+def|def|class|import|from|return|for|while|if|with|@\w+)\b[ \t(:]|\w+ *= *\S")
_DEPTH = 3
"""How many answers may be wrapped in each other; more is no answer but an attempt on the reader."""

PYTHON = frozenset({"python", "py", "python3", "py3", "python2", "ipython", "ipython3", "sage", "pycon", "cython"})
NO_PROGRAM = frozenset(
    {"bash", "sh", "shell", "console", "zsh", "powershell", "output", "json", "yaml", "diff", "math"}
)
"""Languages whose blocks are no attempt at a program."""
_WRAPPERS = frozenset({"", "markdown", "md", "text"})


@dataclass(frozen=True)
class Segment:
    """A stretch of an answer: a fenced block's content, or the text between two blocks."""

    text: str
    is_fenced: bool = False
    language: str = ""
    is_closed: bool = True
    is_wrapper: bool = False
    """Whether it is a whole answer put inside a longer fence."""


@dataclass
class _Fence:
    """The block being read."""

    mark: str
    indent: int
    is_quoted: bool
    language: str
    lines: list[str]
    has_nested: bool = False

    def content(self, line: str) -> str:
        """Strip from a line what belongs to the list or quotation that the fence stands in."""
        if self.is_quoted:
            line = re.sub(r"^[ \t]*>[ ]?", "", line)
        blanks = len(line) - len(line.lstrip(" \t"))
        return line[min(self.indent, blanks) :]

    def is_closed_by(self, line: str) -> bool:
        bare = line.strip(" \t>" if self.is_quoted else " \t")
        return len(bare) >= len(self.mark) and bare == self.mark[0] * len(bare)

    def segment(self, *, is_closed: bool) -> Segment:
        is_wrapper = self.has_nested and self.language in _WRAPPERS
        return Segment("\n".join(self.lines), True, self.language, is_closed, is_wrapper)


def split_fences(text: str, *, heed_strings: bool = True, depth: int = _DEPTH) -> list[Segment]:
    """Split an answer into its fenced blocks and the text around them, in order; blank ones are left out.

    Args:
        text: The answer, with Unix newlines.
        heed_strings: Whether a fence inside a triple-quoted string is part of the block. Turn off to read a block
            whose string never ends.
        depth: How many fences around whole answers are taken off.

    Example:
        >>> [(part.text, part.language) for part in split_fences("Sure:\\n```py\\nx = 1\\n```\\nDone.")]
        [('Sure:', ''), ('x = 1', 'py'), ('Done.', '')]
    """
    if "```" not in text and "~~~" not in text:
        return [Segment(text)] if text.strip() else []
    reader = _Reader(heed_strings)
    for line in text.split("\n"):
        reader.read(line)
    segments: list[Segment] = []
    for segment in reader.finish():
        if segment.is_wrapper and depth > 0:
            segments += split_fences(segment.text, heed_strings=heed_strings, depth=depth - 1)
        elif segment.text.strip():
            segments.append(segment)
    return segments


class _Reader:
    """Reads line by line; everything it must remember is here."""

    def __init__(self, heed_strings: bool) -> None:
        self.heed_strings = heed_strings
        self.segments: list[Segment] = []
        self.outside: list[str] = []
        self.fence: _Fence | None = None
        self.state: Open = NOTHING_OPEN

    def read(self, line: str) -> None:
        if self.fence is None:
            self._read_outside(line)
        else:
            self._read_inside(line, self.fence)

    def finish(self) -> list[Segment]:
        if self.fence is not None:
            self.segments.append(self.fence.segment(is_closed=False))
        self._end_outside()
        return self.segments

    def _read_outside(self, line: str) -> None:
        opening = _FENCE.fullmatch(line)
        if opening is not None:
            self._open(opening)
        elif code := _one_line_block(line):
            self._end_outside()
            self.segments.append(Segment(code, True))
        elif opening := _fence_at_end(line):
            # "Here it is: ```python", or the closing fence of a block that the chat template opened.
            self.outside.append(line[: line.index("```")])
            self._open(opening)
        else:
            self.outside.append(line)

    def _read_inside(self, line: str, fence: _Fence) -> None:
        content = fence.content(line)
        if not self.state.quote:
            if fence.is_closed_by(line):
                self._close(fence)
                return
            nested = _FENCE.fullmatch(line)
            if nested is not None:
                fence.has_nested = True
                if nested["mark"] == fence.mark and _language(nested["info"])[0] in PYTHON:
                    # The block before was never closed.
                    self._close(fence)
                    self._open(nested)
                    return
            elif line.count("```") == 1 and line.rstrip().endswith("```") and "#" not in line:
                fence.lines.append(content.rstrip().removesuffix("```"))
                self._close(fence)
                return
        fence.lines.append(content)
        if self.heed_strings:
            self.state = after_line(content, self.state)

    def _open(self, opening: re.Match[str]) -> None:
        self._end_outside()
        language, rest = _language(opening["info"])
        lead = opening["lead"]
        indent = 0 if ">" in lead else len(lead)
        self.fence = _Fence(opening["mark"], indent, ">" in lead, language, [rest] if rest else [])
        self.state = NOTHING_OPEN

    def _close(self, fence: _Fence) -> None:
        self.segments.append(fence.segment(is_closed=True))
        self.fence = None

    def _end_outside(self) -> None:
        self.segments.append(Segment("\n".join(self.outside)))
        self.outside = []


def _fence_at_end(line: str) -> re.Match[str] | None:
    """Match a fence behind other text on a line; only a bare one or one for Python, for prose mentions fences too."""
    before, mark, info = line.partition("```")
    if not (before and mark) or "```" in info or info.strip().lower() not in PYTHON | {""}:
        return None
    return _FENCE.fullmatch("```" + info)


def _one_line_block(line: str) -> str:
    """Return the code of a block that opens and closes on one line, or nothing."""
    bare = line.strip(" \t>.:")
    if line.count("```") != 2 or not (bare.startswith("```") and bare.endswith("```")):
        return ""
    language, rest = _language(bare[3:-3])
    return rest if language in PYTHON else bare[3:-3].strip()


def _language(info: str) -> tuple[str, str]:
    """Split what stands behind an opening fence into a language and code that was put on the same line."""
    info = info.strip()
    word = re.match(r"[{.]*([\w+#-]+)", info)
    language = word[1].lower() if word else ""
    if word and language in PYTHON:
        rest = info[word.end() :].strip()
        return language, rest if _CODE_START.match(rest) else ""
    return ("", info) if _CODE_START.match(info) else (language, "")
