"""A model behind an OpenAI-compatible address: OpenAI itself, vLLM, llama.cpp, LM Studio, and whatever speaks the same.

The answers come from an event loop in a thread of its own, so that connections stay served while the reader is busy.
What a server honours differs: `n` is tried once and given up where fewer answers come; `max_tokens` becomes
`max_completion_tokens` where the server says so. Seeds are sent; whether they are kept is the server's affair.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.errors import EnvironmentLacking
from harness.models.answer_text import cut_at_stop
from harness.models.model import Request, Sampling
from harness.models.remote import Budget, Call, Choice, Client, Reply
from harness.models.remote.address import server_address, server_key
from harness.models.remote.client import Refused
from harness.records import Completion, ModelInfo

_MOST_WAITING = 256
_MESSAGE_BYTES = 64
"""What a server may put around one turn of a conversation, in tokens at most."""


_Arrived = queue.SimpleQueue[Completion | BaseException | None]
"""Answers on their way to the reader; at last an error, or None."""


@dataclass(frozen=True)
class Dialect:
    """What a server takes beyond OpenAI's API, and how it is best asked."""

    most_choices: int = 16
    """Samples of one task in one request; with 1 each has the seed that is its own."""
    says_special_tokens: bool = False
    """Whether `add_special_tokens` is said: not to a rendered chat, which has them."""


@dataclass(frozen=True)
class _Group:
    """Samples of one task that one call asks for."""

    requests: tuple[Request, ...]


