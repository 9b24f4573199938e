"""How a comparison looks, kept as text at three widths with and without colour, and what it says in words."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from harness.records import ModelInfo, Status, Verdict
from leaderboards.comparison.comparison import compare
from leaderboards.comparison.demo import demo_findings
from leaderboards.comparison.findings import Findings
from leaderboards.comparison.plain import to_plain_comparison
from leaderboards.comparison.programs import Program, TaskPrograms
from leaderboards.comparison.view import Comparison
from tests.leaderboards.drawing import drawn, is_as_kept
from tests.leaderboards.made_up_contenders import contender, outcomes

WIDTHS = [80, 120, 200]


def words(findings: Findings, width: int = 200) -> str:
    """The view's text with all white space the same."""
    return " ".join(drawn(Comparison(findings), width).split())


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("contenders", [2, 4])
def test_the_demo_looks_as_kept(contenders: int, width: int, colour: bool) -> None:
    name = f"compare-{contenders}-{width}{'-colour' if colour else ''}.txt"
    assert is_as_kept(name, drawn(Comparison(demo_findings(contenders)), width, colour=colour))


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
@pytest.mark.parametrize(("contenders", "samples"), [(2, 1), (2, 10), (4, 1), (4, 10)])
def test_no_line_is_wider_than_the_terminal(contenders: int, samples: int, width: int) -> None:
    text = drawn(Comparison(demo_findings(contenders, samples=samples)), width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text.partition("\n\n")[2] or contenders == 4  # no number is ever cut


def test_thirty_contenders_are_drawn_in_blocks() -> None:
    runs = [contender(f"{number:02d}", outcomes("own", [1] * number + [0] * 30)) for number in range(30)]
    runs = [
        replace(one, outcomes=(outcomes("own", [1] * place + [0] * (30 - place)),)) for place, one in enumerate(runs)
    ]
    lines = drawn(Comparison(compare(runs)), 80).splitlines()
    assert max(map(len, lines)) <= 80
    # Each pair stands in the matrix once a side: 30 x 30 cells, of which 30 are of nobody with itself.
    rows = [line.split() for line in lines if line[:2].isdecimal() and "model" in line and "own" not in line]
    assert sum(len(row) - 3 for row in rows) == 900


def test_a_win_is_said_with_its_interval_and_test() -> None:
    found = compare([contender("A", outcomes("own", [1] * 9 + [0])), contender("B", outcomes("own", [0] * 9 + [0]))])
    assert "A is better on own: by 90.0 points, 95 % interval +" in words(found)
    assert "(mid-p McNemar, p = 0.002)." in words(found)
    swapped = compare([replace(found.contenders[1], letter="A"), replace(found.contenders[0], letter="B")])
    assert "B is better on own: by 90.0 points, 95 % interval +" in words(swapped)


def test_a_gap_that_may_be_chance_is_not_called_one() -> None:
    text = words(
        compare([contender("A", outcomes("own", [1, 1, 1, 1])), contender("B", outcomes("own", [1, 1, 1, 0]))])
    )
    assert "Not distinguishable on own: A is 25.0 points ahead (mid-p McNemar, p = 0.50)." in text
    assert "is better" not in text


def test_what_gap_would_be_needed_is_said() -> None:
    same = [contender(letter, outcomes("own", [1] * 100)) for letter in "AB"]
    text = words(compare(same))
    assert "both score the same (mid-p McNemar, p = 1.00). A gap of at least 5.0 points would be needed" in text
    few = [contender(letter, outcomes("own", [1] * 4)) for letter in "AB"]
    assert "These tasks can not say which gap would be needed." in words(compare(few))


def test_a_check_that_disagrees_is_said() -> None:
    """Few clusters with alike differences: t is sure, the signs can not be."""
    a, b = contender("A", outcomes("own", [10, 9, 10, 10], 10)), contender("B", outcomes("own", [4, 4, 5, 4], 10))
    text = words(compare([a, b]))
    assert "sign-flip check, p = 0.12" in text
    assert "The sign-flip check does not confirm it: take it as open." in text


def test_the_same_run_twice_is_said() -> None:
    one = contender("A", outcomes("own", [1, 0]))
    text = words(compare([one, replace(one, letter="B")]))
    assert "A and B are the same run: there is nothing to compare." in text
    assert "distinguishable" not in text


def test_unpaired_is_loud() -> None:
    runs = [
        contender("A", outcomes("own", [1, 0] * 9)),
        contender("B", outcomes("own", [1, 0] * 9), prompt_style="chat"),
    ]
    text = words(compare(runs, is_paired=False))
    assert "UNPAIRED: the runs are compared as if of different tasks" in text
    assert "they differ in prompt style: unknown (A), chat (B)" in text
    assert "two-sample z (Newcombe)" in text
    assert "Only A solves" not in text


def test_nothing_is_coloured_that_may_be_chance() -> None:
    close = demo_findings(2)
    assert "\x1b[32m" in drawn(Comparison(close), 80, colour=True)
    same = compare([contender(letter, outcomes("own", [1, 0])) for letter in "ABC"])
    text = drawn(Comparison(same), 80, colour=True)
    assert "\x1b[32m" not in text
    assert "\x1b[31m" not in text
    assert "No two are distinguishable on own." in text


def test_plain_encodings_and_hostile_names() -> None:
    model = ModelInfo("evil\x1b[2J[red]" + "x" * 80, is_self_check=True)
    found = demo_findings(4)
    first = found.contenders[0]
    hostile = replace(first, records=(replace(first.records[0], model=model),))
    text = drawn(Comparison(replace(found, contenders=(hostile, *found.contenders[1:]))), 80, encoding="ascii")
    assert text.isascii()
    assert "\x1b" not in text
    assert "[red]" in text
    assert "(self-check)" in text


def test_a_notebook_shows_it() -> None:
    bundle = Comparison(demo_findings())._repr_mimebundle_([], [])
    assert "A is better on humaneval+" in bundle["text/plain"]
    assert "<pre" in bundle["text/html"]


def test_the_json_says_it_all() -> None:
    plain = json.loads(json.dumps(to_plain_comparison(demo_findings(3)), allow_nan=False))
    column = plain["columns"][0]
    assert [(pair["a"], pair["b"]) for pair in column["pairs"]] == [("A", "B"), ("A", "C"), ("B", "C")]
    pair = column["pairs"][0]
    assert len(pair["only_a"]) == pair["wins"]
    assert len(pair["only_b"]) == pair["losses"]
    assert pair["difference"] == pytest.approx(column["scores"]["A"] - column["scores"]["B"])
    assert pair["adjusted_p"] >= pair["p_value"]
    assert column["cochran_p"] < 0.05


def programs() -> list[Program]:
    failing = Verdict(
        "HumanEval/9",
        0,
        Status.FAIL,
        "def rolling_max(numbers):\n    return numbers\n",
        base_status=Status.PASS,
        plus_status=Status.FAIL,
        failing_input="([3, 1],)",
        expected="[3, 3]",
        got="[3, 1]",
        error="first\x1b[2J\nsecond",
    )
    passing = Verdict("HumanEval/9", 2, Status.PASS, "def rolling_max(numbers):\n    return sorted(numbers)\n")
    return [
        Program("A", "fused-13b", "0a1b", failing, 1, 0, False),
        Program("B", "evolved-13b", "2c3d", passing, 10, 10, True),
    ]


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_programs_look_as_kept(width: int, colour: bool) -> None:
    name = f"compare-task-{width}{'-colour' if colour else ''}.txt"
    assert is_as_kept(name, drawn(TaskPrograms(programs()), width, colour=colour))


def test_programs_stand_side_by_side_where_there_is_room() -> None:
    assert any(
        "return numbers" in line and "return sorted" in line
        for line in drawn(TaskPrograms(programs()), 120).splitlines()
    )
    text = drawn(TaskPrograms(programs()), 119)
    assert text.index("return numbers") < text.index("evolved-13b") < text.index("return sorted")
    assert "fail (plus only)" in text
    assert "10 of 10 samples pass; sample 2" in text
    assert "\x1b" not in text
