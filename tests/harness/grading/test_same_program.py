from __future__ import annotations

import pytest

from harness.grading.same_program import program_key

PROGRAM = 'def f(a):\n    """Say."""\n    if a > 1:\n        return [x for x in range(a)]\n    return None\n'


@pytest.mark.parametrize(
    "other",
    [
        PROGRAM + "# 17\n",
        "# begin\n\n" + PROGRAM,
        PROGRAM.replace("a > 1", "a  >  1"),
        PROGRAM.replace("    ", "\t"),
        PROGRAM.replace("return None", "return (None)  # nothing"),
    ],
)
def test_layout_and_comments_make_no_difference(other: str) -> None:
    assert program_key(other) == program_key(PROGRAM)


@pytest.mark.parametrize(
    "other",
    [
        PROGRAM.replace("a > 1", "a > 2"),
        PROGRAM.replace("a > 1", "a >= 1"),
        PROGRAM.replace("a > 1", "a > True"),
        PROGRAM.replace("a > 1", "a > 1.0"),
        PROGRAM.replace("x for x", "y for y"),
        PROGRAM.replace("Say.", "Tell."),
        PROGRAM.replace("def f", "def g"),
        PROGRAM.replace("range(a)", "range(-a)"),
        PROGRAM + "f = 1\n",
    ],
)
def test_what_may_behave_differently_is_another_program(other: str) -> None:
    assert program_key(other) != program_key(PROGRAM)


@pytest.mark.parametrize("constants", [("0.0", "-0.0"), ("1", "True"), ("(1,)", "(1.0,)"), ("'a'", "b'a'")])
def test_equal_constants_of_other_kinds_are_told_apart(constants: tuple[str, str]) -> None:
    first, second = (program_key(f"def f():\n    return {constant}\n") for constant in constants)
    assert first != second


def test_a_program_that_asks_for_its_lines_stays_apart() -> None:
    program = "import sys\ndef f():\n    return sys._getframe().f_lineno\n"
    assert program_key(program) != program_key("\n" + program)


@pytest.mark.parametrize("text", ["", "\0", "def f(:", "(" * 5000, "-" * 40_000 + "1", "x = " + "f(" * 150 + ")" * 150,
                                  "\ud800", "a" * 60_000, "1" * 10_000])  # fmt: skip
def test_any_text_has_a_key_of_its_own(text: str) -> None:
    assert program_key(text) != program_key(text + " 1 # x")
