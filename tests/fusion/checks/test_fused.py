"""Fused instructions, good ones and planted bad ones, and what is said of each."""

from __future__ import annotations

import pytest

from fusion.checks import CheckSettings, answer_fault, fused_fault, instruction_text
from fusion.seeds import Seed

SORT = Seed("a", "Write a Python function that sorts a list of dates from the newest to the oldest.", language="python")
VOWELS = Seed("b", "Create a Python program which counts the vowels of every line in a text file.", language="python")
SQL = Seed("c", "Write an SQL query that selects employees who earn more than the average salary.", language="sql")
PARENTS = (SORT, VOWELS)

GOOD = [
    "Write a Python function that reads a text file whose lines begin with dates, and sorts the lines from the newest "
    "to the oldest date, those of the same date by their number of vowels.",
    "Create a program that counts the vowels per line of a diary file and lists the counts sorted by the dates of the "
    "entries.",
    "Given a log file, sort its dates from newest to oldest. For every date, report how many vowels the lines of that "
    "date hold.",
]
BAD = {
    "invalid": "INVALID PROMPT",
    "empty": "",
    "refusal": "I'm sorry, but I can not bring these together.",
    "template_leak": "Write a Python function that sorts dates and counts vowels, as both programming tasks say.",
    "too_short": "Sort vowels.",
    "copied_parent": "Write a Python function that sorts a list of dates from the newest to the oldest.",
    "dropped_parent": "Write a Python function that sorts a list of dates from the oldest to the newest, with a flag "
    "that turns the order round.",
    "glued": "Write a Python function that sorts a list of dates from the newest to the oldest. Also, write a program "
    "that counts the vowels of each line in a text file.",
    "bloated": "Write a function that sorts dates by the vowels of their lines. "
    + "It must also log every step. " * 12,
    "language": "Write a Rust program that sorts the dates of a text file by the vowels of their lines.",
}


@pytest.mark.parametrize("text", GOOD)
def test_a_good_fusion_has_no_fault(text: str) -> None:
    assert fused_fault(text, "stop", PARENTS) == ""


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_fusion_is_told_by_its_fault(fault: str) -> None:
    assert fused_fault(BAD[fault], "stop", PARENTS) == fault


@pytest.mark.parametrize(
    "text",
    [
        "Count the vowels in lines that are sorted by date.\n\n#Solution\n```python\nprint(1)\n```",
        "Count the vowels in lines that are sorted by date.\n\n**Example solution**\nCount them one by one.",
        "To sort the dates, count their vowels. Here's the corrected version:\n```python\nprint(1)\n```",
        "```python\n# sorts the dates of a text file by the vowels of their lines\nprint(1)\n```",
        "```python\n# sorts the dates of a text file by the vowels of their lines\nprint(1)",
    ],
)
def test_a_task_that_brings_its_solution_is_none(text: str) -> None:
    assert fused_fault(text, "stop", PARENTS) == "solved"


def test_a_solution_that_a_parent_speaks_of_is_part_of_the_task() -> None:
    parent = Seed("d", "# Solution\nExplain how the given program counts vowels, and make it faster.")
    text = "# Solution\nExplain how the given program sorts dates by their vowels, and make it faster."
    assert fused_fault(text, "stop", (SORT, parent)) == ""


def test_numbered_tasks_side_by_side_are_glued() -> None:
    text = "Task 1: Sort the dates from newest to oldest.\nTask 2: Count the vowels of each line of the file."
    assert fused_fault(text, "stop", PARENTS) == "glued"


@pytest.mark.parametrize("joint", [" and then implement ", ". Additionally, fix ", " and ", ". How would you make "])
def test_two_tasks_in_one_breath_are_glued(joint: str) -> None:
    text = f"Write a function that sorts a list of dates{joint}a program that counts the vowels of each line."
    assert fused_fault(text, "stop", PARENTS) == "glued"


def test_a_second_step_that_is_about_both_is_no_glue() -> None:
    text = "Write a class that keeps dates sorted from the newest, and create a method that counts vowels by date."
    assert fused_fault(text, "stop", PARENTS) == ""


