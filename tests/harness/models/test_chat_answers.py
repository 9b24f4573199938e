"""The `chat` rule on answers in the styles of many models, and what EvalPlus's sanitizer makes of the same answers."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from harness.models import extract
from harness.models.extraction.syntax import parse
from harness.records import Extraction, Status, Task

TABLE: dict[str, Any] = tomllib.loads((Path(__file__).parent / "chat_answers.toml").read_text(encoding="utf-8"))
ANSWERS: list[dict[str, Any]] = TABLE["answer"]
TASKS = {
    name: Task(f"Table/{name}", row["prompt"], row["entry_point"], "", test=row.get("test", ""))
    for name, row in TABLE["task"].items()
}
GOOD = [answer for answer in ANSWERS if "status" not in answer and "is_broken" not in answer]


def extracted(answer: dict[str, Any], rule: str) -> Extraction:
    return extract(
        rule,
        answer["text"],
        TASKS[answer["task"]],
        finish_reason=answer.get("finish_reason"),
        kind=answer.get("kind", "raw"),
    )


def is_right(program: str, task: str) -> bool:
    """Whether a program of the table (ours, so it may run here) answers its task."""
    namespace: dict[str, Any] = {"__name__": "candidate"}
    try:
        exec(compile(program, "<table>", "exec", dont_inherit=True), namespace)
        function = namespace[TASKS[task].entry_point]
        return all(function(*arguments) == expected for arguments, expected in TABLE["task"][task]["calls"])
    except Exception:
        return False


def named(answers: list[dict[str, Any]]) -> Any:
    return pytest.mark.parametrize("answer", answers, ids=[answer["name"] for answer in answers])


def test_the_table_is_large_and_its_names_differ() -> None:
    assert len(GOOD) >= 60
    assert len({answer["name"] for answer in ANSWERS}) == len(ANSWERS)


@named(GOOD)
def test_chat_finds_the_program(answer: dict[str, Any]) -> None:
    extraction = extracted(answer, "chat")
    assert extraction.status is None
    assert is_right(extraction.program, answer["task"]), extraction.program


@named([answer for answer in ANSWERS if "status" in answer])
def test_chat_says_why_there_is_no_program(answer: dict[str, Any]) -> None:
    assert extracted(answer, "chat").status is Status(answer["status"])


@named([answer for answer in ANSWERS if "is_broken" in answer])
def test_chat_keeps_a_broken_program(answer: dict[str, Any]) -> None:
    extraction = extracted(answer, "chat")
    assert extraction.status is None
    assert parse(extraction.program) is None
    assert "a" in extraction.program
    assert "```" not in extraction.program


@named(GOOD)
def test_what_the_evalplus_sanitizer_loses(answer: dict[str, Any]) -> None:
    is_lost = not is_right(extracted(answer, "evalplus").program, answer["task"])
    assert is_lost == answer.get("lost_by_evalplus", False)


def test_the_test_s_helper_comes_from_the_prompt() -> None:
    answer = next(answer for answer in ANSWERS if answer["name"] == "helper of the prompt is only needed by the test")
    assert "def poly(" in extracted(answer, "chat").program


@pytest.mark.parametrize("answer", GOOD, ids=[answer["name"] for answer in GOOD])
def test_extracting_twice_changes_nothing(answer: dict[str, Any]) -> None:
    program = extracted(answer, "chat").program
    assert extract("chat", program, TASKS[answer["task"]], kind="solution").program == program
