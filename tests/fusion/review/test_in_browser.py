"""Rating in a real browser: by keys and by pointer, on a desktop and a phone, saved at once, gone on with, blind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fusion.inspection import read_subject
from fusion.review.reviews import read_reviews
from fusion.review.sample import sample_of
from fusion.review.server import ReviewServer
from tests.fusion.made_up_dataset import keep_dataset, read_lines
from tests.leaderboards.site.browsing import Visit, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SIZES = {"desktop": (1280, 900), "phone": (390, 760)}


@contextmanager
def serving(folder: Path, count: int = 6) -> Iterator[ReviewServer]:
    with ReviewServer(sample_of(read_subject(str(folder)), count), folder / "reviews.jsonl", folder) as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return keep_dataset(tmp_path / "made")


@pytest.fixture(params=SIZES)
def visit(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Visit]:
    width, height = SIZES[request.param]
    with visiting(browser, viewport={"width": width, "height": height}) as made:
        yield made


def begin(visit: Visit, server: ReviewServer, name: str = "Ada") -> None:
    visit.page.goto(server.address)
    visit.page.locator("#name").fill(name)
    visit.page.keyboard.press("Enter")
    visit.page.locator("#rate").wait_for()


def told(visit: Visit, words: str) -> None:
    visit.page.wait_for_function("text => document.getElementById('place').textContent === text", arg=words)


def test_keys_rate_everything_and_each_rating_is_saved_at_once(visit: Visit, folder: Path) -> None:
    with serving(folder) as server:
        begin(visit, server)
        told(visit, "1 of 6, 0 rated")
        with visit.page.expect_response("**/ratings"):
            visit.page.keyboard.press("4")
        assert [line["rating"] for line in read_lines(folder / "reviews.jsonl")] == [4]
        for key in "53":
            visit.page.keyboard.press(key)
        told(visit, "2 of 6, 1 rated")
        for place in range(1, 6):
            told(visit, f"{place + 1} of 6, {place} rated")
            for key in "123":
                visit.page.keyboard.press(key)
        visit.page.locator("#done").wait_for()
        home = server.address
    reviews = read_reviews(folder / "reviews.jsonl")
    assert len(reviews) == 18
    assert {review.rater for review in reviews} == {"Ada"}
    first = sample_of(read_subject(str(folder)), 6)[0]
    assert {r.criterion: r.rating for r in reviews if (r.origin, r.item) == (first.origin, first.id)} == {
        "coherence": 4,
        "solvability": 5,
        "relevance": 3,
    }
    assert visit.trouble == []
    assert visit.elsewhere(home) == []


def test_the_pointer_rates_and_the_page_fits(visit: Visit, folder: Path) -> None:
    with serving(folder) as server:
        begin(visit, server)
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= visit.page.viewport_size["width"]  # type: ignore[index]
        for name in ("Coherence", "Solvability", "Relevance"):
            box = visit.page.get_by_role("radio", name=f"{name} 5")
            size = box.bounding_box()
            assert size is not None
            assert min(size["width"], size["height"]) >= 40
            with visit.page.expect_response("**/ratings"):
                box.click()
        told(visit, "2 of 6, 1 rated")
        visit.page.locator("#back").click()
        told(visit, "1 of 6, 1 rated")
        with visit.page.expect_response("**/ratings"):
            visit.page.get_by_role("radio", name="Relevance 2").click()
        told(visit, "1 of 6, 1 rated")
    assert [review.rating for review in read_reviews(folder / "reviews.jsonl")] == [5, 5, 2]
    assert len(read_lines(folder / "reviews.jsonl")) == 4
    assert visit.trouble == []


def test_arrow_keys_pass_through_ratings_without_going_on(browser: Browser, folder: Path) -> None:
    with serving(folder) as server, visiting(browser) as visit:
        begin(visit, server)
        visit.page.keyboard.press("3")
        visit.page.keyboard.press("3")
        visit.page.get_by_role("radio", name="Relevance 1").focus()
        for key in ("Space", "ArrowRight", "ArrowRight"):
            with visit.page.expect_response("**/ratings"):
                visit.page.keyboard.press(key)
        assert visit.page.locator("#place").inner_text().startswith("1 of 6")
    assert [review.rating for review in read_reviews(folder / "reviews.jsonl")] == [3, 3, 3]


def test_who_comes_back_goes_on_and_another_starts_anew(browser: Browser, folder: Path) -> None:
    with serving(folder) as server, visiting(browser) as visit:
        begin(visit, server)
        for key in "123":
            visit.page.keyboard.press(key)
        told(visit, "2 of 6, 1 rated")
        visit.page.reload()
        told(visit, "2 of 6, 1 rated")
    with serving(folder) as server, visiting(browser) as visit:
        begin(visit, server, "Bob")
        told(visit, "1 of 6, 0 rated")
    with serving(folder) as server, visiting(browser) as visit:
        visit.page.goto(server.address)
        visit.page.wait_for_function("document.querySelector('#names option')?.value === 'Ada'")
        begin(visit, server)
        told(visit, "2 of 6, 1 rated")


def test_a_rating_that_is_not_saved_is_not_shown_as_given(browser: Browser, folder: Path) -> None:
    with serving(folder) as server, visiting(browser) as visit:
        begin(visit, server)
        visit.page.route("**/ratings", lambda route: route.abort())
        visit.page.keyboard.press("4")
        visit.page.locator("#trouble").wait_for()
        assert "not saved" in visit.page.locator("#trouble").inner_text()
        assert not visit.page.get_by_role("radio", name="Coherence 4").is_checked()
    assert read_reviews(folder / "reviews.jsonl") == []


def test_nothing_on_the_page_tells_rows_from_seeds(browser: Browser, folder: Path) -> None:
    with serving(folder, 24) as server, visiting(browser) as visit:
        bodies: list[str] = []
        visit.page.on("response", lambda response: bodies.append(response.text()) if "state" in response.url else None)
        begin(visit, server)
        visit.page.wait_for_timeout(100)
        sent = "".join(bodies)
        assert "Row 3" in sent
        assert "Seed 3" in sent
        for word in ("origin", "5eed", "abab", '"row"', '"seed"', "parents", "teacher"):
            assert word not in sent, word


def test_hostile_texts_are_text(browser: Browser, folder: Path) -> None:
    with serving(folder, 24) as server, visiting(browser) as visit:
        begin(visit, server)
        seen = ""
        for place in range(24):
            told(visit, f"{place + 1} of 24, 0 rated")
            seen += visit.page.locator("#text").inner_text()
            visit.page.keyboard.press("n")
        assert "<script>alert(1)</script>\\x1b[2J\\u202e" in seen
        assert visit.trouble == []


def test_the_command_serves_until_it_is_interrupted(browser: Browser, folder: Path) -> None:
    command = [sys.executable, "-m", "harness.cli", "inspect", str(folder), "--review", "--items", "4"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "4 instructions to rate, in a browser on this machine:\n"
        address = process.stdout.readline().strip()
        with visiting(browser) as visit:
            visit.page.goto(address)
            visit.page.locator("#name").fill("Ada")
            visit.page.keyboard.press("Enter")
            visit.page.locator("#rate").wait_for()
            with visit.page.expect_response("**/ratings"):
                visit.page.keyboard.press("5")
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert process.returncode == 0
    assert "1 rating in" in rest
