"""Setting a reasoning model's thoughts apart from its answer.

A draft inside the thoughts is no answer, and thoughts that never end are an answer cut short. Where the tag was opened
by the chat template, only the closing one is in the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NAMES = r"(?:think|thinking|thoughts?|reasoning|reflection|scratchpad|seed:think)"
_OPENING = rf"^[ \t]*(?:<{_NAMES}>|<\|begin_of_thought\|>|\[THINK\]|\u25c1think\u25b7)(?![\"'`])"
_CLOSING = rf"(?<![\"'`])(?:</{_NAMES}>|<\|end_of_thought\|>|\[/THINK\]|\u25c1/think\u25b7)(?![\"'`])"
_TAG = re.compile(rf"(?P<opening>{_OPENING})|(?P<closing>{_CLOSING})", re.MULTILINE | re.IGNORECASE)

# gpt-oss's channels, with its special tokens and as servers print them without.
_FINAL_CHANNEL = re.compile(r"<\|channel\|>final\b[^<]*<\|message\|>|\A\s*analysis.*assistantfinal", re.DOTALL)
_THOUGHT_CHANNEL = re.compile(r"\A\s*(?:<\|start\|>assistant)?<\|channel\|>(?:analysis|commentary)\b[^<]*<\|message\|>")

_HOLDS_CODE = re.compile(r"```|~~~|^[ \t]*(?:(?:async )?def|class|import|from|return)\b", re.MULTILINE)


class Thinking(NamedTuple):
    """An answer without its thoughts, and the thoughts that were still open at its end (None where none were)."""

    answer: str
    unclosed: str | None = None


def split_thinking(text: str) -> Thinking:
    """Set the thoughts apart from the answer.

    Example:
        >>> split_thinking("<think>\\nLet me see.\\n</think>\\nreturn 1")
        Thinking(answer='\\nreturn 1', unclosed=None)
        >>> split_thinking("I need a loop.</think>\\nreturn 1").answer
        '\\nreturn 1'
        >>> split_thinking("<think>\\nLet me")
        Thinking(answer='', unclosed='\\nLet me')
    """
    last_code = max((match.start() for match in _HOLDS_CODE.finditer(text)), default=-1)
    kept: list[str] = []
    opened_at: int | None = None
    position = 0
    for tag in _TAG.finditer(text):
        if tag["opening"] is not None:
            if opened_at is None:
                kept.append(text[position : tag.start()])
                opened_at = tag.end()
        else:
            if opened_at is None and last_code >= tag.end():
                kept.clear()
            elif opened_at is None:
                # A stray closing tag after the answer ends no thoughts: what came before it is the answer.
                kept.append(text[position : tag.start()])
            opened_at = None
            position = tag.end()
    if opened_at is not None:
        return Thinking("".join(kept), text[opened_at:])
    return Thinking("".join(kept) + text[position:])


def final_channel(text: str) -> str:
    """Return what a gpt-oss model said on its final channel; a text without channels is returned as it is.

    Example:
        >>> final_channel("<|channel|>analysis<|message|>Hm.<|end|><|channel|>final<|message|>return 1")
        'return 1'
    """
    end = max((match.end() for match in _FINAL_CHANNEL.finditer(text)), default=0)
    # Thoughts without a final channel are thoughts that never ended, whichever way they are marked.
    return text[end:] if end else _THOUGHT_CHANNEL.sub("<think>", text)
