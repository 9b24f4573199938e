"""The page on which a person rates instructions: on this machine alone, for whoever has its address.

Covers: other users of the machine and other sites in the same browser. The address holds a random token, the server
listens on 127.0.0.1 and answers to that name alone, and a rating is only taken as JSON from its own page, which no form
of another site can send. Does not cover programs that run as the same person: those can read the files themselves.
"""

from __future__ import annotations

import datetime
import json
import secrets
import threading
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO, Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fusion.review.reviews import CRITERIA, HIGHEST, LOWEST, Review, read_reviews
from fusion.review.sample import Item
from harness.commands.terminal import printable
from harness.formats.journal import append_line, lock_journal, open_journal

_ASSETS = Path(__file__).parent / "assets"
_FILES = {
    "": ("review.html", "text/html; charset=utf-8"),
    "review.js": ("review.js", "text/javascript; charset=utf-8"),
    "review.css": ("review.css", "text/css; charset=utf-8"),
}
_MOST_BYTES = 10_000
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Given(BaseModel):
    """One rating as the page sends it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    rater: str = Field(min_length=1, max_length=80)
    key: str
    criterion: Literal["coherence", "solvability", "relevance"]
    rating: int = Field(ge=LOWEST, le=HIGHEST)


class ReviewServer:
    """Serves the page and keeps what is said on it; use as a context manager.

    Args:
        items: What is rated, in its order.
        path: Of the ratings, which are gone on with.
        folder: Of the data set, for errors.

    Raises:
        InputError: The ratings are damaged, or another process is taking some.
    """

    def __init__(self, items: Sequence[Item], path: Path, folder: Path) -> None:
        self._items, self._path, self._folder = items, path, folder
        self._by_key = {item.key: item for item in items}
        self._token = secrets.token_urlsafe(24)
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._server: ThreadingHTTPServer | None = None

    def __enter__(self) -> ReviewServer:
        self._given = {(one.rater, one.origin, one.item, one.criterion): one for one in read_reviews(self._path)}
        self._file = open_journal(self._path)
        try:
            lock_journal(self._file, self._folder)
            self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        except BaseException:
            self._file.close()
            raise
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        with self._lock:  # a rating that is being written is written whole
            if self._file is not None:
                self._file.close()

    @property
    def address(self) -> str:
        """Where the page is, with the token."""
        return f"{self._home}/{self._token}/"

    @property
    def ratings(self) -> int:
        """Ratings that hold, of all raters."""
        return len(self._given)

    @property
    def _home(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}"

    def state(self, rater: str) -> dict[str, object]:
        """Give the page what it shows: the instructions, and what this person said of them before.

        Args:
            rater: Their name; empty where they have not said it.
        """
        ratings: dict[str, dict[str, int]] = {}
        for item in self._items:
            mine = {name: self._given.get((rater, item.origin, item.id, name)) for name in CRITERIA}
            ratings[item.key] = {name: one.rating for name, one in mine.items() if one is not None}
        return {
            "raters": sorted({one.rater for one in self._given.values()}),
            "items": [{"key": item.key, "text": printable(item.text)} for item in self._items] if rater else [],
            "ratings": ratings if rater else {},
        }

    def keep(self, given: Given) -> bool:
        """Keep a rating; says whether there is such an instruction.

        Args:
            given: As the page sent it.
        """
        item = self._by_key.get(given.key)
        if item is None or not given.rater.strip():
            return False
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        review = Review(given.rater.strip(), item.id, item.origin, given.criterion, given.rating, now)
        with self._lock:
            assert self._file is not None
            append_line(self._file, review)
            self._given[review.rater, review.origin, review.item, review.criterion] = review
        return True

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            server_version, sys_version = "fuseval", ""
            timeout = 30

            def do_GET(self) -> None:
                address = urlsplit(self.path)
                if (name := self._name(address.path)) is None:
                    return
                if name == "state":
                    rater = parse_qs(address.query).get("rater", [""])[0].strip()
                    self._send(HTTPStatus.OK, json.dumps(server.state(rater)).encode(), "application/json")
                elif name in _FILES:
                    file, kind = _FILES[name]
                    self._send(HTTPStatus.OK, (_ASSETS / file).read_bytes(), kind)
                else:
                    self._send(HTTPStatus.NOT_FOUND)

            def do_POST(self) -> None:
                if (name := self._name(urlsplit(self.path).path)) != "ratings":
                    return None if name is None else self._send(HTTPStatus.NOT_FOUND)
                if self.headers.get("Origin") != server._home or self.headers.get_content_type() != "application/json":
                    return self._send(HTTPStatus.FORBIDDEN)
                try:
                    length = int(self.headers.get("Content-Length", ""))
                    given = Given.model_validate_json(self.rfile.read(length) if 0 < length <= _MOST_BYTES else b"")
                except (ValidationError, ValueError):
                    return self._send(HTTPStatus.BAD_REQUEST)
                try:
                    is_kept = server.keep(given)
                except OSError:  # a full disk: the page says that nothing was saved
                    return self._send(HTTPStatus.INSUFFICIENT_STORAGE)
                return self._send(HTTPStatus.NO_CONTENT if is_kept else HTTPStatus.NOT_FOUND)

            def _name(self, path: str) -> str | None:
                """Give what is asked for behind the token; answers itself, and gives None, where that is wrong."""
                _, token, *rest = [*path.split("/"), ""]
                is_mine = secrets.compare_digest(token.encode(), server._token.encode())
                if not is_mine or f"http://{self.headers.get('Host')}" != server._home:
                    self._send(HTTPStatus.NOT_FOUND)
                    return None
                return "/".join(rest[:-1])

            def _send(self, status: HTTPStatus, content: bytes = b"", kind: str = "text/plain") -> None:
                self.send_response(status)
                for name, value in _HEADERS.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", kind)
                if status is not HTTPStatus.NO_CONTENT:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: the address holds the token."""

        return Handler
