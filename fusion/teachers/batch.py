"""A teacher behind a batch API, as OpenAI's: half the price, an answer within a day.

Questions that wait together go up as one file; which batch holds which question is noted before anything else is done,
so that a run that goes on after a stop waits for the batches that are under way and never sends a question twice.
Works with the line of production as any other teacher does; only the waits are longer.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from fusion.teachers.teacher import Ask, Refusal, Reply
from harness.errors import EnvironmentLacking
from harness.formats.journal import append_line, open_journal, read_journal
from harness.models.remote.budget import Budget, Price, Usage

if TYPE_CHECKING:
    import openai

BATCHES = "batches.jsonl"
_MOST_LINES = 50_000
_MOST_BYTES = 150 << 20
_GATHER_S = 2.0
"""With no new question for so long, those that wait are sent."""
_FIRST_POLL_S, _LONGEST_POLL_S = 1.0, 60.0
_HALF = 0.5
_OVER = ("completed", "failed", "expired", "cancelled")

_Waiting = tuple[Ask, Usage, "asyncio.Future[Reply]"]


class BatchTeacher:
    """A model behind an OpenAI-compatible batch API.

    Args:
        name: What the server calls it.
        base_url: As for `RemoteTeacher`.
        folder: Of the data set; notes which batch holds which question.
        budget: What may be spent.
        price: Of its tokens outside of batches; inside, half of it.
    """

    concurrency = 2500

    def __init__(
        self, name: str, base_url: str | None, folder: Path, *, budget: Budget, price: Price | None = None
    ) -> None:
        self.name = name
        self._base_url = (base_url or os.environ.get("OPENAI_BASE_URL") or "").rstrip("/") or None
        self._path = folder / BATCHES
        self._budget = budget
        self._price = (
            replace(price, prompt=price.prompt * _HALF, completion=price.completion * _HALF) if price else None
        )
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
        self._results: dict[str, asyncio.Task[dict[str, dict[str, object]]]] = {}
        self._sender: asyncio.Task[None] | None = None

    async def __aenter__(self) -> BatchTeacher:
        """Connect, and take up the batches that are under way."""
        import openai

        key = os.environ.get("OPENAI_API_KEY") or ("none" if self._base_url else None)
        try:
            self._openai = openai.AsyncOpenAI(base_url=self._base_url, api_key=key, max_retries=5)
        except openai.OpenAIError as error:
            raise EnvironmentLacking(f"no key for OpenAI: {error}", hint="export OPENAI_API_KEY=...") from None
        for line in read_journal(self._path, dict[str, str | list[str]]):
            for name in line["keys"]:
                self._held[name] = str(line["batch"])
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
        if key in self._held:
            batch = self._held.pop(key)
            if batch not in self._results:
                self._results[batch] = asyncio.create_task(self._await_batch(batch))
            line = (await asyncio.shield(self._results[batch])).get(key)
            if line is not None:
                return self._reply(line)
        worst = Usage(sum(len(message.content.encode()) + 64 for message in ask.messages), ask.settings.max_tokens)
        await self._budget.reserve(worst)
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[key] = (ask, worst, future)
        self._last = time.monotonic()
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._send_soon())
        return await future

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
        for key, (_, worst, future) in taken.items():
            line = lines.get(key)
            try:
                reply = self._reply(line or {})
                real = Usage(reply.prompt_tokens or 0, reply.completion_tokens or 0)
                self._budget.settle(worst, real)
                outcome: Reply | Exception = reply
            except (Refusal, EnvironmentLacking) as error:
                self._budget.settle(worst, Usage(0, 0))
                outcome = error
            if future.done():
                continue
            if isinstance(outcome, Reply):
                future.set_result(outcome)
            else:
                future.set_exception(outcome)
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

    async def _await_batch(self, name: str) -> dict[str, dict[str, object]]:
        """Wait until a batch is over and give its lines, by question."""
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
                    for line in content.text.splitlines():
                        with contextlib.suppress(ValueError, KeyError):
                            plain = json.loads(line)
                            lines[plain["custom_id"]] = plain
        except openai.OpenAIError as error:
            raise EnvironmentLacking(
                f"batch {name} can not be looked at: {' '.join(str(error).split())[:300]}",
                hint="the same command waits for it again",
            ) from None
        if batch.status != "completed" and not lines:
            raise EnvironmentLacking(f"batch {name} ended as {batch.status}: {batch.errors}")
        return lines

    def _reply(self, line: Mapping[str, object]) -> Reply:
        """Read one line of a batch's output.

        Raises:
            Refusal: The server did not take this question.
            EnvironmentLacking: It was not answered within the day.
        """
        response = line.get("response")
        body = response.get("body") if isinstance(response, dict) else None
        if not isinstance(response, dict) or not isinstance(body, dict) or response.get("status_code") != 200:
            error = line.get("error") or (body or {}).get("error") if line else None
            if error is None:
                raise EnvironmentLacking(
                    "a batch ended without some of its answers", hint="the same command asks again"
                )
            raise Refusal(str(error))
        choice = body["choices"][0]
        usage = body.get("usage") or {}
        prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
        cost = None
        if self._price and prompt is not None and completion is not None:
            cost = self._price.cost(prompt, completion)
        return Reply(
            str(choice["message"].get("content") or ""), choice.get("finish_reason"), prompt, completion, cost, body
        )