class OpenAIModel:
    """A model behind an OpenAI-compatible address.

    Args:
        name: What the server calls it.
        base_url: As in `http://127.0.0.1:8000/v1`; None for OPENAI_BASE_URL, else OpenAI itself.
        api_key: None for OPENAI_API_KEY; a server on this machine needs none.
        concurrency: Calls in flight at most.
        budget: What may be spent.
        timeout_s: Seconds of silence after which a call is tried again.
        dialect: What the server takes beyond OpenAI's API.

    Raises:
        InputError: The address or the key can not be one.

    Example:
        >>> OpenAIModel("m", "http://127.0.0.1:8000/v1").settings["base_url"]
        'http://127.0.0.1:8000/v1'
    """

    def __init__(
        self,
        name: str,
        base_url: str | None = None,
        *,
        api_key: str | None = None,
        concurrency: int = 32,
        budget: Budget | None = None,
        timeout_s: float = 600.0,
        dialect: Dialect = Dialect(),  # noqa: B008 - frozen
    ) -> None:
        self._name = name
        self._base_url = server_address(base_url)
        self._api_key = server_key(self._base_url, api_key)
        self._concurrency, self._budget, self._timeout_s = concurrency, budget, timeout_s
        self._dialect = dialect
        self._honours_n = dialect.most_choices > 1
        self._given_up: BaseException | None = None
        self._arrived: _Arrived | None = None
        self._limit_name = "max_tokens"

    @classmethod
    def probe(cls) -> str:
        """Say why this backend can not be used here; empty where it can."""
        return ""

    @property
    def info(self) -> ModelInfo:
        """Name and backend; a server does not tell the revision."""
        return ModelInfo(self._name, backend="openai")

    @property
    def budget(self) -> Budget | None:
        """What may be spent."""
        return self._budget

    @property
    def settings(self) -> Mapping[str, str | int | float]:
        """The address."""
        return {"base_url": self._base_url or "openai"}

    def __enter__(self) -> OpenAIModel:
        """Give the model itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held between two calls of `answer`."""

    def answer(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Completion]:
        """Answer requests and give the completions as they arrive (see `Model.answer`)."""
        if self._given_up is not None:
            raise self._given_up
        arrived: _Arrived = queue.SimpleQueue()
        self._arrived = arrived
        loop = asyncio.new_event_loop()
        work = loop.create_task(
            self._ask_all(_groups(requests, self._dialect.most_choices if self._honours_n else 1), sampling, arrived)
        )

        def run() -> None:
            asyncio.set_event_loop(loop)
            end: BaseException | None = None
            try:
                loop.run_until_complete(work)
            except asyncio.CancelledError:
                pass
            except BaseException as error:
                end = error
            finally:
                loop.close()
                arrived.put(end)

        thread = threading.Thread(target=run, name="openai", daemon=True)
        thread.start()
        try:
            while (item := arrived.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            if thread.is_alive():
                loop.call_soon_threadsafe(work.cancel)
            thread.join()

    def leave(self) -> None:
        """Ask nothing more, from another thread: `answer` gives what has come, and ends."""
        if self._arrived is not None:
            self._arrived.put(None)

    def give_up(self, reason: BaseException) -> None:
        """End the asking at once, from another thread: the server is known to be gone.

        Args:
            reason: What `answer` raises.
        """
        self._given_up = reason
        if self._arrived is not None:
            self._arrived.put(reason)

    async def _ask_all(
        self,
        groups: Iterator[_Group],
        sampling: Sampling,
        arrived: _Arrived,
    ) -> None:
        """Let as many workers as calls may be in flight take group after group; the first error ends all."""
        client = Client(
            self._base_url,
            self._api_key,
            self._name,
            concurrency=self._concurrency,
            timeout_s=self._timeout_s,
            budget=self._budget,
            seed=sampling.seed,
        )

        async def work() -> None:
            for group in groups:
                async for completion in self._ask(client, group, sampling):
                    while arrived.qsize() >= _MOST_WAITING:
                        await asyncio.sleep(0.01)  # the reader is slow: other calls go on meanwhile
                    arrived.put(completion)

        async with client:
            workers = [asyncio.create_task(work()) for _ in range(self._concurrency)]
            try:
                await asyncio.gather(*workers)
            finally:
                for worker in workers:
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)

    async def _ask(self, client: Client, group: _Group, sampling: Sampling) -> AsyncIterator[Completion]:
        """Give the samples of a group as they come: where the server takes one at a time, many calls make a group."""
        requests = list(group.requests)
        while requests:
            count = len(requests) if self._honours_n else 1
            reply = await self._one(client, requests[:count], sampling)
            if len(reply.choices) < count:
                self._honours_n = False
            for place, (request, choice) in enumerate(zip(requests, reply.choices, strict=False)):
                yield _completion(request, choice, reply, place)
            del requests[: min(count, len(reply.choices))]

    async def _one(self, client: Client, requests: list[Request], sampling: Sampling) -> Reply:
        limit_name = self._limit_name
        try:
            return await client.ask(self._call(requests, sampling))
        except Refused as refused:
            # What this call was sent with counts: others in flight may have learned what the server wants since.
            if limit_name == "max_tokens" and "max_completion_tokens" in refused.message:
                self._limit_name = "max_completion_tokens"
            elif len(requests) > 1:
                self._honours_n = False
            else:
                raise EnvironmentLacking(
                    f"the server does not take the request: {refused.message}",
                    hint=refused.hint("score"),
                ) from None
            return await self._one(client, requests if self._honours_n else requests[:1], sampling)

    def _call(self, requests: list[Request], sampling: Sampling) -> Call:
        """Write one call; a prompt whose exact text is known goes as text, others as messages."""
        prompt = requests[0].prompt
        body: dict[str, object] = {
            "model": self._name,
            self._limit_name: sampling.max_tokens,
            "temperature": sampling.temperature,
        }
        if sampling.temperature > 0:
            body |= {"top_p": sampling.top_p, "seed": sampling.seed_of(requests[0])}
        if len(requests) > 1:
            body["n"] = len(requests)
        if prompt.stop:
            body["stop"] = list(prompt.stop[:_MOST_STOPS])
        if prompt.text:
            content = prompt.text
            body["prompt"] = content
            if self._dialect.says_special_tokens:
                body["add_special_tokens"] = not prompt.messages
        else:
            content = "".join(message.content for message in prompt.messages)
            body["messages"] = [{"role": message.role, "content": message.content} for message in prompt.messages]
        size = len(content.encode("utf-8", "replace")) + _MESSAGE_BYTES * (1 + len(prompt.messages))
        return Call("completions" if prompt.text else "chat", body, size, sampling.max_tokens, len(requests))


_MOST_STOPS = 4
"""OpenAI and vLLM take no more; the others are applied here."""


def _groups(requests: Sequence[Request], size: int) -> Iterator[_Group]:
    """Put the samples of one task together, up to what servers allow in one call."""
    by_task: dict[str, list[Request]] = {}
    for request in requests:
        by_task.setdefault(request.task_id, []).append(request)
    for of_task in by_task.values():
        for start in range(0, len(of_task), size):
            yield _Group(tuple(of_task[start : start + size]))


def _completion(request: Request, choice: Choice, reply: Reply, place: int) -> Completion:
    text, is_stopped = cut_at_stop(choice.text, request.prompt.stop)
    reason = "stop" if is_stopped else choice.finish_reason
    if choice.reasoning:
        text = f"<think>{choice.reasoning}</think>\n{text}"
    tokens = reply.completion_tokens
    if tokens is not None:  # the server counts all answers of a call together
        each, left = divmod(tokens, len(reply.choices))
        tokens = each + (place < left)
    return Completion(
        request.task_id, request.sample_index, request.prompt.prefill + text, request.prompt.kind, reason, tokens
    )
