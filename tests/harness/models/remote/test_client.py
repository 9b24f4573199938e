"""One call, tried until it is answered: what it waits, what it costs, and what the last message says."""

from __future__ import annotations

import asyncio
import email.utils
import socket
import sys
import time
from pathlib import Path

import pytest

from harness.errors import EnvironmentLacking
from harness.models.remote import Budget, Call, Client, Reply

sys.path.insert(0, str(Path(__file__).parent))

from server import Behaviour, ScriptedServer  # noqa: E402

CALL = Call("chat", {"model": "model", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 8}, 100, 8)


def ask(address: str, budget: Budget | None = None) -> Reply:
    async def scene() -> Reply:
        async with Client(address, "none", "model", budget=budget) as client:
            return await client.ask(CALL)

    return asyncio.run(scene())


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.models.remote.client._FIRST_WAIT_S", 0.001)


@pytest.mark.usefixtures("short_waits")
@pytest.mark.parametrize("is_known", [True, False])
def test_a_call_that_never_arrived_costs_nothing(is_known: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    with ScriptedServer() as server:
        address = server.base_url if is_known else "http://no-such-host.invalid/v1"
    budget = Budget(1000.0, None)
    with pytest.raises(EnvironmentLacking, match="last: no connection: Cannot connect to host"):
        ask(address, budget)
    assert budget.spent == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "0"},
        {"Retry-After": email.utils.formatdate(time.time() - 60, usegmt=True)},
        {"x-ratelimit-reset-requests": "3ms", "x-ratelimit-reset-tokens": "1ms"},
    ],
)
def test_a_server_that_wants_no_wait_is_left_alone_all_the_same(
    headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.models.remote.client._FIRST_WAIT_S", 1.6)
    monkeypatch.setattr("harness.models.remote.client._TRIES", 3)
    with ScriptedServer(Behaviour(status=429, headers=headers)) as server, pytest.raises(EnvironmentLacking):
        ask(server.base_url)
    first, second, third = server.moments
    assert second - first >= 0.1
    assert third - second >= 0.2


def test_tokens_that_are_not_counted_in_numbers_cost_the_worst_case() -> None:
    body = {"choices": [{"message": {"content": "x"}}], "usage": {"prompt_tokens": "few", "completion_tokens": 1}}
    budget = Budget(1000.0, None)
    with ScriptedServer(Behaviour(body=body)) as server:
        assert ask(server.base_url, budget).cost == 108
    assert budget.spent == 108


@pytest.mark.usefixtures("short_waits")
def test_the_words_of_an_error_that_comes_as_a_reply_are_in_the_last_message() -> None:
    with (
        ScriptedServer(Behaviour(body={"error": {"message": "the model is loading"}})) as server,
        pytest.raises(EnvironmentLacking, match=r"last: a body that is no reply \(the model is loading\)"),
    ):
        ask(server.base_url)
    assert len(server.requests) == 10
