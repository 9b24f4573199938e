"""What the pages count themselves is what Python counts: tests, intervals, filters, the comparison of two models."""

from __future__ import annotations

import itertools
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from harness.errors import InputError
from leaderboards.comparison.comparison import compare
from leaderboards.comparison.runs import read_contenders
from leaderboards.comparison.words import p_text, points
from leaderboards.outcomes import on_common_tasks
from leaderboards.rows import clusters_of, weights_of
from leaderboards.site.contents import gather
from leaderboards.statistics import (
    all_pairs,
    mcnemar_mid_p,
    minimum_detectable_effect,
    newcombe_paired,
    paired_difference,
)
from leaderboards.store import read_standings
from leaderboards.where import parse_where
from tests.leaderboards.site.browsing import Visit

FACTS: dict[str, str | float] = {
    "size": 13.0,
    "recipe": "If",
    "humaneval+": 72.0 - 1e-9,
    "model": "star-Coder[15b]",
    "n": 1.0,
}
FILTERS = (
    "size<15",
    "size<=13 and recipe==if",
    "size < 13 or recipe == 'IF'",
    "not size>13",
    "not (size>13 or recipe!=if)",
    "humaneval+>=72",
    "humaneval+<72",
    "model==star*",
    "model!=*15b*",
    'model=="star-coder[15b]"',
    "model==star-coder[15*",
    "temperature==0",
    "temperature==0 or size==13",
    "temperature==0 and size==13",
    "not temperature==0",
    "recipe<zz",
    "size==.13e2",
    "size=13",
    "size<",
    "<15",
    "size<15 recipe==if",
    "(size<15",
    "size<15)",
    "length<15",
    "size<many",
    "size<15 and",
    "size ! 15",
    "and==or",
    '"size"<15',
    "size<15 AND NOT recipe==evol",
)


@pytest.fixture
def counting(visit: Visit, site: Path) -> Visit:
    """A visit to the page that holds the counting scripts."""
    visit.open(site / "compare.html")
    return visit


def test_mid_p_is_the_same(counting: Visit) -> None:
    pairs = [*itertools.product(range(40), repeat=2), (164, 0), (271, 271), (300, 242), (0, 542), (700, 500), (1200, 3)]
    given = counting.page.evaluate("pairs => pairs.map(([a, b]) => mcnemar.midP(a, b))", pairs)
    expected = [mcnemar_mid_p(*pair) for pair in pairs]
    assert len(given) == len(pairs)
    assert given == pytest.approx(expected, rel=1e-14, abs=0)


def test_the_paired_interval_is_the_same(counting: Visit) -> None:
    tables = [table for table in itertools.product((0, 1, 3, 17, 120), repeat=4) if sum(table)]
    given = counting.page.evaluate("tables => tables.map((table) => mcnemar.newcombe(...table))", tables)
    expected = [list(newcombe_paired(*table)) for table in tables]
    assert np.array(given) == pytest.approx(np.array(expected), rel=0, abs=1e-12)


def test_what_can_be_found_is_the_same(counting: Visit) -> None:
    for wins, losses, tasks in ((3, 5, 40), (0, 0, 164), (20, 9, 164), (90, 30, 378), (1, 0, 4), (2, 1, 5)):
        passed = np.zeros((2, tasks), dtype=np.int64)
        passed[0, :wins] = passed[1, wins : wins + losses] = 1
        variance = float(all_pairs(np.ones_like(passed), passed).variance[0, 1])
        effect = max(minimum_detectable_effect(variance, tasks), 5 / tasks)
        given = counting.page.evaluate("numbers => mcnemar.detectable(...numbers)", [wins, losses, tasks])
        assert given == (pytest.approx(effect, abs=1e-12) if effect <= 1 else None)


def test_filters_mean_the_same(visit: Visit, site: Path) -> None:
    names = [*FACTS, "temperature"]
    visit.open(site / "index.html")
    given = visit.page.evaluate(
        "([texts, names, facts]) => texts.map((text) => {"
        "try { return where.parse(text, names)(facts); } catch { return 'error'; } })",
        [FILTERS, names, FACTS],
    )
    expected: list[object] = []
    for text in FILTERS:
        try:
            expected.append(parse_where(text, names)(FACTS))
        except InputError:
            expected.append("error")
    assert dict(zip(FILTERS, given, strict=True)) == dict(zip(FILTERS, expected, strict=True))
    assert {True, False, None, "error"} == set(expected)


def test_numbers_read_the_same(counting: Visit, site: Path) -> None:
    source = (site / "assets" / "compare.js").read_text(encoding="utf-8")
    words = {
        name: re.search(rf"function {name}\(\w+\) {{.*?\n  }}\n", source, re.DOTALL) for name in ("points", "pText")
    }
    assert all(words.values())
    values = [0.0, 1e-9, -1e-9, 0.0666, -0.2, 0.00049, -0.00051, 1.0, -1.0, 0.12345]
    script = f"values => {{ {words['points'][0]} return values.map(points); }}"  # type: ignore[index]
    assert counting.page.evaluate(script, values) == [points(value).replace("-", "−") for value in values]
    p_values = [0.00004, 0.0009999, 0.001, 0.0163, 0.0496, 0.0504, 0.0506, 0.0999, 0.1, 0.52, 1.0]
    script = f"values => {{ {words['pText'][0]} return values.map(pText); }}"  # type: ignore[index]
    assert counting.page.evaluate(script, p_values) == [p_text(value) for value in p_values]


def shown_line(visit: Visit, column: str) -> list[str]:
    row = visit.page.locator("#result tbody tr", has=visit.page.get_by_text(column, exact=True))
    return [text.strip() for text in row.locator("th, td").all_inner_texts()]


