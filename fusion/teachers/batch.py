"""A teacher behind a batch API, as OpenAI's: half the price, an answer within a day.

Questions that wait together go up as one file; which batch holds which question is noted before anything else is done,
so that a run that goes on after a stop waits for the batches that are under way and never sends a question twice. What
a batch ended without (it failed, expired, or the server was in trouble) is asked again in another one.
Works with the line of production as any other teacher does; only the waits are longer.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from fusion.teachers.teacher import Ask, Refusal, Reply
from harness.errors import EnvironmentLacking
from harness.formats.journal import append_line, open_journal, read_journal
from harness.models.remote.address import server_address, server_key
from harness.models.remote.budget import Budget, Price, Usage
from harness.models.remote.replies import NoReply, read_body, read_usage

if TYPE_CHECKING:
    import openai

BATCHES = "batches.jsonl"
_MOST_LINES = 50_000
_MOST_BYTES = 150 << 20
_GATHER_S = 2.0
"""With no new question for so long, those that wait are sent."""
_FIRST_POLL_S, _LONGEST_POLL_S = 1.0, 60.0
_HALF = 0.5
_TRIES = 3
"""Batches that one question is put into, at most, in one sitting."""
_REFUSED = (400, 413, 422)
"""What a server says of a question that it will not take; all else may pass."""
_OVER = ("completed", "failed", "expired", "cancelled")

_Line = Mapping[str, object]
_Waiting = tuple[Ask, Usage, "asyncio.Future[_Line | None]"]


class BatchTeacher:
    """A model behind an OpenAI-compatible batch API.

    Args:
        name: What the server calls it.
        base_url: As for `RemoteTeacher`; one that can be none is an InputError.
        folder: Of the data set; notes which batch holds which question.
        budget: What may be spent.
        price: Of its tokens inside of batches (`batch_price`).
    """

    concurrency = 2500

    def __init__(
        self, name: str, base_url: str | None, folder: Path, *, budget: Budget, price: Price | None = None
    ) -> None:
        self.name = name
        self._base_url = server_address(base_url)
        self._path = folder / BATCHES
        self._budget = budget
        self._price = price
        self.about: Mapping[str, str | float | None] = {
            "kind": "openai batch",
            "base_url": self._base_url or "openai",
            "price_prompt": self._price.prompt if self._price else None,
            "price_completion": self._price.completion if self._price else None,
            "price_source": price.source if price else None,
        }
        self._openai: openai.AsyncOpenAI | None = None
        self._file: BinaryIO | None = None
        self._waiting: dict[str, _Waiting] = {}
        self._last = 0.0
        self._held: dict[str, str] = {}
        """Batch that holds a question, of an earlier sitting."""
        self._settled: set[str] = set()
        """Questions of earlier sittings whose worst case is no longer reserved."""
        self._results: dict[str, asyncio.Task[dict[str, dict[str, object]]]] = {}
        self._sender: asyncio.Task[None] | None = None

    async def __aenter__(self) -> BatchTeacher:
        """Connect, and take up the batches that are under way; an InputError where the key can not be one."""
        import openai

        try:
            self._openai = openai.AsyncOpenAI(
                base_url=self._base_url, api_key=server_key(self._base_url), max_retries=5
            )
        except openai.OpenAIError as error:
            raise EnvironmentLacking(f"no key for OpenAI: {error}", hint="export OPENAI_API_KEY=...") from None
        for line in read_journal(self._path, dict[str, str | list[str]]):
            for name in line.get("keys", ()):
                self._held[name] = str(line["batch"])
                self._settled.discard(name)
            self._settled.update(line.get("settled", ()))
        self._file = open_journal(self._path)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connection; batches under way go on at the server."""
        tasks = [*self._results.values(), *([self._sender] if self._sender else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._file is not None:
            self._file.close()
        if self._openai is not None:
            await self._openai.close()

    async def ask(self, ask: Ask) -> Reply:
        """Answer one question (see `Teacher.ask`)."""
        key = ask.key(self.name)
        for _ in range(_TRIES):
            line = await (self._found(key, ask) if key in self._held else self._sent(key, ask))
            if line is not None and (reply := self._reply(line)) is not None:
                return reply
        raise EnvironmentLacking(f"no answer to a question in {_TRIES} batches", hint="the same command asks again")

    async def _found(self, key: str, ask: Ask) -> _Line | None:
        """Take a question's line out of a batch of an earlier sitting."""
        batch = self._held.pop(key)
        if batch not in self._results:
            self._results[batch] = asyncio.create_task(self._await_batch(batch, is_earlier=True))
        line = (await asyncio.shield(self._results[batch])).get(key)
        if key not in self._settled:
            self._note_settled([key])
            self._budget.settle_earlier(_worst(ask), _usage(line))
        return line

    async def _sent(self, key: str, ask: Ask) -> _Line | None:
        """Put a question into the next batch, and wait for its line."""
        worst = _worst(ask)
        await self._budget.reserve(worst)
        future: asyncio.Future[_Line | None] = asyncio.get_running_loop().create_future()
        self._waiting[key] = (ask, worst, future)
        self._last = time.monotonic()
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._send_soon())
        return await future

    def _note_settled(self, keys: list[str]) -> None:
        """Note that reservations go, before they do: after a kill in between they stay spent."""
        assert self._file is not None
        append_line(self._file, {"settled": keys})

    async def _send_soon(self) -> None:
        """Send what waits once nothing more comes, until nothing waits."""
        while self._waiting:
            wait = self._last + _GATHER_S - time.monotonic()
            if wait > 0 and len(self._waiting) < _MOST_LINES:
                await asyncio.sleep(wait)
                continue
            taken: dict[str, _Waiting] = {}
            size = 0
            for key in list(self._waiting)[:_MOST_LINES]:
                size += self._waiting[key][1].prompt
                if taken and size > _MOST_BYTES:
                    break
                taken[key] = self._waiting.pop(key)
            task = asyncio.create_task(self._run(taken))
            self._results[f"sent {len(self._results)}"] = task

    async def _run(self, taken: dict[str, _Waiting]) -> dict[str, dict[str, object]]:
        try:
            batch = await self._create(taken)
            lines = await self._await_batch(batch)
        except BaseException as error:
            for _, _, future in taken.values():
                if not future.done():
                    future.set_exception(error if isinstance(error, Exception) else asyncio.CancelledError())
            raise
        self._note_settled(list(taken))
        for key, (_, worst, future) in taken.items():
            line = lines.get(key)
            self._budget.settle(worst, _usage(line))
            if not future.done():
                future.set_result(line)
        return lines

    async def _create(self, taken: dict[str, _Waiting]) -> str:
        import openai

        assert self._openai is not None
        assert self._file is not None
        content = "".join(json.dumps(self._line(key, ask)) + "\n" for key, (ask, _, _) in taken.items())
        try:
            file = await self._openai.files.create(
                file=("fuseval.jsonl", io.BytesIO(content.encode())), purpose="batch"
            )
            batch = await self._openai.batches.create(
                input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
            )
        except openai.OpenAIError as error:
            raise EnvironmentLacking(
                f"the server takes no batch: {' '.join(str(error).split())[:300]}", hint="leave --batch out"
            ) from None
        append_line(self._file, {"batch": batch.id, "keys": list(taken)})
        return batch.id

    def _line(self, key: str, ask: Ask) -> dict[str, object]:
        body: dict[str, object] = {
            "model": self.name,
            "messages": [{"role": message.role, "content": message.content} for message in ask.messages],
            "max_tokens": ask.settings.max_tokens,
            "temperature": ask.settings.temperature,
            "top_p": ask.settings.top_p,
            "seed": ask.seed(self.name),
        }
        return {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": body}

    async def _await_batch(self, name: str, *, is_earlier: bool = False) -> dict[str, dict[str, object]]:
        """Wait until a batch is over and give its lines, by question.

        One of an earlier sitting that is gone, or ended with nothing, gives none: its questions are asked again.
        """
        import openai

        assert self._openai is not None
        wait = _FIRST_POLL_S
        try:
            while (batch := await self._openai.batches.retrieve(name)).status not in _OVER:
                await asyncio.sleep(wait)
                wait = min(_LONGEST_POLL_S, wait * 1.5)
            lines: dict[str, dict[str, object]] = {}
            for file in (batch.output_file_id, batch.error_file_id):
                if file:
                    content = await self._openai.files.content(file)
                    # Not splitlines(): a JSON text may hold U+2028 and its like as they are.
                    for line in content.text.split("\n"):
                        with contextlib.suppress(ValueError, KeyError, TypeError):
                            plain = json.loads(line)
                            lines[plain["custom_id"]] = plain
        except openai.OpenAIError as error:
            if is_earlier and isinstance(error, openai.NotFoundError):
                return {}
            raise EnvironmentLacking(
                f"batch {name} can not be looked at: {' '.join(str(error).split())[:300]}",
                hint="the same command waits for it again",
            ) from None
        if batch.status != "completed" and not lines and not is_earlier:
            raise EnvironmentLacking(
                f"batch {name} ended as {batch.status}: {batch.errors}", hint="the same command asks again"
            )
        return lines

    def _reply(self, line: _Line) -> Reply | None:
        """Read one line of a batch's output; None where it holds no answer and another batch may bring one.

        Raises:
            Refusal: The server did not take this question.
        """
        response = line.get("response")
        status = response.get("status_code") if isinstance(response, dict) else None
        body = response.get("body") if isinstance(response, dict) else None
        if status in _REFUSED:
            raise Refusal(str(line.get("error") or (body.get("error") if isinstance(body, dict) else body)))
        try:
            answer = read_body(body if status == 200 else None, is_chat=True)
        except NoReply:
            return None
        choice, prompt, completion = answer.choices[0], answer.prompt_tokens, answer.completion_tokens
        cost = None
        if self._price and prompt is not None and completion is not None:
            cost = self._price.cost(prompt, completion)
        return Reply(choice.text, choice.finish_reason, prompt, completion, cost, answer.body)


def batch_price(price: Price) -> Price:
    """Give the price of tokens inside of batches: half of that outside.

    Args:
        price: Outside.

    Example:
        >>> batch_price(Price(2.0, 8.0)).completion
        4.0
    """
    cached = None if price.cached is None else price.cached * _HALF
    return replace(price, prompt=price.prompt * _HALF, completion=price.completion * _HALF, cached=cached)


def _worst(ask: Ask) -> Usage:
    """Reckon what a question may take: every byte a token, and the longest answer."""
    return Usage(sum(len(message.content.encode()) + 64 for message in ask.messages), ask.settings.max_tokens)


def _usage(line: _Line | None) -> Usage:
    """Read what a line of a batch's output took; nothing where it holds no answer."""
    response = line.get("response") if line else None
    prompt, completion, _ = read_usage(response.get("body") if isinstance(response, dict) else None)
    return Usage(prompt or 0, completion or 0)
