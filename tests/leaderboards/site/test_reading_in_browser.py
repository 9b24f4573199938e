"""Who reads a site: on a phone, in the dark, by keyboard, by screen reader; from a web server; and hostile names."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.leaderboards.site.browsing import Visit
from tests.leaderboards.site.made_up_site import HOSTILE_NAMES

Visits = Callable[..., AbstractContextManager[Visit]]
PAGES = (
    "index.html?pick=fused-13b,base-3b",
    "compare.html?a=fused-13b&b=base-3b",
    "tasks.html",
    "models/sampled-7b.html",
    "tasks/own+/Own--0.html?models=sampled-7b,base-3b",
)

CONTRASTS = (Path(__file__).parent / "contrasts.js").read_text(encoding="utf-8")

BASICS = (Path(__file__).parent / "basics.js").read_text(encoding="utf-8")


def open_page(visit: Visit, site: Path, page: str) -> None:
    path, _, query = page.partition("?")
    visit.open(site / path, f"?{query}" if query else "")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast_enough(scheme: str, site: Path, visit_with: Visits) -> None:
    with visit_with(color_scheme=scheme, viewport={"width": 1280, "height": 900}) as visit:
        seen = {}
        for page in PAGES:
            open_page(visit, site, page)
            for details in visit.page.locator("details").all():
                details.evaluate("element => { element.open = true; }")
            found = visit.page.evaluate(CONTRASTS)
            assert len(found) > 5
            seen |= found
        assert {pair: ratio for pair, ratio in seen.items() if ratio < 4.5} == {}
        ground = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(22, 23, 24)")


@pytest.mark.parametrize("width", [360, 1280])
def test_a_screen_reader_finds_what_it_needs(width: int, site: Path, visit_with: Visits) -> None:
    with visit_with(viewport={"width": width, "height": 800}) as visit:
        for page in PAGES:
            open_page(visit, site, page)
            assert visit.page.evaluate(BASICS) == [], page


@pytest.mark.parametrize("name", ["site", "hostile_site"])
def test_no_page_is_wider_than_a_phone(name: str, visit_with: Visits, request: pytest.FixtureRequest) -> None:
    site: Path = request.getfixturevalue(name)
    with visit_with(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True) as visit:
        if name == "hostile_site":
            stems = [path.stem for path in (site / "models").iterdir()]
            pages = ["index.html?pick=" + ",".join(stems[:2]), f"compare.html?a={stems[0]}&b={stems[1]}", "tasks.html"]
            pages += [str(path.relative_to(site)) for path in [*site.glob("models/*"), *site.glob("tasks/*/*")]]
        else:
            pages = list(PAGES)
        for page in pages:
            open_page(visit, site, page)
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360, page
            assert visit.page.evaluate("visualViewport.scale") == 1
        open_page(visit, site, "index.html")
        box = visit.page.locator(".box").first
        assert box.evaluate("box => box.scrollWidth > box.clientWidth")
        # The name stays in sight while its scores are scrolled.
        box.evaluate("box => { box.scrollLeft = 400; }")
        place = visit.page.locator("tbody th.model").first.bounding_box()
        assert place is not None
        assert place["x"] >= 0


def test_everything_can_be_reached_and_used_by_keyboard(visit: Visit, site: Path) -> None:
    visit.open(site / "index.html")
    page = visit.page
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert page.evaluate("document.activeElement.className") == "skip"
    place = skip.bounding_box()
    assert place is not None
    assert place["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    visit.open(site / "index.html")
    wanted = page.evaluate(
        "Array.from(document.querySelectorAll('a[href], button, input, select, summary, [tabindex=\"0\"]'))"
        ".filter((element) => element.checkVisibility() && !element.disabled).length"
    )
    seen: list[str] = []
    for _ in range(wanted + 20):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            "() => { const at = document.activeElement; const style = getComputedStyle(at);"
            "return [at.outerHTML, style.outlineStyle === 'none' ? '0px' : style.outlineWidth]; }"
        )
        if name.startswith("<body") or name in seen:
            break
        assert outline == "2px", name
        seen.append(name)
    assert len(seen) == wanted

    page.locator("th[data-key=own] button").focus()
    page.keyboard.press("Enter")
    assert page.locator("th[data-key=own]").get_attribute("aria-sort") == "descending"
    for model in ("fused-13b", "base-3b"):
        page.get_by_role("checkbox", name=f"Compare {model}").focus()
        page.keyboard.press("Space")
    page.locator(".picked a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare.html?a=fused-13b&b=base-3b")
    page.get_by_role("radio", name="own+", exact=True).focus()
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("radio", name="own+", exact=True).is_checked() is False
    assert "column=" in visit.query
    assert visit.trouble == []


def test_the_list_of_columns_goes_when_it_is_left(visit: Visit, site: Path) -> None:
    visit.open(site / "index.html")
    details = visit.page.locator("details.columns")
    for leave in ("Escape", "click", "Tab"):
        visit.page.get_by_text("Columns", exact=True).click()
        assert details.get_attribute("open") is not None
        if leave == "click":
            visit.page.locator("h1").click()
        elif leave == "Tab":
            visit.page.locator("button[type=reset]").focus()
        else:
            visit.page.keyboard.press("Escape")
            assert visit.page.evaluate("document.activeElement.tagName") == "SUMMARY"
        assert details.get_attribute("open") is None


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve a folder on this machine; gives the address and what was asked for."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_site_works_below_any_path_of_a_web_server(visit: Visit, site: Path) -> None:
    with serving(site.parents[1]) as (address, asked):
        home = f"{address}/{site.parent.name}/{site.name}/"
        for page in PAGES:
            visit.page.goto(home + page.replace("+", "%2B"))
            visit.follow(visit.page.locator("main a").first)
        assert visit.elsewhere(home) == []
        assert visit.trouble == []
        assert all(path.startswith(f"/{site.parent.name}/{site.name}/") for path in asked)


def test_the_policy_lets_nothing_out(visit: Visit, site: Path) -> None:
    with serving(site) as (address, asked):
        visit.open(site / "index.html")
        blocked = visit.page.evaluate(
            """async (address) => {
              const blocked = [];
              document.addEventListener("securitypolicyviolation", (event) => blocked.push(event.effectiveDirective));
              const image = document.createElement("img");
              image.src = address + "/image";
              const style = document.createElement("link");
              Object.assign(style, { rel: "stylesheet", href: address + "/style" });
              const frame = document.createElement("iframe");
              frame.src = address + "/frame";
              document.body.append(image, style, frame);
              try { await fetch(address + "/fetch"); } catch { /* refused */ }
              try { document.body.innerHTML = "<p>x</p>"; } catch { /* refused */ }
              await new Promise((resolve) => setTimeout(resolve, 200));
              return blocked;
            }""",
            address,
        )
        assert {"img-src", "style-src-elem", "frame-src", "connect-src", "require-trusted-types-for"} <= set(blocked)
        assert asked == []


def test_names_and_programs_of_ill_will_are_only_text(visit: Visit, hostile_site: Path) -> None:
    pages = sorted(path for path in hostile_site.rglob("*.html"))
    assert len(pages) == 3 + len(HOSTILE_NAMES) + 3
    for path in pages:
        visit.open(path)
    visit.open(hostile_site / "index.html")
    names = visit.models()
    assert "</script><script>alert(1)</script>" in names
    assert "\"><svg onload=alert(1)> 'q' {{ 7*7 }} & \\u2028" in names
    assert any(name.startswith("nnn") and "…" in name and len(name) == 72 for name in names)
    # A mark that would turn the line around is shown as what it is.
    assert any(name.startswith("\\u202eevil") for name in names)
    visit.page.get_by_role("checkbox", name="Compare ../x").check()
    visit.page.get_by_role("checkbox", name="Compare <img").check()
    visit.follow(visit.page.locator(".picked a"))
    assert "<img src=x onerror=alert(1)>" in visit.page.locator("#result").inner_text()
    visit.follow(visit.page.locator("#result .sides a").first)
    assert visit.page.locator("h1").inner_text() == "../x"
    visit.follow(visit.page.locator("table.answers a").first)
    assert "<script>alert(1)</script>" in visit.page.locator("pre.program").first.inner_text()
    assert visit.trouble == []
    assert visit.elsewhere(hostile_site.as_uri() + "/") == []


def test_published_scores_stand_apart(visit: Visit, hostile_site: Path) -> None:
    visit.open(hostile_site / "index.html")
    rows = visit.page.locator("tr.published")
    assert rows.count() == 2
    assert rows.locator("input").count() == 0
    assert rows.locator("td.rank").all_inner_texts() == ["", ""]
    assert visit.page.get_by_role("status").inner_text() == f"{len(HOSTILE_NAMES)} models, 2 published"
    assert rows.locator("a").get_attribute("href") == "https://example.org/?a=1&b=\"'<"
    visit.page.get_by_role("checkbox", name="Published scores").uncheck()
    assert rows.first.is_hidden()
    assert visit.query == "?published=no"
    visit.page.reload()
    assert rows.first.is_hidden()


def test_the_drawing_says_in_words_what_it_shows(visit: Visit, site: Path) -> None:
    visit.open(site / "index.html")
    drawing = visit.page.get_by_role("img", name="own+ by model size")
    assert drawing.locator("circle").count() == 7
    assert "base-3b, 3 billion" in drawing.locator("desc").text_content()  # type: ignore[operator]
    visit.page.get_by_text("The same as a table").click()
    cells = visit.page.locator("section.scatter tbody tr").all_inner_texts()
    assert len(cells) == 7
    assert cells[0].split()[:2] == ["base-3b", "3"]