@pytest.mark.parametrize("pair", [("fused-13b", "evolved-13b"), ("base-3b", "mixed-7b"), ("mixed-7b", "mixed-7b")])
def test_two_models_of_one_sample_are_compared_as_the_command_does(
    pair: tuple[str, str], visit: Visit, site: Path, board_runs: Path
) -> None:
    visit.open(site / "compare.html", f"?a={pair[0]}&b={pair[1]}")
    if pair[0] == pair[1]:
        assert visit.page.locator("#result").inner_text().startswith("A and B are the same model")
        return
    for column in compare(read_contenders(pair, board_runs, benchmarks=["own+"])).columns:
        result = column.pairs[0].result
        cells = shown_line(visit, column.column)
        ends = f"{points(result.low)} to {points(result.high)}"
        expected = [column.column, *(f"{100 * score:.1f}" for score in column.scores), points(result.difference), ends]
        expected += [p_text(result.p_value), str(result.wins), str(result.losses), str(result.ties), result.test]
        assert cells == [text.replace("-", "−") if "p McN" not in text else text for text in expected]
        visit.page.get_by_role("radio", name=column.column, exact=True).check()
        for letter, tasks in (("A", column.only(0, 1)), ("B", column.only(1, 0))):
            section = visit.page.locator("#result section", has_text=f"Only {letter} solves: {len(tasks)}")
            assert section.locator("li").all_inner_texts() == list(tasks)
    assert visit.trouble == []


def test_two_models_of_several_samples_get_the_t_test_that_python_makes(
    visit: Visit, site: Path, board_runs: Path
) -> None:
    contents = gather(read_standings(board_runs), board_runs)
    models = {model.name: model for model in contents.models}
    for label in ("own+", "own", "multipl-e:js", "multipl-e"):
        column = next(column for column in contents.columns if column.label == label)
        pair = ("sampled-13b", "sampled-7b") if label.startswith("own") else ("fused-13b", "evolved-13b")
        one, other = (models[name].outcomes[column] for name in pair)
        tasks, samples, passed = on_common_tasks([one, other])
        visit.open(site / "compare.html", f"?a={pair[0]}&b={pair[1]}")
        cells = shown_line(visit, label)
        if label == "multipl-e":
            found = all_pairs(samples, passed, clusters=clusters_of(tasks), weights=weights_of(tasks))
            difference, p_value, test = (
                float(found.differences[0, 1]),
                float(found.p_values[0, 1]),
                "clustered paired t",
            )
        else:
            rates = passed / samples
            result = paired_difference(rates[0], rates[1], is_binary=bool((samples == 1).all()))
            difference, p_value, test = result.difference, result.p_value, result.test
            assert cells[4] == f"{points(result.low)} to {points(result.high)}".replace("-", "−")
        assert (cells[0], cells[9]) == (label, test)
        assert cells[3] == points(difference).replace("-", "−")
        assert cells[5] == p_text(p_value)
        # The other way round everything is mirrored.
        visit.page.get_by_role("button", name="Swap").click()
        assert shown_line(visit, label)[3] == points(-difference).replace("-", "−")
        assert shown_line(visit, label)[5] == p_text(p_value)
        assert shown_line(visit, label)[1:3] == cells[2:0:-1]
        low, high = (-float(end.replace("−", "-")) + 0.0 for end in cells[4].split(" to "))
        ends = [float(end.replace("−", "-")) for end in shown_line(visit, label)[4].split(" to ")]
        assert ends == [high, low]


def test_runs_that_can_not_be_paired_are_not_compared(visit: Visit, site: Path) -> None:
    visit.open(site / "compare.html", "?a=fused-13b&b=sampled-7b")
    assert "they differ in n: 1 (A), 3 (B)" in visit.page.locator(".verdict").inner_text()
    assert "not compared: they differ in n: 1 (A), 3 (B)" in visit.page.locator("#result table").inner_text()
    visit.open(site / "compare.html", "?a=fused-13b&b=chatty-7b")
    assert "prompt style: unknown (A), chat (B)" in visit.page.locator(".verdict").inner_text()
    # A self-check is asked nothing, so that nothing keeps it from being compared.
    visit.open(site / "compare.html", "?a=fused-13b&b=self-check-reference-" + stem_end(site))
    assert visit.page.locator("#result table").count() == 1
    assert "not compared" not in visit.page.locator("#result table").inner_text()


def stem_end(site: Path) -> str:
    return next(path.stem.rpartition("-")[2] for path in (site / "models").glob("self-check-reference*"))


def test_pairs_beyond_the_first_models_have_no_t_test(
    visit: Visit, board_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leaderboards.site import write_site

    monkeypatch.setattr("leaderboards.site.comparison_data.MOST_TESTED", 1)
    out = write_site(read_standings(board_runs), board_runs, tmp_path / "site").parent
    visit.open(out / "compare.html", "?a=sampled-13b&b=sampled-7b")
    assert "fuseval compare gives it" in visit.page.locator(".verdict").inner_text()
    assert shown_line(visit, "own+")[5] == "–"
    assert float(shown_line(visit, "own+")[3]) != 0
    assert visit.trouble == []


def test_the_data_of_the_comparison_is_small(site: Path) -> None:
    text = (site / "compare.html").read_text(encoding="utf-8")
    found = re.search(r'id="comparison">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    own = next(column for column in data["columns"] if column["label"] == "own+")
    signs = own["runs"][str([model["stem"] for model in data["models"]].index("fused-13b"))]["passed"]
    assert re.fullmatch(r"[01]{40}", signs)
    assert not math.isnan(len(own["pairs"]))
