"""What of an answer is taken for a function that can be tried."""

from __future__ import annotations

import textwrap

import pytest

from fusion.decontamination.answer_functions import functions_of


def programs(answer: str) -> dict[str, str]:
    return {item.name: item.program for item in functions_of(textwrap.dedent(answer))}


def test_what_runs_at_the_top_level_is_left_out() -> None:
    [program] = programs("""
        import sys
        LIMIT = 10
        data = open("x.csv").read()
        def under(x):
            return x < LIMIT
        print(under(int(input())))
    """).values()
    assert "LIMIT = 10" in program
    assert "open(" not in program
    assert "print" not in program
    assert "sys" not in program


def test_helpers_come_along_and_strangers_do_not() -> None:
    found = programs("""
        def first(x): return second(x) + 1
        def second(x): return third(x)
        def third(x): return x
        def stranger(x): return x
    """)
    assert "def third" in found["first"]
    assert "stranger" not in found["first"]
    assert "def second" not in found["third"]


def test_methods_of_a_class_that_needs_no_arguments_are_functions() -> None:
    answer = """
        class Solution:
            def half(self, x): return x / 2
            def _hidden(self, x): return x
        class Account:
            def __init__(self, owner): self.owner = owner
            def named(self, x): return self.owner + x
    """
    [found] = functions_of(textwrap.dedent(answer))
    scope: dict[str, object] = {}
    exec(found.program, scope)
    assert found.name == "half"
    assert found.arities == range(1, 2)
    assert scope[found.entry_point](3) == 1.5  # type: ignore[operator]


@pytest.mark.parametrize(
    "answer",
    [
        "def f(): return 1",
        "def f(x): print(x)",
        "def f(x):\n    yield x\n    return 1",
        "def f(x, *, y): return x + y",
        "def f(x): return (",
        "function f(x) { return x }",
        "```js\nfunction def (x) { return x }\n```",
        "Just prose about def and its uses.",
        "def f(x):\n    def g(): return 1\n    print(g())",
    ],
)
def test_what_can_solve_no_task_is_left_out(answer: str) -> None:
    assert functions_of(answer) == []


def test_defaults_and_star_arguments_give_several_arities() -> None:
    found = {item.name: item.arities for item in functions_of("def f(a, b=1): return a\ndef g(*a): return a")}
    assert found == {"f": range(1, 3), "g": range(1, 4)}


def test_the_same_function_in_two_answers_is_one_program() -> None:
    one = functions_of("def f(x):\n    '''Doubles.'''\n    return 2 * x  # twice\n\nprint(f(2))")
    other = functions_of("Sure:\n```python\ndef f(x): return 2*x\n```")
    assert [item.program for item in one] == [item.program for item in other]


def test_size_counts_helpers_and_no_docstrings() -> None:
    plain, documented, helped = functions_of(
        "def a(x): return x\ndef b(x):\n    'Says.'\n    return x\ndef c(x): return a(x)"
    )
    assert plain.nodes == documented.nodes
    assert helped.nodes > plain.nodes + 3
