"""What the review's server answers to whom, by real HTTP."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fusion.inspection import read_subject
from fusion.review.reviews import read_reviews
from fusion.review.sample import Item, sample_of
from fusion.review.server import ReviewServer
from harness.errors import InputError
from tests.fusion.made_up_dataset import keep_dataset


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return keep_dataset(tmp_path / "made")


@pytest.fixture
def items(folder: Path) -> list[Item]:
    return sample_of(read_subject(str(folder)), 6)


@pytest.fixture
def server(folder: Path, items: list[Item]) -> Iterator[ReviewServer]:
    with ReviewServer(items, folder / "reviews.jsonl", folder) as made:
        yield made


def ask(server: ReviewServer, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    where = urlsplit(server.address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port or 0, timeout=10)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    if method == "POST":
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def rating(items: list[Item], **changes: object) -> bytes:
    return json.dumps({"rater": "Ada", "key": items[0].key, "criterion": "coherence", "rating": 4} | changes).encode()


def posted(server: ReviewServer, body: bytes, **changes: str) -> int:
    where = urlsplit(server.address)
    headers = {"Origin": f"http://{where.netloc}", "Content_Type": "application/json"} | changes
    return ask(server, "POST", f"{where.path}ratings", body, **headers)[0]


def test_it_listens_on_this_machine_alone_and_only_with_its_token(server: ReviewServer) -> None:
    where = urlsplit(server.address)
    assert where.hostname == "127.0.0.1"
    assert len(where.path.strip("/")) >= 32
    assert ask(server, "GET", where.path)[0] == 200
    for path in ("/", "/state?rater=Ada", "/x" + where.path, where.path[:-2] + "/", where.path + "../reviews.jsonl"):
        assert ask(server, "GET", path)[0] == 404, path


def test_another_name_of_this_machine_is_refused(server: ReviewServer) -> None:
    """A site whose name is made to lead here (DNS rebinding) has the browser send that name."""
    where = urlsplit(server.address)
    assert ask(server, "GET", where.path, Host=f"evil.example:{where.port}")[0] == 404
    assert ask(server, "GET", where.path, Host=f"localhost:{where.port}")[0] == 404


def test_another_site_can_not_rate(server: ReviewServer, items: list[Item]) -> None:
    assert posted(server, rating(items), Origin="http://evil.example") == 403
    assert posted(server, rating(items), Origin="null") == 403
    assert posted(server, rating(items), Content_Type="text/plain") == 403
    assert posted(server, rating(items), Content_Type="application/x-www-form-urlencoded") == 403
    assert server.ratings == 0
    assert posted(server, rating(items)) == 204
    assert server.ratings == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"rating": 0},
        {"rating": 6},
        {"rating": 4.5},
        {"rating": "4"},
        {"rating": True},
        {"criterion": "beauty"},
        {"rater": ""},
        {"rater": "n" * 81},
        {"more": 1},
    ],
)
def test_what_is_no_rating_is_refused(server: ReviewServer, items: list[Item], changes: dict[str, object]) -> None:
    assert posted(server, rating(items, **changes)) == 400
    assert server.ratings == 0


def test_too_much_nothing_and_rubbish_are_refused(server: ReviewServer, items: list[Item]) -> None:
    assert posted(server, rating(items, rater="n" * 20_000)) == 400
    assert posted(server, b"") == 400
    assert posted(server, b"{") == 400
    assert posted(server, rating(items, key="nobody")) == 404
    assert posted(server, rating(items, rater="  ")) == 404


def test_a_later_rating_replaces_an_earlier(server: ReviewServer, items: list[Item], folder: Path) -> None:
    for value in (2, 5):
        assert posted(server, rating(items, rating=value)) == 204
    (review,) = read_reviews(folder / "reviews.jsonl")
    assert (review.rating, review.item, review.origin) == (5, items[0].id, items[0].origin)


def test_no_name_sees_no_instruction(server: ReviewServer) -> None:
    path = urlsplit(server.address).path
    _, body = ask(server, "GET", f"{path}state?rater=")
    assert json.loads(body) == {"raters": [], "items": [], "ratings": {}}


def test_two_reviews_of_one_data_set_at_once_are_refused(server: ReviewServer, items: list[Item], folder: Path) -> None:
    with pytest.raises(InputError, match="another fuseval"), ReviewServer(items, folder / "reviews.jsonl", folder):
        pass
