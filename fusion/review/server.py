"""The page on which people rate: on this machine alone, under an address that nobody guesses, each rating kept at once.

Another site's page can not write here: it does not know the address, and requests that name another host or origin are
turned away.
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

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fusion.review.reviews import HIGHEST, LOWEST, Criterion, Review, read_reviews
from fusion.review.sample import Item
from harness.formats.journal import append_line, open_journal

_PAGE = Path(__file__).with_name("page.html")
_MOST_BYTES = 10_000


class _Begin(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    rater: str = Field(min_length=1, max_length=60)


class _Rate(_Begin):
    number: int = Field(ge=0)
    criterion: Criterion
    rating: int = Field(ge=LOWEST, le=HIGHEST)


class ReviewServer:
    """Serves the page; use as a context manager.

    Args:
        items: What is rated, in the order of the page.
        place: The file of the ratings.
        port: 0 takes a free one.
    """

    def __init__(self, items: Sequence[Item], place: Path, port: int = 0) -> None:
        self._items, self._place = list(items), place
        self._numbers = {(item.origin, item.id): number for number, item in enumerate(items)}
        self._lock = threading.Lock()
        self._token = secrets.token_urlsafe(12)
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"http://127.0.0.1:{self._server.server_port}/{self._token}/"

    @property
    def token(self) -> str:
        """The part of the address that nobody guesses."""
        return self._token

    @property
    def hosts(self) -> set[str]:
        """Names by which a browser may ask for this server."""
        return {f"{name}:{self._server.server_port}" for name in ("127.0.0.1", "localhost")}

    def __enter__(self) -> ReviewServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def begin(self, rater: str) -> dict[str, object]:
        """Give what is to be rated, and what this person has rated before."""
        with self._lock:
            reviews = [review for review in read_reviews(self._place) if review.rater == rater]
        ratings = {
            f"{self._numbers[review.origin, review.item]} {review.criterion}": review.rating
            for review in reviews
            if (review.origin, review.item) in self._numbers
        }
        items = [{"number": number, "text": item.text} for number, item in enumerate(self._items)]
        return {"items": items, "ratings": ratings}

    def rate(self, said: _Rate) -> None:
        """Keep one rating."""
        item = self._items[said.number]
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        review = Review(said.rater, item.id, item.origin, said.criterion, said.rating, now)
        with self._lock, open_journal(self._place) as file:
            append_line(file, review)

    def has(self, number: int) -> bool:
        """Say whether there is such an instruction."""
        return number < len(self._items)


def _handler(server: ReviewServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def _say(self, status: HTTPStatus, kind: str, text: str) -> None:
            data = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Security-Policy", "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'")
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(data)

        def _is_welcome(self) -> bool:
            origin = self.headers.get("Origin")
            is_ours = origin is None or origin.removeprefix("http://") in server.hosts
            if self.headers.get("Host") in server.hosts and is_ours and self.path.startswith(f"/{server.token}/"):
                return True
            self._say(HTTPStatus.NOT_FOUND, "text/plain", "no such page")
            return False

        def do_GET(self) -> None:
            if self._is_welcome():
                self._say(HTTPStatus.OK, "text/html", _PAGE.read_text(encoding="utf-8"))

        def do_POST(self) -> None:
            if not self._is_welcome():
                return
            size = self.headers.get("Content-Length", "")
            if not size.isdigit() or int(size) > _MOST_BYTES or self.headers.get_content_type() != "application/json":
                self._say(HTTPStatus.BAD_REQUEST, "text/plain", "a small JSON object is expected")
                return
            content = self.rfile.read(int(size))
            try:
                if self.path.endswith("/begin"):
                    reply = server.begin(_Begin.model_validate_json(content).rater)
                else:
                    said = _Rate.model_validate_json(content)
                    if not server.has(said.number):
                        self._say(HTTPStatus.BAD_REQUEST, "text/plain", "no such instruction")
                        return
                    server.rate(said)
                    reply = {}
            except ValidationError as error:
                self._say(HTTPStatus.BAD_REQUEST, "text/plain", str(error.errors()[0]["msg"]))
                return
            except OSError as error:
                self._say(HTTPStatus.INTERNAL_SERVER_ERROR, "text/plain", str(error.strerror))
                return
            self._say(HTTPStatus.OK, "application/json", json.dumps(reply))

    return Handler
