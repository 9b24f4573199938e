"""The page on which people rate: blind, kept at once, closed to other sites, usable with keys on a phone's width."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fusion.dataset import Row
from fusion.inspection.subject import Subject
from fusion.review.agreement import summary_of
from fusion.review.reviews import CRITERIA, read_reviews
from fusion.review.sample import draw_sample
from fusion.review.server import ReviewServer
from fusion.seeds import Seed
from tests.leaderboards.site.browsing import ARGUMENTS, find_chromium, profile_environment

SUBJECT = Subject(
    "made",
    tuple(Row(f"r{n}", f"Fused task {n}: sort and count.", "x", "python", "fuse", ("s1", "s2"), n) for n in range(20)),
    seeds={f"s{n}": Seed(f"s{n}", f"Seed task {n}: <b>sort</b>.") for n in range(20)},
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ReviewServer]:
    with ReviewServer(draw_sample(SUBJECT, 6), tmp_path / "reviews.jsonl") as running:
        yield running


def _ask(server: ReviewServer, path: str, body: object = None, method: str = "POST", **headers: str) -> tuple[int, str]:
    place = urlsplit(server.address)
    connection = http.client.HTTPConnection("127.0.0.1", place.port or 0, timeout=10)
    content = body if isinstance(body, str) else json.dumps(body)
    sent = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    connection.request(method, path, content if method == "POST" else None, sent)
    reply = connection.getresponse()
    return reply.status, reply.read().decode()


def test_raters_see_as_many_rows_as_seeds_and_no_hint_of_which(server: ReviewServer) -> None:
    sample = draw_sample(SUBJECT, 6)
    assert sorted(item.origin for item in sample) == ["row"] * 3 + ["seed"] * 3
    assert sample == draw_sample(SUBJECT, 6)
    status, said = _ask(server, f"/{server.token}/begin", {"rater": "ann"})
    assert status == 200
    assert [sorted(item) for item in json.loads(said)["items"]] == [["number", "text"]] * 6


def test_a_rating_is_kept_at_once_and_a_later_one_replaces_it(server: ReviewServer, tmp_path: Path) -> None:
    for rating in (2, 5):
        said = {"rater": "ann", "number": 1, "criterion": "coherence", "rating": rating}
        assert _ask(server, f"/{server.token}/rate", said)[0] == 200
    (review,) = read_reviews(tmp_path / "reviews.jsonl")
    assert (review.rater, review.rating, review.item) == ("ann", 5, draw_sample(SUBJECT, 6)[1].id)
    assert json.loads(_ask(server, f"/{server.token}/begin", {"rater": "ann"})[1])["ratings"] == {"1 coherence": 5}
    assert json.loads(_ask(server, f"/{server.token}/begin", {"rater": "bob"})[1])["ratings"] == {}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"rater": "ann", "number": 1, "criterion": "coherence", "rating": 6}, 400),
        ({"rater": "ann", "number": 99, "criterion": "coherence", "rating": 3}, 400),
        ({"rater": "ann", "number": 1, "criterion": "beauty", "rating": 3}, 400),
        ({"rater": "", "number": 1, "criterion": "coherence", "rating": 3}, 400),
        ("{not json", 400),
        ("x" * 20_000, 400),
    ],
)
def test_a_wrong_rating_is_not_kept(server: ReviewServer, tmp_path: Path, body: object, status: int) -> None:
    assert _ask(server, f"/{server.token}/rate", body)[0] == status
    assert read_reviews(tmp_path / "reviews.jsonl") == []


def test_other_sites_are_turned_away(server: ReviewServer) -> None:
    said = {"rater": "ann", "number": 1, "criterion": "coherence", "rating": 3}
    rate = f"/{server.token}/rate"
    assert _ask(server, "/wrong/rate", said)[0] == 404
    assert _ask(server, "/", method="GET")[0] == 404
    assert _ask(server, rate, said, Origin="http://evil.example")[0] == 404
    assert _ask(server, rate, said, Host="evil.example")[0] == 404
    assert _ask(server, rate, said, Content_Type="text/plain")[0] == 400


def test_agreement_is_told_from_what_was_rated(server: ReviewServer, tmp_path: Path) -> None:
    for rater, shift in (("ann", 0), ("bob", 1)):
        for number in range(6):
            rating = min(5, 1 + number // 2 + (shift if number == 5 else 0))
            for criterion in CRITERIA:
                said = {"rater": rater, "number": number, "criterion": criterion, "rating": rating}
                assert _ask(server, f"/{server.token}/rate", said)[0] == 200
    found = summary_of(read_reviews(tmp_path / "reviews.jsonl"))
    assert found is not None
    agreement = {item.criterion: item for item in found.agreement}
    assert agreement["coherence"].n == 6
    assert agreement["coherence"].same == pytest.approx(5 / 6)
    assert agreement["coherence"].kappa is not None
    # By hand: 5/6 observed; by chance (2*2 + 2*2 + 2*1) / 36.
    assert agreement["coherence"].kappa.value == pytest.approx((5 / 6 - 10 / 36) / (1 - 10 / 36))


def test_it_is_rated_with_keys_on_a_phones_width(
    server: ReviewServer, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = find_chromium()
    if path is None:
        pytest.skip("chromium is not installed: scripts/install-chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=list(ARGUMENTS), env=profile_environment(tmp_path_factory.mktemp("profile"))
        )
        page = browser.new_page(viewport={"width": 360, "height": 740})
        page.goto(server.address)
        page.fill("#name", "ann")
        page.click("text=Begin")
        page.wait_for_selector("#work:not([hidden])")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.locator("#text").inner_text() == draw_sample(SUBJECT, 6)[0].text
        for number, digit in enumerate("432"):
            page.keyboard.press(digit)
            page.wait_for_function(
                "(n) => document.querySelectorAll('input:checked').length === n"
                " || document.getElementById('place').textContent.startsWith('2')",
                arg=number + 1,
            )
        page.wait_for_function("document.getElementById('place').textContent === '2 of 6'")
        page.keyboard.press("ArrowLeft")
        assert page.locator("input:checked").evaluate_all("boxes => boxes.map(box => box.value)") == ["4", "3", "2"]
        page.screenshot(path=tmp_path / "phone.png")
        browser.close()
    assert [review.rating for review in read_reviews(tmp_path / "reviews.jsonl")] == [4, 3, 2]
