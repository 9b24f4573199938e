"""No text makes a rule raise, and none makes it slow."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.models import extract
from harness.models.extraction.cleaning import clean_blanks
from harness.models.extraction.fences import split_fences
from harness.models.extraction.strings import NOTHING_OPEN, after_line
from harness.records import SampleKind, Status, Task

PROMPT = 'from typing import List\n\n\ndef add(a: int, b: int) -> int:\n    """Add."""\n'
TASK = Task(
    "Demo/0", PROMPT, "add", "    return a + b\n", test="def check(candidate):\n    assert candidate(1, 2) == 3\n"
)

# Pieces that meet each other's edge cases far more often than random characters do.
PIECES = [
    *("```", "```python\n", "\n```\n", "~~~\n", "````\n", "> ", '"""', "'''", '"', "'", "\\", "\n", "    ", "\t", "#"),
    *(
        "def add(a, b):\n",
        "    return a + b\n",
        "return a\n",
        "class Solution:\n",
        "    def add(self, a, b):\n        return a\n",
    ),
    *("import math\n", "from x import (\n", "from __future__ import annotations\n", "@cache\n", "lambda: ", "async "),
    *("print(add(1, 2))\n", "assert add(1, 2) == 3\n", "if __name__ == '__main__':\n", "nonlocal x\n", "await f()"),
    *("<think>\n", "</think>", "<|im_end|>", "</s>", "<|channel|>final<|message|>", "assistantfinal", "analysis"),
    *(
        "x = ",
        "1",
        "(",
        ")",
        "[",
        "]",
        "0x",
        "f'{",
        "}'",
        "**",
        "*",
        "else:\n",
        "match x:\n",
        "case _:",
        "yield",
        ":",
        ";",
    ),
    *(
        ">>> add(1, 2)\n",
        "... ",
        "Here is it:\n",
        "Done",
        "\x00",
        "\ufeff",
        "\u00a0",
        "\u2028",
        "\x0c",
        "\r",
        "\ud800",
        "é",
    ),
]

texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
kinds = st.sampled_from(["raw", "completion", "solution"])
reasons = st.sampled_from([None, "stop", "length"])


@given(text=texts, kind=kinds, reason=reasons)
@settings(max_examples=300, deadline=None)
def test_chat_takes_any_text(text: str, kind: SampleKind, reason: str | None) -> None:
    extraction = extract("chat", text, TASK, finish_reason=reason, kind=kind)
    assert extraction == extract("chat", text, TASK, finish_reason=reason, kind=kind)
    if extraction.status is Status.NO_CODE:
        assert extraction.program == ""
        assert reason != "length"
    if extraction.status is None:
        assert extraction.program.strip()


@given(text=texts, rule=st.sampled_from(["as-is", "first-fence", "last-fence"]), kind=kinds, reason=reasons)
@settings(max_examples=150, deadline=None)
def test_the_plain_rules_take_any_text(text: str, rule: str, kind: SampleKind, reason: str | None) -> None:
    assert extract(rule, text, TASK, finish_reason=reason, kind=kind).rule == rule


@given(text=st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@settings(max_examples=30, deadline=None)
def test_the_evalplus_rule_takes_any_text(text: str) -> None:
    assert extract("evalplus", text, TASK).rule == "evalplus"


@given(text=texts)
@settings(max_examples=150, deadline=None)
def test_parts_lose_nothing(text: str) -> None:
    assert "".join(clean_blanks(text).split()) == "".join(
        text.translate(dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))).split()
    ) or any(quote in text for quote in "\"'#")
    assert all(segment.text.strip() for segment in split_fences(text))
    assert after_line(text, NOTHING_OPEN).brackets >= 0


SIZE = 100_000
LONG = {
    "program": "def add(a, b):\n    x = [a, b, 'text', {1: 2}]\n    return a + b\n\n",
    "prose": "This is a line of prose, isn't it (yes)? We return the value.\n",
    "blocks": "text\n```python\ndef add(a, b):\n    return a + b\n```\n",
    "bare blocks": "t\n```\nreturn y\n```\n",
    "fences": "```\n",
    "fences of two lengths": "````\n```\n",
    "escaped quotes": '\\"""',
    "open strings": "x = '''\n",
    "open brackets": "x = (\n",
    "brackets": "(",
    "broken definitions": "def add(a, b)\n",
    "thoughts": "<think>\n</think>\n",
    "closing tags": "</think>",
    "start tokens": "<s>",
    "newlines": "\n",
    "blanks": " ",
    "word": "a",
    "decorators": "@a\n",
    "odd blanks": "\u00a0x = '\u00a0\n",
    "examples": "print(add(1, 2))\n",
    "session": ">>> def add(a, b):\n...     return a\n",
    "indented": "    def add(a, b):\n        return a\n",
    "body": "    return x\n",
    "minus": "-",
    "attribute": ".b",
    "classes": "class A:\n    def add(self, a):\n        return a\n",
}


@pytest.mark.parametrize("name", LONG)
def test_long_texts_are_quick(name: str) -> None:
    text = LONG[name] * (SIZE // len(LONG[name]))
    started = time.process_time()
    extract("chat", text, TASK, finish_reason="length")
    extract("chat", "def add(a, b):\n    return a + b\n" + text, TASK)
    # A tenth of a second or so; a quadratic step would take minutes.
    assert time.process_time() - started < 10
