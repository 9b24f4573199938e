"""Filters: what they mean, what they refuse, what they do where a row does not know."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import FusevalError, InputError
from leaderboards.demo import demo_record, demo_runs
from leaderboards.facts import FIELDS
from leaderboards.store import standings_from
from leaderboards.where import Fact, parse_where

FACTS: dict[str, Fact] = {
    "model": "StarCoder2-15b",
    "size": 15.0,
    "recipe": "if",
    "date": "2025-02-03",
    "temperature": None,
    "humaneval+": 71.95121951,
    "multipl-e:js": 40.0,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("size<15", False),
        ("size<=15 and recipe==if", True),
        ("size < 15 or recipe == 'if'", True),
        ("not (size<15 or recipe==evol)", True),
        ("not size<15 and not recipe==evol", True),
        ("humaneval+>=71.9", True),
        ("humaneval+>72", False),
        ("multipl-e:js==40", True),
        ("'multipl-e:js' != 40", False),
        ("model==starcoder2-15b", True),
        ("model==starcoder*", True),
        ("model!=*15b", False),
        ("date>=2025-02-01 AND date<2025-03-01", True),
        ("recipe==IF", True),
        ("size==1.5", False),
        ("temperature==0", None),
        ("temperature!=0", None),
        ("not temperature==0", None),
        ("temperature==0 or size==15", True),
        ("temperature==0 and size==15", None),
        ("temperature==0 and size<15", False),
        ("size<15 and recipe==if or recipe==if", True),
        ("recipe==if or recipe==if and size<15", True),
    ],
)
def test_what_filters_mean(text: str, expected: bool | None) -> None:
    assert parse_where(text, FACTS)(FACTS) is expected


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("sise<15", "no field 'sise'", "did you mean 'size'?"),
        ("size", "one of == != < <= > >= expected, not the end", "as in --where"),
        ("size=15", "'=' does not compare", "size==…"),
        ("size<", "a number or a word expected, not the end", ""),
        ("size<15 recipe==if", "'and' or 'or' expected, not 'recipe'", ""),
        ("(size<15", "')' expected, not the end", ""),
        ("size<15)", "'and' or 'or' expected, not ')'", ""),
        ("", "a name expected, not the end", ""),
        ("and size<15", "a name expected, not 'and'", ""),
        ("15>size", "no field '15'", ""),
        ("size<'15", "can not be read from", ""),
        ("size<15!", "can not be read from '!'", ""),
    ],
)
def test_what_filters_refuse(text: str, message: str, hint: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_where(text, FACTS)(FACTS)
    assert message in str(raised.value)
    assert hint in raised.value.hint


def test_a_number_is_not_compared_with_a_word() -> None:
    with pytest.raises(InputError, match="size is a number, 'big' is none"):
        parse_where("size==big", FACTS)(FACTS)


@settings(deadline=None)
@given(st.text(alphabet=" sizerecp<>=!()'\"and or not.0159*", max_size=30))
def test_nothing_but_an_input_error_comes_of_any_text(text: str) -> None:
    try:
        decided = parse_where(text, FACTS)(FACTS)
    except FusevalError:
        return
    assert decided in (True, False, None)


def test_rows_are_filtered_and_ranked_among_themselves() -> None:
    records = [
        replace(demo_record("if-7b", "humaneval+", 130, 121), metadata={"recipe": "if", "seed": 1.0}),
        replace(demo_record("evol-7b", "humaneval+", 100, 90), metadata={"recipe": "evol", "note": "x"}),
        replace(
            demo_record("if-34b", "humaneval+", 60, 50), metadata={"recipe": "if"}, generation={"temperature": 0.2}
        ),
        demo_record("nameless", "humaneval+", 60, 50),
    ]

    def kept(where: str) -> list[str]:
        return [row.model for row in standings_from(demo_runs(records), where=where).rows]

    assert kept("size<15 and recipe==if") == ["if-7b"]
    assert kept("humaneval+>=50") == ["if-7b", "evol-7b"]
    assert kept("seed==1") == ["if-7b"]
    assert kept("note==x") == ["evol-7b"]
    assert kept("temperature<1") == ["if-34b"]
    assert kept("n==1 and infra==0 and sandbox==namespaces and backend==replay and seconds>1") == [
        "if-7b",
        "evol-7b",
        "if-34b",
        "nameless",
    ]
    standings = standings_from(demo_runs(records), where="recipe==if")
    assert [str(row.rank) for row in standings.rows] == ["1", "2"]
    assert standings.remarks == ["2 of 4 rows pass recipe==if; ranks are among them"]


def test_every_row_can_be_asked_for_every_field() -> None:
    standings = standings_from(demo_runs([demo_record("m", "humaneval+", 100, 90)]))
    for name in FIELDS:
        assert len(standings_from(demo_runs([demo_record("m", "humaneval+", 100, 90)]), where=f"{name}!=-1").rows) <= 1
    assert len(standings.rows) == 1


@pytest.mark.parametrize("text", ["size<15 and and", "size<15 or or size<3", "and size<15", "not"])
def test_a_word_of_the_language_is_no_field(text: str) -> None:
    with pytest.raises(InputError, match="a name expected, not"):
        parse_where(text, ["size", "sandbox"])
