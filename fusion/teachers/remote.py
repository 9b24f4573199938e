"""A teacher behind an OpenAI-compatible address."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

from fusion.teachers.teacher import Ask, Refusal, Reply, Settings
from harness.errors import EnvironmentLacking
from harness.models.model import Message
from harness.models.remote.address import server_address, server_key
from harness.models.remote.budget import Budget, Price
from harness.models.remote.client import Call, Client, Refused

_MESSAGE_BYTES = 64
_CAN_GO = ("seed", "top_p", "temperature")
"""What a server may refuse to be told; it is then left out, for all calls."""
_UNKNOWN = re.compile(r"unsupported|not support|unrecogni[sz]ed|unknown|not permitted|unexpected|extra", re.IGNORECASE)


class RemoteTeacher:
    """A model behind an OpenAI-compatible address, asked in chat form.

    Args:
        name: What the server calls it.
        base_url: As in `http://127.0.0.1:8000/v1`; None for OPENAI_BASE_URL, else OpenAI itself.
        budget: What may be spent; told of every call.
        price: Of its tokens, where it is known.
        concurrency: Calls in flight at most.
        timeout_s: Seconds of silence after which a call is tried again.

    Raises:
        InputError: The address or the key can not be one.
    """

    def __init__(
        self,
        name: str,
        base_url: str | None = None,
        *,
        budget: Budget | None = None,
        price: Price | None = None,
        concurrency: int = 32,
        timeout_s: float = 300.0,
    ) -> None:
        self.name = name
        self.concurrency = concurrency
        address = server_address(base_url)
        self._price = price
        self.about: Mapping[str, str | float | None] = {
            "kind": "openai",
            "base_url": address or "openai",
            "price_prompt": price.prompt if price else None,
            "price_completion": price.completion if price else None,
            "price_source": price.source if price else None,
        }
        self._client = Client(
            address, server_key(address), name, concurrency=concurrency, timeout_s=timeout_s, budget=budget
        )
        self._limit_name = "max_tokens"
        self._left_out: set[str] = set()
        self._has_answered = self._takes_none = False
        self._trying = asyncio.Lock()

    async def __aenter__(self) -> RemoteTeacher:
        """Give the teacher itself."""
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self._client.__aexit__()

    async def ask(self, ask: Ask) -> Reply:
        """Answer one question (see `Teacher.ask`)."""
        while True:
            call = self._call(ask)
            try:
                reply = await self._client.ask(call)
                break
            except Refused as refused:
                if not self._adapted(call, refused.message):
                    if await self._takes_another(ask.settings):
                        raise Refusal(refused.message) from None
                    raise EnvironmentLacking(
                        f"the server does not take the first question: {refused.message}",
                        hint=refused.hint("fuse"),
                    ) from None
        self._has_answered = True
        choice = reply.choices[0]
        if choice.finish_reason == "prompt_too_long":
            raise Refusal("the prompt is longer than the server's window")
        cost = None
        if self._price and reply.prompt_tokens is not None and reply.completion_tokens is not None:
            cost = self._price.cost(reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens)
        return Reply(
            choice.text,
            choice.finish_reason,
            reply.prompt_tokens,
            reply.completion_tokens,
            cost,
            reply.body,
            reply.seconds,
        )

    async def _takes_another(self, settings: Settings) -> bool:
        """Say whether it is this question that the server does not take, and not every question.

        Where nothing was answered yet, a harmless one is asked: a first question may be one that a filter refuses, and
        would be the first one again in every sitting.
        """
        async with self._trying:
            if not self._has_answered and not self._takes_none:
                try:
                    await self._client.ask(self._call(Ask("answer", 0, (Message("user", "Say yes."),), settings)))
                    self._has_answered = True
                except Refused:
                    self._takes_none = True
            return self._has_answered

    def _adapted(self, call: Call, message: str) -> bool:
        """Leave out what the server does not know; say whether the call had anything of that in it."""
        if "max_tokens" in call.body and "max_completion_tokens" in message:
            self._limit_name = "max_completion_tokens"
            return True
        named = next((name for name in _CAN_GO if name in call.body and name in message), None)
        if named is None or not _UNKNOWN.search(message):
            return False
        self._left_out.add(named)
        return True

    def _call(self, ask: Ask) -> Call:
        settings = ask.settings
        body: dict[str, object] = {
            "model": self.name,
            "messages": [{"role": message.role, "content": message.content} for message in ask.messages],
            self._limit_name: settings.max_tokens,
            "temperature": settings.temperature,
            "top_p": settings.top_p,
            "seed": ask.seed(self.name),
        }
        size = sum(len(message.content.encode("utf-8", "replace")) + _MESSAGE_BYTES for message in ask.messages)
        kept = {name: value for name, value in body.items() if name not in self._left_out}
        return Call("chat", kept, size + _MESSAGE_BYTES, settings.max_tokens, turn=ask.number)
