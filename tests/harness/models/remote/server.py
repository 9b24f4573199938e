"""A scripted OpenAI-compatible server on this machine: real HTTP, and every way in which a server can fail.

In a test: `with ScriptedServer(Behaviour(...)) as server: ... server.base_url`. As a process of its own, answering at
once: `python server.py PORT_FILE`.
"""

from __future__ import annotations

import asyncio
import email.utils
import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

FAULTS = ("429", "429-date", "500", "502", "reset", "reset-in-body", "truncated", "garbage", "stall")
ANSWER = "    return 1\n"


@dataclass
class Behaviour:
    """What the server does. `faults` are shares of requests, drawn with `seed`."""

    faults: dict[str, float] = field(default_factory=dict)
    seed: int = 0
    retry_after: float = 0.05
    latency_s: float = 0.0
    honours_n: bool = True
    has_usage: bool = True
    refuses_max_tokens: bool = False
    refuses_n: bool = False
    context: int | None = None
    """Where it is said, a longest answer that does not fit beside the prompt is refused, as older servers do."""
    status: int = 200
    """Anything but 200 is the answer to everything."""
    error: dict[str, Any] = field(default_factory=lambda: {"message": "no", "code": None})
    headers: dict[str, str] = field(default_factory=dict)
    """Of every such answer."""
    body: object = None
    """Where it is said, all that is answered."""
    models: tuple[str, ...] = ("model",)
    answer: Callable[[dict[str, Any]], str] = lambda body: ANSWER
    reasoning: str = ""
    stall_s: float = 30.0


class ScriptedServer:
    """The server, in a thread of its own; use as a context manager."""

    def __init__(self, behaviour: Behaviour | None = None) -> None:
        self.behaviour = behaviour or Behaviour()
        self.requests: list[dict[str, Any]] = []
        self.moments: list[float] = []
        """When each came."""
        self.answered: Counter[str] = Counter()
        """Full answers sent, by what was asked."""
        self.billed = [0, 0]
        """Prompt and completion tokens, of answers that were sent in full or in part."""
        self.counts: Counter[str] = Counter()
        self._random = random.Random(self.behaviour.seed)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                if not await self._answer(lines[0].split(" ")[1], body, headers, writer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _answer(self, path: str, content: bytes, headers: dict[str, str], writer: asyncio.StreamWriter) -> bool:
        behaviour = self.behaviour
        if path.endswith("/models"):
            return await _send(
                writer, 200, {"object": "list", "data": [{"id": name, "object": "model"} for name in behaviour.models]}
            )
        body = json.loads(content)
        self.requests.append(body | {"_authorization": headers.get("authorization", "")})
        self.moments.append(time.monotonic())
        if behaviour.latency_s:
            await asyncio.sleep(behaviour.latency_s)
        if behaviour.status != 200:
            return await _send(writer, behaviour.status, {"error": behaviour.error}, behaviour.headers)
        if behaviour.body is not None:
            return await _send(writer, 200, behaviour.body)
        if behaviour.refuses_max_tokens and "max_tokens" in body:
            words = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
            return await _send(writer, 400, {"error": {"message": words, "code": "unsupported_parameter"}})
        if behaviour.refuses_n and "n" in body:
            return await _send(writer, 400, {"error": {"message": "'n' is not supported", "code": None}})
        room = None if behaviour.context is None else behaviour.context - len(body.get("prompt", "")) // 4
        if room is not None and body["max_tokens"] > room:
            used = behaviour.context - room  # type: ignore[operator]
            words = (
                f"This model's maximum context length is {behaviour.context} tokens. However, you requested "
                f"{used + body['max_tokens']} tokens ({used} in your prompt; {body['max_tokens']} for the completion)."
            )
            return await _send(writer, 400, {"error": {"message": words, "code": None}})
        fault = self._fault()
        self.counts[fault or "ok"] += 1
        if fault in ("429", "429-date", "500", "502"):
            wait = (
                str(behaviour.retry_after) if fault == "429" else email.utils.formatdate(time.time() + 1, usegmt=True)
            )
            extra = {"Retry-After": wait} if fault.startswith("429") else {}
            return await _send(writer, int(fault[:3]), {"error": {"message": fault, "code": None}}, extra)
        if fault == "reset":
            writer.transport.abort()
            return False
        if fault == "stall":
            await asyncio.sleep(behaviour.stall_s)
            return False
        reply, tokens = self._reply(path, body)
        if fault == "garbage":
            return await _send(writer, 200, ["no", "reply"])
        self.billed[0] += tokens[0]
        self.billed[1] += tokens[1]
        if fault in ("truncated", "reset-in-body"):
            data = json.dumps(reply).encode()
            half = data[: len(data) // 2]
            size = len(half) if fault == "truncated" else len(data)
            writer.write(
                f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\r\n".encode() + half
            )
            await writer.drain()
            if fault == "truncated":
                return True
            writer.transport.abort()
            return False
        self.answered[json.dumps([body.get("prompt") or body.get("messages"), body.get("seed")])] += 1
        return await _send(writer, 200, reply)

    def _fault(self) -> str:
        draw = self._random.random()
        for name, share in self.behaviour.faults.items():
            if draw < share:
                return name
            draw -= share
        return ""

    def _reply(self, path: str, body: dict[str, Any]) -> tuple[dict[str, Any], tuple[int, int]]:
        count = body.get("n", 1) if self.behaviour.honours_n else 1
        text = self.behaviour.answer(body)
        is_chat = path.endswith("/chat/completions")
        choices = []
        for index in range(count):
            choice: dict[str, Any] = {"index": index, "finish_reason": "stop"}
            if is_chat:
                choice["message"] = {"role": "assistant", "content": text}
                if self.behaviour.reasoning:
                    choice["message"]["reasoning_content"] = self.behaviour.reasoning
            else:
                choice["text"] = text
            choices.append(choice)
        prompt = body.get("prompt") or "".join(message["content"] for message in body.get("messages", []))
        tokens = (max(1, len(prompt) // 4), count * max(1, len(text) // 4))
        reply: dict[str, Any] = {
            "id": "x",
            "object": "text_completion",
            "created": 0,
            "model": body["model"],
            "choices": choices,
        }
        if self.behaviour.has_usage:
            reply["usage"] = {
                "prompt_tokens": tokens[0],
                "completion_tokens": tokens[1],
                "total_tokens": sum(tokens),
            }
        return reply, tokens


async def _send(writer: asyncio.StreamWriter, status: int, body: object, extra: dict[str, str] | None = None) -> bool:
    data = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", "Content-Type: application/json", f"Content-Length: {len(data)}"]
    lines += [f"{name}: {value}" for name, value in (extra or {}).items()]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + data)
    await writer.drain()
    return True


if __name__ == "__main__":
    with ScriptedServer() as running:
        Path(sys.argv[1]).write_text(running.base_url)
        sys.stdin.read()
