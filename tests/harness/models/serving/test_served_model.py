"""A served model over real HTTP: what is asked, what is refused, what is batched, and clients that misbehave."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from harness.models.backends.openai import OpenAIModel
from harness.models.model import Message, Prompt, Request, Sampling
from harness.models.prompts.chat_template import ChatTemplate
from harness.models.running_batch import CollectedBatch
from harness.models.serving import Batcher, ModelServer, Served
from harness.records import Completion, ModelInfo

TEMPLATE = ChatTemplate("{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}<assistant>")
CONTEXT = 1000


class Echo:
    """Says what it was asked, and how; remembers which requests were answered together. A word is a token."""

    info = ModelInfo("echo", "1", "echo")
    settings: dict[str, str | int | float] = {}  # noqa: RUF012

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.may_end.set()
        self.is_broken = False

    def __enter__(self) -> Echo:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def prompt_tokens(self, prompt: Prompt) -> int:
        return len(prompt.text.split())

    def answer(self, requests: Sequence[Request], sampling: Sampling) -> Iterator[Completion]:
        self.batches.append(len(requests))
        self.begun.set()
        assert self.may_end.wait(30)
        if self.is_broken:
            raise RuntimeError("the engine is gone")
        for request in requests:
            is_long = self.prompt_tokens(request.prompt) >= CONTEXT
            said = {
                "text": request.prompt.text[:200],
                "seed": sampling.seed_of(request),
                "stop": list(request.prompt.stop),
                "temperature": sampling.temperature,
                "top_p": sampling.top_p,
                "max_tokens": sampling.max_tokens,
            }
            text = "" if is_long else json.dumps(said)
            reason = "prompt_too_long" if is_long else "stop"
            yield Completion(request.task_id, request.sample_index, text, request.prompt.kind, reason, 3)


@pytest.fixture
def model() -> Echo:
    return Echo()


@contextmanager
def serving(model: Echo, template: ChatTemplate | None = TEMPLATE) -> Iterator[ModelServer]:
    with (
        Batcher(CollectedBatch(model)) as batcher,
        ModelServer(Served(["echo", "models/echo.gguf"], template), batcher, "127.0.0.1", 0) as server,
    ):
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def server(model: Echo) -> Iterator[ModelServer]:
    with serving(model) as running:
        yield running


def post(server: ModelServer, path: str, body: object, kind: str = "application/json") -> tuple[int, Any]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"{server.base_url}{path}", data, {"Content-Type": kind})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def completions(server: ModelServer, **body: object) -> tuple[int, Any]:
    return post(server, "/completions", {"model": "echo", "prompt": "a b", **body})


def texts(reply: Any) -> list[Any]:
    return [json.loads(choice["text"]) for choice in reply["choices"]]


def test_it_lists_its_names(server: ModelServer) -> None:
    with urllib.request.urlopen(f"{server.base_url}/models") as answer:
        assert [row["id"] for row in json.load(answer)["data"]] == ["echo", "models/echo.gguf"]
    with urllib.request.urlopen(f"{server.base_url}/models/models/echo.gguf") as answer:
        assert json.load(answer)["id"] == "models/echo.gguf"


def test_a_completion_is_drawn_as_it_is_asked_for(server: ModelServer) -> None:
    status, reply = completions(server, temperature=0.5, top_p=0.9, max_tokens=7, stop="\n", n=2, seed=5)
    assert status == 200
    assert reply["usage"] == {"prompt_tokens": 2, "completion_tokens": 6, "total_tokens": 8}
    assert [choice["index"] for choice in reply["choices"]] == [0, 1]
    first, second = texts(reply)
    assert first | {"seed": 0} == {
        "text": "a b",
        "seed": 0,
        "stop": ["\n"],
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 7,
    }
    assert first["seed"] != second["seed"]
    assert texts(completions(server, temperature=0.5, n=2, seed=5)[1])[1]["seed"] == second["seed"]


def test_without_a_seed_each_answer_is_another_draw(server: ModelServer) -> None:
    seeds = {texts(completions(server)[1])[0]["seed"] for _ in range(5)}
    assert len(seeds) == 5


def test_several_prompts_are_answered_in_their_order(server: ModelServer) -> None:
    _, reply = completions(server, prompt=["a", "b c"], n=2)
    assert [said["text"] for said in texts(reply)] == ["a", "a", "b c", "b c"]
    assert reply["usage"]["prompt_tokens"] == 3


def test_a_chat_goes_through_the_template(server: ModelServer) -> None:
    parts = [{"type": "text", "text": "h"}, {"type": "text", "text": "i"}]
    turns = [{"role": "developer", "content": "be kind"}, {"role": "user", "content": parts}]
    status, reply = post(
        server, "/chat/completions", {"model": "echo", "messages": turns, "max_completion_tokens": 9, "n": None}
    )
    assert status == 200
    assert reply["object"] == "chat.completion"
    said = json.loads(reply["choices"][0]["message"]["content"])
    assert (said["text"], said["max_tokens"], said["temperature"]) == ("<system>be kind<user>hi<assistant>", 9, 1.0)


def test_a_model_without_a_template_says_where_to_ask(model: Echo) -> None:
    with serving(model, None) as server:
        status, reply = post(
            server, "/chat/completions", {"model": "echo", "messages": [{"role": "user", "content": ""}]}
        )
    assert (status, reply["error"]["message"]) == (400, "echo has no chat template; ask /v1/completions")


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"model": "ecco"}, 404, "no model 'ecco' here; did you mean 'echo'?"),
        ({"prompt": "word " * CONTEXT}, 400, "context length"),
        ({"prompt": ""}, 400, "an empty prompt"),
        ({"prompt": []}, 400, "0 prompts, not 1 to 1024"),
        ({"prompt": ["a"] * 1000, "n": 2}, 400, "1000 prompts, not 1 to 512"),
        ({"prompt": [1, 2]}, 400, "prompt"),
        ({"n": 0}, 400, "n: Input should be greater than or equal to 1, not '0'"),
        ({"temperature": -1}, 400, "temperature"),
        ({"max_tokens": "many"}, 400, "max_tokens"),
        ({"top_k": 5}, 400, "top_k: not taken by this server"),
        ({"stream": True}, 400, "stream"),
        ({"presence_penalty": 1}, 400, "presence_penalty"),
    ],
)
def test_what_it_can_not_do_is_refused_in_openais_form(
    server: ModelServer, body: dict[str, object], status: int, words: str
) -> None:
    seen, reply = completions(server, **body)
    assert seen == status
    assert words in reply["error"]["message"]
    assert set(reply["error"]) == {"message", "type", "param", "code"}
    assert completions(server)[0] == 200


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"model": "echo", "prompt": "\\ud800"}', "application/json", 400),
        (b"{" * 100_000, "application/json", 400),
        (b'{"model": "echo", "prompt": "a"}', "text/plain", 415),
        (b" " * (17 << 20), "application/json", 413),
    ],
)
def test_a_body_that_is_none_is_refused(server: ModelServer, content: bytes, kind: str, status: int) -> None:
    try:
        seen, reply = post(server, "/completions", content, kind)
    except urllib.error.URLError:
        assert status == 413  # it does not read what is too large, so the sender may see a broken pipe
    else:
        assert (seen, reply["error"]["type"]) == (status, "invalid_request_error")
    assert completions(server)[0] == 200


def test_wrong_addresses_and_methods_are_named(server: ModelServer) -> None:
    assert post(server, "/embeddings", {})[0] == 404
    with pytest.raises(urllib.error.HTTPError, match="405"):
        urllib.request.urlopen(f"{server.base_url}/completions")


def raw(server: ModelServer, data: bytes) -> bytes:
    with socket.create_connection(server.server_address[:2], timeout=10) as connection:  # type: ignore[arg-type]
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(1 << 16):
            received += part
        return received


def test_what_is_no_http_is_answered_and_left(server: ModelServer) -> None:
    assert b"400" in raw(server, b"nonsense and more nonsense\r\n\r\n").split(b"\r\n")[0]
    assert b"411" in raw(server, b"POST /v1/completions HTTP/1.1\r\n\r\n").split(b"\r\n")[0]
    assert raw(server, b"POST /v1/completions HTTP/1.1\r\nContent-Length: 50\r\n\r\n{") == b""
    assert completions(server)[0] == 200


def test_requests_that_come_together_are_answered_together(server: ModelServer, model: Echo) -> None:
    model.may_end.clear()
    with ThreadPoolExecutor(25) as pool:
        first = pool.submit(completions, server)
        assert model.begun.wait(30)
        others = [pool.submit(completions, server, seed=seed) for seed in range(24)]
        while server.batcher._arrived.qsize() < 24:
            time.sleep(0.01)
        model.may_end.set()
        assert {item.result()[0] for item in [first, *others]} == {200}
    assert model.batches == [1, 24]


def test_the_answers_of_clients_that_went_away_are_not_made(server: ModelServer, model: Echo) -> None:
    model.may_end.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(completions, server)
        assert model.begun.wait(30)
        body = json.dumps({"model": "echo", "prompt": "a", "n": 8}).encode()
        head = f"POST /v1/completions HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        for _ in range(5):
            with socket.create_connection(server.server_address[:2]) as gone:  # type: ignore[arg-type]
                gone.sendall(head.encode() + body)
        time.sleep(1.5)  # two looks at whether anybody is there
        model.may_end.set()
        assert first.result()[0] == 200
        assert completions(server)[0] == 200
    assert model.batches == [1, 1]


def test_an_engine_that_fails_is_told_and_asked_again(server: ModelServer, model: Echo) -> None:
    model.is_broken = True
    status, reply = completions(server)
    assert (status, reply["error"]["message"]) == (500, "RuntimeError: the engine is gone")
    assert reply["error"]["type"] == "server_error"
    model.is_broken = False
    assert completions(server)[0] == 200


def test_who_waits_when_it_is_stopped_is_told(model: Echo) -> None:
    model.may_end.clear()
    with ThreadPoolExecutor(1) as pool, serving(model) as server:
        waiting = pool.submit(completions, server)
        assert model.begun.wait(30)
        late = server.batcher.ask(Request("", 0, Prompt("a"), seed=1), Sampling())
        model.is_broken = True
        model.may_end.set()
        assert waiting.result()[0] == 500
    with pytest.raises(Exception, match=r"stopped|gone"):
        late.result(10)
    with pytest.raises(Exception, match="being stopped"):
        server.batcher.ask(Request("", 0, Prompt("a")), Sampling()).result(10)


def test_our_own_client_is_understood(server: ModelServer, model: Echo) -> None:
    asked = [Request(f"Demo/{task}", sample, Prompt("a b", stop=("\n",))) for task in range(8) for sample in range(3)]
    chat = Request("Demo/chat", 0, Prompt("", (Message("user", "hi"),), kind="raw"))
    found = list(OpenAIModel("echo", server.base_url).answer([*asked, chat], Sampling(temperature=0.7, seed=1)))
    assert len(found) == 25
    assert {answer.tokens for answer in found} == {3}
    assert max(model.batches) > 8
