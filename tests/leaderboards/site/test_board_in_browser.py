"""The board in a real browser: it opens from a disk, sorts, searches, filters, and its address is the view."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from leaderboards.site import write_site
from leaderboards.store import read_standings
from tests.leaderboards.site.browsing import Visit
from tests.leaderboards.site.made_up_site import keep_run

MODELS = 8
Visits = Callable[..., AbstractContextManager[Visit]]


def test_every_kind_of_page_opens_from_a_disk_and_asks_for_nothing_else(visit: Visit, site: Path) -> None:
    paths = ["index.html", "compare.html", "tasks.html", "models/fused-13b.html", "tasks/own+/Own--0.html"]
    for path in paths:
        visit.open(site / path)
        assert visit.page.locator("h1").count() == 1
    assert visit.trouble == []
    assert visit.elsewhere(site.as_uri() + "/") == []
    # The pages' own parts did come: style, scripts and icon.
    assert len(visit.requests) > 2 * len(paths)
    assert visit.page.evaluate("getComputedStyle(document.body).margin") == "0px"


def test_rows_stand_as_on_the_board(visit: Visit, site: Path, board_runs: Path) -> None:
    visit.open(site / "index.html")
    standings = read_standings(board_runs)
    assert visit.models() == [row.model for row in standings.rows]
    ranks = visit.page.locator("table.sortable > tbody:first-of-type td.rank").all_inner_texts()
    assert ranks == [str(row.rank).replace("-", "–") if row.rank else "–" for row in standings.rows]
    for row in standings.rows:
        line = visit.page.locator("tr.model", has=visit.page.get_by_role("link", name=row.model, exact=True))
        cell = row.cells[standings.sort]  # type: ignore[index]
        text = line.locator("td.score").first.inner_text()
        assert f"{100 * cell.score.value:.1f}" in text
        assert f"{100 * cell.score.low:.1f}–{100 * cell.score.high:.1f}" in text
    assert visit.page.locator("tbody.self-checks td.rank").all_inner_texts() == [""]


def test_a_head_sorts_and_sorts_back(visit: Visit, site: Path) -> None:
    visit.open(site / "index.html")
    usual = visit.models()
    head = visit.page.locator("th[data-key=own]")
    assert visit.page.locator("th[aria-sort]").get_attribute("data-key") == "own+"
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert visit.page.locator("th[aria-sort]").count() == 1
    values = [float(text) for text in visit.page.locator("tr.model td:nth-child(5) .value").all_inner_texts()]
    # The last one is over a part of the tasks.
    assert values[:-1] == sorted(values[:-1], reverse=True)
    assert visit.models()[-1] == "unlucky-7b"
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    values = [float(text) for text in visit.page.locator("tr.model td:nth-child(5) .value").all_inner_texts()]
    assert values[:-1] == sorted(values[:-1])
    assert visit.models()[-1] == "unlucky-7b"
    visit.page.locator("th[data-key=model] button").click()
    # As people count: 7b before 13b.
    assert visit.models() == sorted(usual, key=lambda name: (name.split("-")[0], float(name.split("-")[1][:-1])))
    visit.page.get_by_role("button", name="Reset").click()
    visit.page.wait_for_url(lambda address: "?" not in address)
    assert visit.models() == usual


def test_a_model_without_a_score_stands_last_either_way(visit: Visit, site: Path) -> None:
    visit.open(site / "index.html")
    head = visit.page.locator("th[data-key=temperature] button")
    for _ in range(2):
        head.click()
        last = visit.page.locator("tr.model td:nth-last-child(4)").all_inner_texts()
        assert len(last) == MODELS
        cells = visit.page.locator("tr.model").evaluate_all(
            "rows => rows.map((row) => row.cells[Array.from(row.parentNode.parentNode.tHead.rows[0].cells)"
            ".findIndex((head) => head.dataset.key === 'temperature')].innerText)"
        )
        assert cells[-2:] == ["–", "–"]


def test_the_ranks_are_those_of_the_column_that_is_sorted_by(visit: Visit, site: Path, board_runs: Path) -> None:
    visit.open(site / "index.html")
    visit.page.locator("th[data-key=own] button").click()
    standings = read_standings(board_runs, sort="own")
    ranks = visit.page.locator("table.sortable > tbody:first-of-type td.rank").all_inner_texts()
    assert ranks == [str(row.rank).replace("-", "–") if row.rank else "–" for row in standings.rows]
    assert visit.page.locator("th.rank .of").inner_text() == "own"
    visit.page.locator("th[data-key=date] button").click()
    assert visit.page.locator("th.rank .of").inner_text() == "own"


def test_every_word_of_a_search_must_be_in_the_name(visit: Visit, site: Path) -> None:
    visit.open(site / "index.html")
    visit.page.get_by_role("searchbox").fill("13B ED")
    assert sorted(visit.models()) == ["evolved-13b", "fused-13b", "sampled-13b"]
    assert visit.page.get_by_role("status").inner_text() == f"3 of {MODELS} models"
    visit.page.get_by_role("searchbox").fill("nobody")
    assert visit.models() == []


def test_a_filter_keeps_what_passes_and_says_what_is_wrong_with_it(visit: Visit, site: Path) -> None:
    visit.open(site / "index.html")
    box = visit.page.get_by_role("textbox", name="Filter")
    box.fill("size<13 and temperature==0")
    assert sorted(visit.models()) == ["base-3b", "mixed-7b"]
    assert box.get_attribute("aria-invalid") == "false"
    box.fill("sise<13")
    assert len(visit.models()) == MODELS
    assert box.get_attribute("aria-invalid") == "true"
    assert visit.page.get_by_role("alert").inner_text().startswith("Filter: no field “sise”; there are ")
    box.fill("size<13")
    assert visit.page.locator("#filter-trouble").text_content() == ""
    assert visit.trouble == []


def test_the_address_is_the_view(visit: Visit, site: Path, visit_with: Visits) -> None:
    visit.open(site / "index.html")
    visit.page.get_by_role("searchbox").fill("7b")
    visit.page.get_by_role("textbox", name="Filter").fill("own+>=20 and n==1")
    visit.page.get_by_text("Columns", exact=True).click()
    visit.page.get_by_role("checkbox", name="Date").uncheck()
    visit.page.keyboard.press("Escape")
    visit.page.locator("th[data-key=own] button").click()
    visit.page.locator("th[data-key=own] button").click()
    visit.page.locator("td.pick input:visible").first.check()
    seen, query = visit.models(), visit.query
    assert len(seen) == 3
    assert "sort=own" in query
    assert "order=ascending" in query

    def check(other: Visit) -> None:
        assert other.models() == seen
        assert other.page.get_by_role("searchbox").input_value() == "7b"
        assert other.page.get_by_role("textbox", name="Filter").input_value() == "own+>=20 and n==1"
        assert other.page.locator("th[data-key=own]").get_attribute("aria-sort") == "ascending"
        assert not other.page.locator("th[data-key=date]").is_visible()
        assert other.page.locator("td.pick input:checked").count() == 1
        assert other.query == query
        assert other.trouble == []

    visit.page.reload()
    check(visit)
    with visit_with() as other:
        other.open(site / "index.html", query)
        check(other)
        other.page.get_by_role("button", name="Reset").click()
        other.page.wait_for_url(lambda address: "sort" not in address)
        assert len(other.models()) == MODELS
        assert other.page.locator("th[data-key=date]").is_visible()


@pytest.mark.parametrize(
    "query", ["?sort=nothing&order=sideways", "?where=%28%28%28&q=%00&hide=,,x", "?pick=a,b,c", "?%%%"]
)
def test_an_address_of_nonsense_shows_the_board(query: str, visit: Visit, site: Path) -> None:
    visit.open(site / "index.html", query)
    assert visit.page.locator("tr.model").count() == MODELS
    assert visit.trouble == []


def test_two_models_are_picked_and_compared(visit: Visit, site: Path) -> None:
    visit.open(site / "index.html")
    visit.page.get_by_role("checkbox", name="Compare evolved-13b").check()
    bar = visit.page.get_by_role("region", name="Picked for comparison")
    assert bar.inner_text().startswith("evolved-13b: pick one more to compare")
    assert not bar.get_by_role("link").is_visible()
    visit.page.get_by_role("checkbox", name="Compare base-3b").check()
    assert visit.page.get_by_role("checkbox", name="Compare mixed-7b").is_disabled()
    visit.follow(bar.get_by_role("link", name="Compare"))
    assert visit.query == "?a=evolved-13b&b=base-3b"
    assert visit.page.locator("h1").inner_text() == "Compare two models"
    assert visit.page.locator("select[name=a] option:checked").inner_text() == "evolved-13b"
    assert "better on own+" in visit.page.locator(".verdict").inner_text()
    visit.follow(visit.page.locator("#result section a").first)
    assert visit.page.locator("article:visible").count() == 2
    assert visit.page.locator("p.only").inner_text().startswith("Only the programs of 2 models are shown.")
    visit.page.get_by_role("button", name="Show all").click()
    assert visit.page.locator("article:visible").count() == MODELS
    assert visit.query == ""
    assert visit.trouble == []
    assert visit.elsewhere(site.as_uri() + "/") == []


def test_what_is_picked_can_be_taken_back(visit: Visit, site: Path) -> None:
    visit.open(site / "index.html", "?pick=fused-13b,base-3b")
    bar = visit.page.get_by_role("region", name="Picked for comparison")
    assert bar.get_by_role("link").is_visible()
    bar.get_by_role("button", name="Clear").click()
    assert visit.page.locator(".picked").is_hidden()
    assert visit.page.locator("td.pick input:disabled").count() == 0
    assert visit.query == ""
    assert visit.page.evaluate("document.activeElement.value") == "fused-13b"


def test_the_column_of_a_comparison_stands_in_its_address(visit: Visit, site: Path) -> None:
    visit.open(site / "compare.html", "?a=fused-13b&b=base-3b")
    visit.page.get_by_role("radio", name="own", exact=True).check()
    assert visit.page.locator("h2").first.inner_text() == "Who solves what on own"
    assert visit.page.evaluate("document.activeElement.value") == "own"
    visit.page.reload()
    assert visit.page.get_by_role("radio", name="own", exact=True).is_checked()
    visit.page.get_by_role("button", name="Swap").click()
    assert visit.query == "?a=base-3b&b=fused-13b&column=own"
    visit.page.get_by_label("B", exact=True).select_option(label="mixed-7b")
    assert visit.query == "?a=base-3b&b=mixed-7b&column=own"
    assert visit.trouble == []


def test_tasks_and_answers_are_searched_and_filtered(visit: Visit, site: Path) -> None:
    visit.open(site / "tasks.html")
    visit.page.get_by_label("Benchmark").select_option("own+")
    assert visit.page.get_by_role("status").inner_text() == "40 of 67 tasks"
    visit.page.locator("th[data-key=solved] button").click()
    solved = [
        int(text.split()[0]) for text in visit.page.locator("tr:visible td.number:nth-child(3)").all_inner_texts()
    ]
    assert solved == sorted(solved, reverse=True)
    visit.page.reload()
    assert visit.page.get_by_role("status").inner_text() == "40 of 67 tasks"
    visit.open(site / "models" / "base-3b.html")
    visit.page.get_by_label("Status", exact=True).select_option("pass")
    words = set(visit.page.locator("table.answers tbody tr:visible .status").all_inner_texts())
    assert words == {"pass"}
    visit.page.get_by_label("Status", exact=True).select_option("fail")
    assert "f(" in visit.page.locator("table.answers tbody tr:visible .why").first.inner_text()


def test_the_pages_read_without_scripts(site: Path, visit_with: Visits) -> None:
    with visit_with(java_script_enabled=False) as visit:
        visit.open(site / "index.html")
        assert visit.page.locator("form.view").is_hidden()
        assert visit.page.locator("td.pick input").first.is_hidden()
        assert visit.page.locator("tr.model:visible").count() == MODELS
        visit.open(site / "compare.html")
        assert "needs JavaScript" in visit.page.locator("main").inner_text()
        visit.open(site / "tasks" / "own+" / "Own--0.html")
        assert visit.page.locator("article:visible").count() == MODELS


def test_a_private_benchmark_may_be_called_like_a_column(visit: Visit, tmp_path: Path) -> None:
    for place, model in enumerate(("one-7b", "two-7b", "three-7b")):
        keep_run(tmp_path / "runs", model, "date", place - 1.0)
        keep_run(tmp_path / "runs", model, "a,b c", 1.0 - place)
    visit.open(write_site(read_standings(tmp_path / "runs", sort="date"), tmp_path / "runs", tmp_path / "site"))
    heads = visit.page.locator("thead button").all_inner_texts()
    assert heads[:3] == ["Model", "date", "a,b c"]
    visit.page.get_by_role("button", name="a,b c").click()
    assert visit.models() == [row.model for row in read_standings(tmp_path / "runs", sort="a,b c").rows]
    visit.page.get_by_text("Columns", exact=True).click()
    visit.page.get_by_role("checkbox", name="a,b c").uncheck()
    visit.page.reload()
    assert visit.page.locator("thead button:visible").all_inner_texts() == [name for name in heads if name != "a,b c"]
    assert visit.trouble == []
