"""What refusals say: when to come back, whether the prompt was too long, and whether anything had arrived."""

from __future__ import annotations

import email.utils
import socket
import time

import pytest

from harness.models.remote.refusals import asked_wait, is_too_long, never_arrived, room_for_answer


def resets(requests: str, tokens: str, left: tuple[str, str] | None = None) -> dict[str, str]:
    headers = {"x-ratelimit-reset-requests": requests, "x-ratelimit-reset-tokens": tokens}
    if left is not None:
        headers |= {"x-ratelimit-remaining-requests": left[0], "x-ratelimit-remaining-tokens": left[1]}
    return headers


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "99999"}, 300.0),
        ({"retry-after": email.utils.formatdate(time.time() - 60, usegmt=True)}, 0.0),
        ({"retry-after": "soon"}, None),
        ({}, None),
        (resets("12ms", "6m0s"), 300.0),
        (resets("12ms", "20s", ("4999", "150")), 20.0),
        (resets("9s", "20s", ("0", "150")), 9.0),
        (resets("9s", "20s", ("0", "0")), 20.0),
        (resets("9s", "", ("4999", "0")), 9.0),
    ],
)
def test_how_long_a_server_wants_to_be_left_alone(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_wait(headers) == seconds


def test_the_time_of_a_limit_is_for_who_has_passed_it() -> None:
    assert asked_wait(resets("1s", "2s"), is_rate_limit=False) is None
    assert asked_wait({"retry-after": "3"}, is_rate_limit=False) == 3.0


@pytest.mark.parametrize(
    ("words", "room"),
    [
        ("maximum context length is 4096 tokens. (100 in the messages, 4096 in the completion)", 3996),
        (
            "maximum context length is 4097 tokens, however you requested 4200 tokens "
            "(150 in your prompt; 4050 for the completion)",
            3947,
        ),
        ("maximum context length is 10 tokens", None),
    ],
)
def test_how_much_room_a_prompt_leaves(words: str, room: int | None) -> None:
    assert is_too_long(words)
    assert room_for_answer(words) == room


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("prompt is too long: 210000 tokens > 200000 maximum", True),
        ("Invalid 'messages[0].content': string too long. Expected a string with maximum length 10485760", True),
        ("Invalid stop: array too long. Expected an array with maximum length 3", False),
        ("the name of the user is too long", False),
    ],
)
def test_only_a_prompt_can_be_too_long_for_the_context(words: str, said: bool) -> None:
    assert is_too_long(words) is said


@pytest.mark.parametrize(
    ("error", "never"),
    [
        (ConnectionRefusedError(111, "refused"), True),
        (socket.gaierror(-2, "Name or service not known"), True),
        (OSError("Cannot connect to host h:80 ssl:default [Name or service not known]"), True),
        (TimeoutError("Connection timeout to host http://h/v1"), True),
        (TimeoutError("Timeout on reading data from socket"), False),
        (ConnectionResetError(104, "reset"), False),
        (None, False),
    ],
)
def test_what_never_arrived(error: BaseException | None, never: bool) -> None:
    outer = RuntimeError("Request timed out.")
    outer.__cause__ = error
    assert never_arrived(outer) is never
