"""Family trees: fused rows and evolved ones of several rounds, what is missing, what is hostile, what is misspelt."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from fusion.dataset import Row
from fusion.inspection import Subject, read_subject
from fusion.inspection.lineage import Ancestor, lineage_of
from fusion.inspection.lineage_view import LineageView
from fusion.seeds import Seed
from harness.errors import InputError
from tests.fusion.made_up_dataset import keep_dataset


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return read_subject(str(keep_dataset(tmp_path_factory.mktemp("made") / "made")))


def drawn(found: Ancestor, subject: Subject, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None, markup=False, highlight=False, emoji=False)
    console.print(LineageView(found, subject.record.settings if subject.record else None))
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_a_fused_row_with_its_seeds_calls_and_checks(subject: Subject) -> None:
    found = lineage_of(subject, "03")
    assert [parent.member.id for parent in found.parents] == ["5eed000000000003", "5eed000000000004"]
    assert [(call.kind, call.completion_tokens) for call in found.calls] == [("fuse", 20), ("answer", 39), ("judge", 1)]
    text = drawn(found, subject)
    for words in (
        "fuse merge, pairing random, python, teacher model",
        "tests  pass, 100 % of the answers drawn",
        "difficulty  4 of 10, as judged",
        "passed  checks all; no duplicate; nothing of humaneval+",
        "template  merge 0123456789abcdef",
        "fuse  100 + 20 tokens, $0.000300, stop, fuse3",
        "seed 5eed000000000004",
        "Seed 4: sort a list of 4 words.",
        "return sorted(words)",
    ):
        assert words in text, words


def test_what_strangers_wrote_is_text(subject: Subject) -> None:
    text = drawn(lineage_of(subject, "00"), subject, 200)
    assert "\x1b" not in text
    assert "\\x1b[2J\\u202e {{ 7*7 }} [bold]x[/bold]" in text


@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_tree_fits(subject: Subject, width: int) -> None:
    assert max(map(len, drawn(lineage_of(subject, "0b"), subject, width).splitlines())) <= width


def test_an_evolved_row_goes_back_round_by_round() -> None:
    rows = (
        Row("r1", "Harder.", "", "", "evolve", ("s",), 0, round=1, operator="steps"),
        Row("r2", "Harder still.", "", "", "evolve", ("r1",), 0, round=2, operator="complexity"),
    )
    subject = Subject("x", rows, seeds={"s": Seed("s", "Easy.")})
    found = lineage_of(subject, "r2")
    (parent,) = found.parents
    (grandparent,) = parent.parents
    assert (parent.member.id, grandparent.member.instruction) == ("r1", "Easy.")
    assert "evolve complexity, round 2" in drawn(found, subject)


def test_a_row_that_descends_from_itself_ends() -> None:
    rows = (Row("a", "A.", "", "", "evolve", ("b",), 0), Row("b", "B.", "", "", "evolve", ("a",), 1))
    found = lineage_of(Subject("x", rows), "a")
    assert [parent.member.id for parent in found.parents] == ["b"]
    assert found.parents[0].parents == ()


def test_a_parent_that_is_nowhere_is_named() -> None:
    subject = Subject("x", (Row("a", "A.", "", "", "fuse", ("gone",), 0),))
    assert "parent gone  in no file of this data set" in drawn(lineage_of(subject, "a"), subject)


def test_a_misspelt_id_names_the_nearest(subject: Subject) -> None:
    with pytest.raises(InputError) as error:
        lineage_of(subject, "0bax")
    assert error.value.hint == "did you mean 0bababab?"


def test_a_beginning_of_several_lists_them(subject: Subject) -> None:
    with pytest.raises(InputError, match=r"12 rows have an id that begins with '0': 00abab.* and 7 more"):
        lineage_of(subject, "0")


def test_a_damaged_journal_is_told(tmp_path: Path) -> None:
    folder = keep_dataset(tmp_path / "made")
    with (folder / "calls.jsonl").open("a") as file:
        file.write("{\n")
    with pytest.raises(InputError, match="damaged"):
        lineage_of(read_subject(str(folder)), "03")
