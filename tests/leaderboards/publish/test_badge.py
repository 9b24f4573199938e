"""The badge: well-formed whatever the names are, and honest about what it is over."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from harness.errors import InputError
from leaderboards.demo import demo_record, demo_run, demo_standings
from leaderboards.publish.badge import badges, only_badge
from leaderboards.store import standings_from
from tests.leaderboards.drawing import is_as_kept
from tests.leaderboards.publish.boards import HOSTILE, board_of_names

SVG = "{http://www.w3.org/2000/svg}"


def test_the_badge_looks_as_kept() -> None:
    assert is_as_kept("publish/badge.svg", badges(demo_standings())[0].svg)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_can_not_break_the_picture(name: str) -> None:
    badge = only_badge(board_of_names([name]))
    root = ElementTree.fromstring(badge.svg)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags == {"svg", "title", "clipPath", "rect", "g", "text"}
    assert "/" not in badge.name


def test_it_says_the_interval_and_n() -> None:
    badge = only_badge(board_of_names(["m"]))
    texts = [element.text for element in ElementTree.fromstring(badge.svg).iter(f"{SVG}text")]
    assert texts == ["humaneval+ pass@1", "79% (72–85), n = 1"]
    assert badge.markdown("b.svg") == "![humaneval+ pass@1: 79% (72–85), n = 1](b.svg)"


def test_the_text_fits_its_field() -> None:
    root = ElementTree.fromstring(only_badge(board_of_names(["m"])).svg)
    fields = [(float(rect.get("x", 0)), float(rect.get("width", 0))) for rect in root.findall(f"{SVG}g/{SVG}rect")]
    for (start, width), text in zip(fields, root.iter(f"{SVG}text"), strict=True):
        assert start < float(text.get("x", 0))
        assert float(text.get("x", 0)) + float(text.get("textLength", 0)) < start + width


def test_a_part_of_the_tasks_gets_none() -> None:
    names = [badge.name for badge in badges(demo_standings())]
    assert len(names) == len(set(names)) == 5
    assert not any("quick-look" in name for name in names)


def test_several_models_are_refused_with_a_way_out() -> None:
    with pytest.raises(InputError, match="this board has 5") as raised:
        only_badge(demo_standings())
    assert raised.value.hint == "--where 'model==fused-13b' for one, or --out FOLDER for a file each"
    quick = standings_from([demo_run(demo_record("quick", "humaneval+", 9, 8, tasks=10))])
    with pytest.raises(InputError, match="no model of this board"):
        only_badge(quick)
