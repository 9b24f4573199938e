"""Replies of servers that put things elsewhere, or count strangely, are read; what holds no answer says why."""

from __future__ import annotations

import json

import pytest

from harness.models.remote.replies import Choice, NoReply, read_reply


def reply(message: object, reason: object = "stop", **more: object) -> bytes:
    return json.dumps({"choices": [{"message": message, "finish_reason": reason}], **more}).encode()


@pytest.mark.parametrize(
    ("said", "count"),
    [
        (7, 7),
        ("7", 7),
        (7.0, 7),
        (0, 0),
        (None, None),
        ("seven", None),
        ("-7", None),
        (-7, None),
        (7.5, None),
        (True, None),
        ([7], None),
        (float("nan"), None),
        (float("inf"), None),
        (10**30, None),
    ],
)
def test_tokens_are_whole_numbers_or_unknown(said: object, count: int | None) -> None:
    usage = {"prompt_tokens": said, "completion_tokens": said, "prompt_tokens_details": {"cached_tokens": said}}
    found = read_reply(reply({"content": "x"}, usage=usage), is_chat=True)
    assert (found.prompt_tokens, found.completion_tokens, found.cached_tokens) == (count, count, count or 0)


@pytest.mark.parametrize("usage", [None, "many", [1], 3, {"prompt_tokens_details": "none"}])
def test_a_usage_that_is_none_is_unknown(usage: object) -> None:
    assert read_reply(reply({"content": "x"}, usage=usage), is_chat=True).prompt_tokens is None


@pytest.mark.parametrize(("said", "kept"), [("length", "length"), (None, None), (3, None), ({"type": "stop"}, None)])
def test_a_finish_reason_is_words(said: object, kept: str | None) -> None:
    assert read_reply(reply({"content": "x"}, said), is_chat=True).choices == [Choice("x", kept)]


@pytest.mark.parametrize(
    ("message", "text", "reasoning"),
    [
        ({"content": "One."}, "One.", ""),
        ({"content": None, "refusal": "No."}, "No.", ""),
        ({"content": None}, "", ""),
        ({"content": "One.", "reasoning": "Hm."}, "One.", "Hm."),
        ({"content": [{"type": "text", "text": "One"}, {"type": "text", "text": "."}]}, "One.", ""),
        ({"content": [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "One."}]}, "One.", "Hm."),
        (
            {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}, "One."]},
            "One.",
            "Hm.",
        ),
    ],
)
def test_an_answer_may_come_in_parts(message: object, text: str, reasoning: str) -> None:
    assert read_reply(reply(message), is_chat=True).choices == [Choice(text, "stop", reasoning)]


def test_a_completion_without_a_text_is_empty() -> None:
    assert read_reply(b'{"choices": [{"text": null}]}', is_chat=False).choices == [Choice("", None)]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": {"message": "the model is\\n loading"}}', "the model is loading"),
        (b'{"choices": [], "error": "busy"}', "busy"),
        (b'{"choices": []}', "KeyError"),
        (b'["no", "reply"]', "TypeError"),
        (b"<html>", "JSONDecodeError"),
        (b"[" * 100_000, "RecursionError"),
        (b'{"choices": [{"message": {"content": 5}}]}', "AttributeError"),
    ],
)
def test_what_holds_no_answer_says_why(body: bytes, words: str) -> None:
    with pytest.raises(NoReply) as caught:
        read_reply(body, is_chat=True)
    assert str(caught.value) == words
