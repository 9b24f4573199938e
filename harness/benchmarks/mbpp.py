"""MBPP (Austin et al. 2021, arXiv 2108.07732), its test split, and MBPP+ (Liu et al. 2023, arXiv 2305.01210)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from harness.benchmarks.evalplus_rows import task_of
from harness.benchmarks.mbpp_inputs import decode_inputs
from harness.benchmarks.python_source import tested_function
from harness.records import Task

FIRST_TEST_ID, LAST_TEST_ID = 11, 510
"""The test split of the 974 tasks; 1 to 10 are the few-shot prompts, 511 and up are for tuning."""

_DEVELOPMENT = (range(511, 554), range(645, 720), range(810, 975))
"""The validation and train splits without 554 to 644 and 720 to 809, where tasks of MBPP+ lie."""

RETIRED_FROM_PLUS = frozenset(
    f"Mbpp/{number}"
    for number in (
        83,
        115,
        117,
        143,
        164,
        229,
        249,
        295,
        396,
        400,
        407,
        431,
        438,
        442,
        461,
        574,
        582,
        595,
        640,
        746,
        783,
    )
)
"""Tasks of MBPP+ v0.1.0 that v0.2.0 dropped as broken; sample files of before still hold them."""


def read_plus(rows: Iterable[Mapping[str, Any]]) -> list[Task]:
    """Read an MbppPlus file: MBPP's inputs as calls, and EvalPlus's added ones, with their tuples and sets restored.

    Args:
        rows: The decoded rows.

    Raises:
        KeyError: A field is missing.
        TypeError: An input has not the form that its task has.
        ValueError: A task id has no number, or an input that stands for a number is none.

    Example:
        >>> row = dict(task_id="Mbpp/2", prompt="", entry_point="f", canonical_solution="", base_input=[[[3], [5]]],
        ...            plus_input=[], atol=0)
        >>> read_plus([row])[0].base_input
        [[(3,), (5,)]]
    """
    return [
        replace(
            task_of(row, "mbpp"),
            base_input=decode_inputs(row["task_id"], row["base_input"]),
            plus_input=decode_inputs(row["task_id"], row["plus_input"]),
        )
        for row in rows
    ]


def read_test_split(rows: Iterable[Mapping[str, Any]]) -> list[Task]:
    r"""Read the 974 tasks as Google published them, and keep the 500 of the test split.

    The prompt is the text and all the asserts in a docstring, EvalPlus's form of the original prompt without examples.

    Args:
        rows: The decoded rows: text, code, task_id (a number), test_setup_code, test_list.

    Raises:
        KeyError: A field is missing.
        SyntaxError: The code or its first test is no Python.

    Example:
        >>> row = dict(task_id=11, text="Give one.", code="def one():\r\n  return 1", test_setup_code="",
        ...            test_list=["assert one() == 1", "assert one() < 2"])
        >>> task = read_test_split([row])[0]
        >>> task.task_id, task.entry_point, task.canonical_solution
        ('Mbpp/11', 'one', 'def one():\n  return 1\n')
    """
    return [_test_task(row) for row in rows if FIRST_TEST_ID <= row["task_id"] <= LAST_TEST_ID]


def read_development_split(rows: Iterable[Mapping[str, Any]]) -> list[Task]:
    """Read the 974 tasks, and keep those of the validation and train splits that no benchmark asks.

    EvalPlus took tasks of MBPP+ out of all splits, so the two stretches of ids that hold them are left out whole. What
    remains is for choosing among checkpoints while they are trained, never for a score that is published.

    Args:
        rows: As for `read_test_split`.

    Raises:
        KeyError: A field is missing.
        SyntaxError: The code or its first test is no Python.
    """
    return [_test_task(row) for row in rows if _is_development(row["task_id"])]


def knows_plus(task_id: str) -> bool:
    """Tell whether a task id may be one of MBPP+'s, without reading its data.

    Args:
        task_id: As in a samples file.

    Example:
        >>> knows_plus("Mbpp/2"), knows_plus("Mbpp/810"), knows_plus("HumanEval/2")
        (True, False, False)
    """
    return 2 <= _number(task_id) <= 809


def knows_test_split(task_id: str) -> bool:
    """Tell whether a task id is in MBPP's test split.

    Args:
        task_id: As in a samples file.

    Example:
        >>> knows_test_split("Mbpp/11"), knows_test_split("Mbpp/2")
        (True, False)
    """
    return FIRST_TEST_ID <= _number(task_id) <= LAST_TEST_ID


def knows_development_split(task_id: str) -> bool:
    """Tell whether a task id is in the development split.

    Args:
        task_id: As in a samples file.

    Example:
        >>> knows_development_split("Mbpp/511"), knows_development_split("Mbpp/11"), knows_development_split("Mbpp/602")
        (True, False, False)
    """
    return _is_development(_number(task_id))


def _is_development(number: int) -> bool:
    return any(number in part for part in _DEVELOPMENT)


def _test_task(row: Mapping[str, Any]) -> Task:
    code = _plain_newlines(row["code"]).strip("\n") + "\n"
    tests = [_plain_newlines(test).strip() for test in row["test_list"]]
    asserts = "\n".join(tests)
    return Task(
        task_id=f"Mbpp/{row['task_id']}",
        prompt=f'"""\n{row["text"].strip()}\n{asserts}\n"""\n',
        entry_point=tested_function(code, tests[0]),
        canonical_solution=code,
        family="mbpp",
        kind="asserts",
        test=asserts + "\n",
        test_setup=_plain_newlines(row["test_setup_code"]),
    )


def _plain_newlines(text: str) -> str:
    """Python reads a lone carriage return as a line's end too; two tasks end with one."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _number(task_id: str) -> int:
    name, _, number = task_id.partition("/")
    return int(number) if name == "Mbpp" and number.isdecimal() else -1