def test_a_reply_that_was_cut_is_no_instruction() -> None:
    assert fused_fault(GOOD[0], "length", PARENTS) == "truncated"


def test_either_parents_language_is_right() -> None:
    text = "Write an SQL query that counts the vowels in the names of employees who earn more than the average salary."
    assert fused_fault(text, "stop", (VOWELS, SQL)) == ""


def test_both_languages_of_two_parents_are_one_too_many() -> None:
    other = Seed("d", "Create a Java program which counts the vowels of every line.", language="java")
    text = "Write a Python function that sorts lines by date and has their vowels counted in Java."
    assert fused_fault(text, "stop", (SORT, other)) == "language"
    assert fused_fault(text.replace(" in Java", ""), "stop", (SORT, other)) == ""
    query = "Write a Python function that makes an SQL query for employees, sorted by the dates of their salary."
    assert fused_fault(query, "stop", (SORT, SQL)) == ""


def test_the_papers_checks_are_the_marker_alone() -> None:
    paper = CheckSettings("paper")
    assert fused_fault("Invalid prompt.", "stop", PARENTS, paper) == "invalid"
    for fault in ("glued", "dropped_parent", "bloated", "language", "copied_parent"):
        assert fused_fault(BAD[fault], "stop", PARENTS, paper) == ""


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("Sort a list.", "Sort a list."),
        ("#New#\nSort a list.", "Sort a list."),
        ("**New Programming Task:**\n\nSort a list.", "Sort a list."),
        ("New programming task: Sort a list.", "Sort a list."),
        ("```\nSort a list.\n```", "Sort a list."),
        ('"Sort a list."', "Sort a list."),
        ("<think>hm</think>\nSort a list.", "Sort a list."),
        ("Sure, here is the new task:\n\nSort a list.", "Sort a list."),
        ("Certainly!\n\n#New#\nSort a list.\n\n#First#\nSort.\n\n#Second#\nA list.", "Sort a list."),
        ("Sort a list.\n\n#Solution#\n```python\nsorted(x)\n```", "Sort a list."),
        ("Sort a list.\n\n#New#", "Sort a list."),
        ("#First#", "#First#"),
        ("Here are numbers:\nSort 1 2 3.", "Here are numbers:\nSort 1 2 3."),
        ("Here is a list, sort it: 1 2 3", "Here is a list, sort it: 1 2 3"),
        ("Sort a list:\n```python\nx = [1]\n```", "Sort a list:\n```python\nx = [1]\n```"),
    ],
)
def test_the_instruction_is_taken_out_of_what_surrounds_it(reply: str, text: str) -> None:
    assert instruction_text(reply) == text


@pytest.mark.parametrize(
    ("text", "reason", "tokens", "fault"),
    [
        ("", "stop", 0, "answer_empty"),
        ("```python\nprint(1)\n```", "length", 10, "answer_truncated"),
        ("I'm sorry, I can't help with that.", "stop", 10, "answer_refusal"),
        ("x = 1 " * 2000, "stop", 3000, "answer_too_long"),
        ("```python\nprint('sorry')\n```", "stop", 10, ""),
    ],
)
def test_answers_that_can_not_be_trained_on(text: str, reason: str, tokens: int, fault: str) -> None:
    assert answer_fault(text, reason, tokens) == fault


@pytest.mark.parametrize(
    ("named", "labels", "fault"),
    [
        (["c"], ["python"], "answer_language"),
        (["bash"], ["python"], "answer_language"),
        (["javascript"], ["rust", "bash"], "answer_language"),
        (["javascript"], ["python", "js"], ""),
        (["javascript"], ["typescript"], ""),
        (["python"], ["bash"], ""),
        (["python"], ["text"], ""),
        (["c"], ["c++"], ""),
        (["bash"], ["sh"], ""),
        (["sql", "python"], ["python"], ""),
        ([], ["python"], ""),
    ],
)
def test_an_answer_in_another_language_is_none(named: list[str], labels: list[str], fault: str) -> None:
    text = "".join(f"```{label}\nx = 1\n```\n" for label in labels)
    assert answer_fault(text, "stop", 10, named) == fault
