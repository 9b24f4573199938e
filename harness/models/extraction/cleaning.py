"""What a served answer carries that is no part of it: odd newlines and blanks, and the model's own stop tokens."""

from __future__ import annotations

import re

from harness.models.extraction.strings import replace_outside

# Spaces that Python refuses in code, and marks that have no width at all.
_BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_INVISIBLE = "\u200b-\u200d\u2060\ufeff"
_ODD = re.compile(f"[{_BLANKS}{_INVISIBLE}\u2028\u2029\u0085]")

# A turn ends here; whatever follows is the model talking to itself (a made-up user, the next exercise).
_STOP = (
    r"(?:<\|(?:im_end|im_start|endoftext|end_of_text|EOT|eot_id|eom_id|end|return|assistant|user|system|eos|"
    r"end_of_solution|end_of_response|file_sep|file_separator|fim_pad|fim_prefix|fim_middle|fim_suffix|"
    r"start_header_id|end_of_turn)\|>"
    r"|<\uff5c(?:end\u2581of\u2581sentence|User|begin\u2581of\u2581sentence)\uff5c>"
    r"|<(?:end_of_turn|start_of_turn|EOT|eos|eod|file_sep)>|</s>|(?<!\w)\[/?INST\])(?![\"'`])"
)
# Marks that may open an answer: a turn's start with its role, and a wrapper that some models are taught.
_START = (
    r"(?:<\|im_start\|>[ \t]*assistant\b|<\|start_header_id\|>[ \t]*assistant[ \t]*<\|end_header_id\|>"
    r"|<start_of_turn>[ \t]*model\b|<s>|<bos>|<\|begin_of_text\|>|<\|startoftext\|>|<\|begin_of_solution\|>"
    r"|<\uff5cAssistant\uff5c>)"
)
_STOP_TOKEN = re.compile(_STOP)
_OPENING = re.compile(rf"(?:\s*(?:{_START}|{_STOP}))+")


def clean_newlines(text: str) -> str:
    """Give a text Unix newlines; Python reads both alike, the line-based rules do not.

    Example:
        >>> clean_newlines("a\\r\\nb\\rc")
        'a\\nb\\nc'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")


def clean_blanks(text: str) -> str:
    """Turn non-breaking and other odd spaces into plain ones, and drop invisible marks, except inside strings.

    Example:
        >>> clean_blanks("\\ufeffif\\u00a0x:\\n    y = '\\u00a0'")
        "if x:\\n    y = '\\xa0'"
    """
    return replace_outside(text, _ODD.pattern, _plain) if _ODD.search(text) else text


def _plain(odd: str) -> str:
    if odd in "\u2028\u2029\u0085":
        return "\n"
    return "" if odd in "\u200b\u200c\u200d\u2060\ufeff" else " "


def cut_at_stop_token(text: str) -> str:
    """Drop the marks that open an answer, and everything from the first stop token on.

    A token directly before a quote is taken for part of a string in the program and left alone.

    Example:
        >>> cut_at_stop_token("<s> return x</s><|im_start|>user\\nAnother one!")
        ' return x'
        >>> cut_at_stop_token('text.split("</s>")')
        'text.split("</s>")'
    """
    opening = _OPENING.match(text)
    start = opening.end() if opening else 0
    stop = _STOP_TOKEN.search(text, start)
    return text[start : stop.start() if stop else len(text)]
