"""Evolved instructions: the real ones pass, planted bad ones are eliminated, each for its reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fusion.checks import evolved_fault
from fusion.checks.evolved import is_equal
from fusion.prompts import Prompts, domain
from fusion.prompts.templates import HEURISTIC_NAMES, HEURISTICS

PARENT = "Write a function that reverses the words of a sentence."
BAD = {
    "empty": "",
    "refusal": "Sorry, I can not make this harder.",
    "stop_words": "And so it is, ...",
    "template_leak": "#Given# Write a function that reverses the words of a sentence and keeps commas.",
    "same_text": "Write a function that reverses the words of a sentence",
    "too_short": "Reverse words quickly.",
    "not_ascii": "\u2192 Write a function that reverses the words of a sentence and keeps its commas.",
    "too_long": "Write a function that reverses sentences. " * 120,
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_evolution_is_dropped_for_its_fault(fault: str) -> None:
    assert evolved_fault(BAD[fault], "stop", PARENT) == fault


def test_what_was_cut_is_dropped() -> None:
    assert evolved_fault("Write a function that reverses words and", "length", PARENT) == "truncated"


def test_sorry_in_a_long_text_is_no_refusal() -> None:
    text = "Write a function that answers every letter with a text that begins with the word sorry. " * 8
    assert evolved_fault(text, "stop", PARENT) == ""


@pytest.mark.parametrize(
    ("reply", "equal"), [("Equal", True), ("equal.", True), ("Not Equal", False), ("Different", False), ("", False)]
)
def test_no_information_gain_is_what_the_teacher_calls_equal(reply: str, equal: bool) -> None:
    assert is_equal(reply) is equal


def test_real_evolutions_are_kept(fuseval_data: Path) -> None:
    rows = [json.loads(line) for line in (fuseval_data / "seeds" / "evolved-sample.jsonl").read_text().splitlines()]
    assert len(rows) == 15
    faults = {
        row["evolved"][:60]: fault for row in rows if (fault := evolved_fault(row["evolved"], "stop", row["parent"]))
    }
    assert faults == {}


@pytest.mark.parametrize("number", range(5))
def test_each_heuristic_reaches_the_teacher(number: int) -> None:
    (message,) = Prompts(domain("code")).evolve(number, PARENT)
    assert HEURISTICS[number] in message.content
    assert PARENT in message.content
    assert len(HEURISTIC_NAMES) == len(HEURISTICS) == 5
