"""A Hub on this machine: makes repositories, says who sees them, and takes commits of small files, as the real one."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "hf_aTokenThatMayWrite"


@dataclass
class FakeHub:
    """What the Hub holds."""

    address: str = ""
    private: dict[str, bool] = field(default_factory=dict)
    """Repositories, and whether they are private."""
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    cards: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    fails_with: int = 0
    """Status of every commit, to refuse it."""

    def answer(self, method: str, path: str, body: bytes, token: str) -> tuple[int, Any]:
        """Answer one request with a status and what becomes JSON."""
        self.asked.append(f"{method} {path}")
        if token != f"Bearer {TOKEN}":
            return 401, {"error": "Invalid username or password."}
        if path == "/api/repos/create":
            said = json.loads(body)
            name = f"{said['organization']}/{said['name']}"
            is_private = said.get("private", said.get("visibility") == "private")
            self.private[name] = bool(is_private)
            return 200, {"url": f"{self.address}/datasets/{name}", "name": name}
        if path == "/api/validate-yaml":
            self.cards.append(json.loads(body)["content"])
            return 200, {"warnings": [], "errors": []}
        parts = path.removeprefix("/api/datasets/").split("/")
        name = "/".join(parts[:2])
        if name not in self.private:
            return 404, {"error": "Repository not found"}
        if method == "GET":
            return 200, {"id": name, "private": self.private[name], "sha": "0" * 40, "siblings": []}
        if parts[2] == "preupload":
            files = [
                {"path": item["path"], "uploadMode": "regular", "shouldIgnore": False}
                for item in json.loads(body)["files"]
            ]
            return 200, {"files": files}
        if self.fails_with:
            return self.fails_with, {"error": "no room"}
        for line in map(json.loads, body.splitlines()):
            if line["key"] == "file":
                content = base64.b64decode(line["value"]["content"])
                self.files.setdefault(name, {})[line["value"]["path"]] = content
        url = f"{self.address}/datasets/{name}/commit/{'1' * 40}"
        return 200, {"success": True, "commitUrl": url, "commitOid": "1" * 40}


@contextmanager
def running_hub() -> Iterator[FakeHub]:
    """Run a Hub at `address`."""
    hub = FakeHub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.partition("?")[0]
            status, plain = hub.answer(self.command, path, body, self.headers.get("Authorization", ""))
            content = json.dumps(plain).encode()
            self.send_response(status)
            if status == 404:
                self.send_header("X-Error-Code", "RepoNotFound")
            if status != 200:
                self.send_header("X-Error-Message", plain["error"])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _handle

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
