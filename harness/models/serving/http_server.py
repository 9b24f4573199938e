"""The HTTP side of a served model: a thread a connection, and one that works on the batch.

Covers `GET /v1/models`, `POST /v1/chat/completions` and `POST /v1/completions`, kept-alive connections, bodies that
are too large or no JSON, and clients that go away while they wait. It knows no users: who reaches the address may ask.
A page in a browser may not, since only JSON is taken and no other origin is allowed in.
"""

from __future__ import annotations

import json
import select
import socket
import threading
from concurrent.futures import Future, wait
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness.errors import EnvironmentLacking, FusevalError
from harness.models.model import Request, Sampling
from harness.models.running_batch import Answered
from harness.models.serving.batcher import Batcher
from harness.models.serving.served import Served
from harness.models.serving.wire_forms import ApiError, AskedChat, AskedCompletions, Kind, read_body, reply

_MOST_BYTES = 16 << 20
_IDLE_S = 120.0
_LOOK_S = 0.5


class _ClientGone(Exception):
    """Nobody waits for the answer."""


class ModelServer(ThreadingHTTPServer):
    """Serves one model; use as a context manager, and `serve_forever` in it.

    Args:
        served: The model's names and template.
        batcher: Where its samples are asked for.
        host: The address to listen at.
        port: 0 takes a free one.

    Raises:
        EnvironmentLacking: The address or port can not be had.
    """

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, served: Served, batcher: Batcher, host: str, port: int) -> None:
        self.served, self.batcher = served, batcher
        self.answered = 0
        self.tokens = 0
        self._counting = threading.Lock()
        if ":" in host:
            self.address_family = socket.AF_INET6
        try:
            super().__init__((host, port), _Handler)
        except OSError as error:
            raise EnvironmentLacking(
                f"can not listen at {host} port {port}: {error.strerror or error}", hint="--port 0 takes a free one"
            ) from error

    @property
    def base_url(self) -> str:
        """The address that a client is given."""
        host, port = self.server_address[:2]
        return f"http://[{host!s}]:{port}/v1" if ":" in str(host) else f"http://{host!s}:{port}/v1"

    def count(self, tokens: int) -> None:
        """Note a reply that was sent."""
        with self._counting:
            self.answered += 1
            self.tokens += tokens

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a connection that broke: its client knows."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "fuseval"
    sys_version = ""
    timeout = _IDLE_S
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body in one packet
    server: ModelServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing of single requests."""

    def do_GET(self) -> None:  # noqa: D102
        self._answer(self._get)

    def do_POST(self) -> None:  # noqa: D102
        self._answer(self._post)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no HTTP in the form of all errors."""
        self.close_connection = True
        self.request_version = self.protocol_version  # where none could be read, it would send no head
        self._send(code, ApiError(code, message or f"HTTP error {code}").body)

    def _answer(self, work: object) -> None:
        try:
            body = work()  # type: ignore[operator]
        except ApiError as error:
            self._send(error.status, error.body)
        except (_ClientGone, ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception as error:  # noqa: BLE001 - one request's trouble is no other's
            status = 503 if isinstance(error, FusevalError) else 500
            self._send(status, ApiError(status, f"{type(error).__name__}: {error}").body)
        else:
            self._send(200, body)

    def _send(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(data)
            self.wfile.flush()
        except OSError:
            self.close_connection = True

    def _get(self) -> object:
        path = self.path.partition("?")[0].rstrip("/")
        names = self.server.served.names
        models = [{"id": name, "object": "model", "created": 0, "owned_by": "fuseval"} for name in names]
        if path == "/v1/models":
            return {"object": "list", "data": models}
        if path.startswith("/v1/models/"):
            name = path.removeprefix("/v1/models/")
            self.server.served.check_name(name)
            return models[list(names).index(name)]
        if path in ("/v1/chat/completions", "/v1/completions"):
            raise ApiError(405, f"{path} is asked with POST")
        raise _no_address(path)

    def _post(self) -> object:
        content = self._content()
        path = self.path.partition("?")[0].rstrip("/")
        served = self.server.served
        if path == "/v1/chat/completions":
            chat = read_body(AskedChat, content)
            return self._ask("chat", chat.model, *served.chat(chat))
        if path == "/v1/completions":
            completions = read_body(AskedCompletions, content)
            return self._ask("completions", completions.model, *served.completions(completions))
        raise _no_address(path)

    def _content(self) -> bytes:
        """Read the body, which says its length beforehand."""
        said = self.headers.get("Content-Length", "")
        if not said.isdecimal() or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            raise ApiError(411, "the body's length is not said in Content-Length")
        if int(said) > _MOST_BYTES:
            self.close_connection = True
            raise ApiError(413, f"a body of {said} bytes, where {_MOST_BYTES} are taken")
        content = self.rfile.read(int(said))
        if len(content) < int(said):
            raise _ClientGone
        if self.headers.get_content_type() != "application/json":
            raise ApiError(415, f"a body of type {self.headers.get_content_type()}, not application/json")
        return content

    def _ask(self, kind: Kind, name: str, requests: list[Request], sampling: Sampling) -> object:
        answers = self._wait([self.server.batcher.ask(request, sampling) for request in requests])
        # Each prompt's first sample stands for it: its tokens are counted once.
        prompt_tokens = sum(answer.prompt_tokens for answer in answers if answer.completion.sample_index == 0)
        if any(answer.completion.finish_reason == "prompt_too_long" for answer in answers):
            raise ApiError(
                400,
                f"the prompt of {prompt_tokens} tokens is longer than the model's context length allows",
                code="context_length_exceeded",
            )
        self.server.count(sum(answer.completion.tokens or 0 for answer in answers))
        return reply(kind, name, answers, prompt_tokens)

    def _wait(self, futures: list[Future[Answered]]) -> list[Answered]:
        """Wait for the answers, and give them up where the client hangs up."""
        try:
            while wait(futures, timeout=_LOOK_S).not_done:
                if self._is_gone():
                    raise _ClientGone
            return [future.result() for future in futures]
        finally:
            for future in futures:
                future.cancel()

    def _is_gone(self) -> bool:
        poll = select.poll()  # unlike select, it takes more than a thousand connections
        poll.register(self.connection, select.POLLIN)
        return bool(poll.poll(0)) and not self.connection.recv(1, socket.MSG_PEEK)


def _no_address(path: str) -> ApiError:
    return ApiError(404, f"no address {path}; there are /v1/models, /v1/chat/completions and /v1/completions")
