"""What the table of EvalPlus's verdicts does not show: closeness against numpy itself, hostile answers, the API."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
import time
from fractions import Fraction
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.grading.oracle import FLOAT_TOLERANCE, RELATIVE_TOLERANCE, Oracle, expects_not_none, is_floats
from harness.records import Family, Task
from harness.sandbox.values import SUBCLASSES, Opaque


def oracle(entry_point: str = "f", family: Family = "humaneval", atol: float = 0.0) -> Oracle:
    return Oracle(Task("Test/0", "", entry_point, "", family=family, atol=atol))


def numpy_says(got: Any, expected: Any, atol: float) -> bool:
    if type(got) is not type(expected) or (isinstance(expected, (list, tuple)) and len(got) != len(expected)):
        return False
    try:
        with numpy.errstate(all="ignore"):
            return bool(numpy.allclose(got, expected, rtol=RELATIVE_TOLERANCE, atol=atol))
    except Exception:
        return False


integers = st.integers() | st.sampled_from(
    [sign * 2**power + step for sign in (1, -1) for power in (53, 63, 64, 1100) for step in (-1, 0, 1)]
)
numbers = st.floats() | integers | st.booleans()
plain = st.recursive(
    numbers | st.none() | st.text(max_size=2) | st.binary(max_size=2) | st.complex_numbers() | st.fractions(),
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple),
    max_leaves=8,
)
tolerances = st.sampled_from([1e-6, 1e-4, 0.5])


@given(st.lists(st.tuples(numbers, numbers), max_size=6), tolerances)
@settings(deadline=None)
def test_unrelated_numbers(pairs: list[tuple[float, float]], atol: float) -> None:
    got, expected = [one for one, _ in pairs], [other for _, other in pairs]
    judge = oracle(atol=atol)
    assert judge.accepts(got, expected, []) is (got == expected or numpy_says(got, expected, atol))
    for one, other in pairs:
        assert judge.accepts(one, other, []) is bool(one == other or numpy_says(one, other, atol))


@given(
    st.lists(st.tuples(st.floats(-1e9, 1e9) | st.integers(-(10**9), 10**9), st.floats(-2, 2)), max_size=6),
    st.sampled_from([1.0, 1 - 1e-16, 1 + 3e-16, 1 - 1e-9, 1 + 1e-9]),
    tolerances,
)
@settings(max_examples=300, deadline=None)
def test_numbers_at_the_edge_of_tolerance(pairs: list[tuple[float, float]], edge: float, atol: float) -> None:
    expected = [number for number, _ in pairs]
    steps = [edge if step > 1 else -edge if step < -1 else step for _, step in pairs]
    got = [
        number + step * (atol + RELATIVE_TOLERANCE * abs(number)) for number, step in zip(expected, steps, strict=True)
    ]
    judge = oracle(atol=atol)
    assert judge.accepts(got, expected, []) is (got == expected or numpy_says(got, expected, atol))
    assert judge.accepts(tuple(got), tuple(expected), []) is (got == expected or numpy_says(got, expected, atol))
    assert judge.accepts(got, tuple(expected), []) is False


@given(plain, plain, tolerances)
@settings(max_examples=500, deadline=None)
def test_values_of_all_sorts(got: Any, expected: Any, atol: float) -> None:
    assert oracle(atol=atol).accepts(got, expected, []) is (got == expected or numpy_says(got, expected, atol))


@given(plain, tolerances, st.data())
@settings(max_examples=300, deadline=None)
def test_values_nearly_the_same(expected: Any, atol: float, data: st.DataObject) -> None:
    def shifted(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return type(value)(map(shifted, value))
        is_moved = isinstance(value, (int, float, complex, Fraction)) and data.draw(st.booleans())
        return value + type(value)(data.draw(st.sampled_from([0, 1]))) * 1e-5 if is_moved and value == value else value

    try:
        got = shifted(expected)
    except OverflowError:  # an int too large for a float
        return
    assert oracle(atol=atol).accepts(got, expected, []) is (got == expected or numpy_says(got, expected, atol))


@given(st.floats(), st.floats())
def test_a_float_brings_its_own_tolerance(got: float, expected: float) -> None:
    assert oracle().accepts(got, expected, []) is (got == expected or numpy_says(got, expected, FLOAT_TOLERANCE))


def test_a_tolerance_of_floats_before() -> None:
    assert not oracle().accepts(10**8 + 1, 10**8, [])
    assert oracle().accepts(10**8 + 1, 10**8, [], has_floats=True)


@pytest.mark.parametrize(
    ("value", "is_made_of_floats"),
    [
        (1.5, True),
        (1, False),
        ([1.5], True),
        ((1.5, float("nan")), True),
        ([1.5, 1], False),
        ([[1.5]], False),
        ([], False),
        ({1.5}, False),
        (numpy.float64(1), True),
        (numpy.float32(1), False),
        (numpy.array([1.5]), True),
        (numpy.array([1.5], "f4"), True),
        (numpy.array([1.5], "f2"), False),
        (numpy.array([1]), False),
    ],
)
def test_is_floats(value: object, is_made_of_floats: bool) -> None:
    assert is_floats(value) is is_made_of_floats


def test_only_some_tasks_expect_no_more_than_something() -> None:
    def task(entry_point: str, family: Family) -> Task:
        return Task("Test/0", "", entry_point, "", family=family)

    assert expects_not_none(task("text_match_three", "mbpp"))
    assert not expects_not_none(task("text_match_three", "humaneval"))
    assert not expects_not_none(task("text_match", "mbpp"))


def test_what_is_not_plain_equals_nothing() -> None:
    value = Opaque("solution.Point")
    for expected in (1, None, "solution.Point", value, [Opaque("solution.Point")]):
        assert not oracle().accepts(value, expected, [])
        assert not oracle(atol=0.1).accepts([value], expected, [])


def test_subclasses_are_equal_but_never_close() -> None:
    point = SUBCLASSES[tuple]((0.5, 1.5))
    assert oracle().accepts(point, (0.5, 1.5), [])
    assert not oracle().accepts(SUBCLASSES[tuple]((0.5, 1.50000001)), (0.5, 1.5), [])
    assert not oracle().accepts(SUBCLASSES[tuple]((0.5, 1.50000001)), point, [])


@pytest.mark.parametrize(
    ("entry_point", "got", "expected"),
    [
        ("similar_elements", range(10**30), (1, 2)),
        ("similar_elements", range(10**12), (1, 2)),
        ("f", numpy.zeros((10**6, 1)), [0.5] * 10**5),
        ("f", numpy.zeros(10**6), [[0.5]] * 10**5),
        ("f", numpy.zeros((1, 10**6)), [[0.5]] * 10**5),
        ("Diff", numpy.zeros((10**6, 1)), [0] * 10**5),
        ("f", [[0.5]] * 10**5, [0.5] * 10**5),
        ("f", ["x" * 10**7, *itertools.repeat("y", 10**4)], [0.5] * (10**4 + 1)),
        ("f", [["x" * 10**7], *itertools.repeat("y", 10**4)], [0.5] * (10**4 + 1)),
    ],
    ids=itertools.count(),
)
def test_hostile_answers_take_neither_time_nor_memory(entry_point: str, got: Any, expected: Any) -> None:
    before = time.process_time()
    assert not oracle(entry_point, "mbpp").accepts(got, expected, [0])
    assert time.process_time() - before < 2


def test_a_hostile_answer_of_many_digits() -> None:
    assert not oracle("digit_distance_nums", "mbpp").accepts(10**5000, 3, [10**5000, 1])
    assert not oracle().accepts(10**5000, 0.5, [])
    assert not oracle("find_zero", atol=1e-4).accepts(10**5000, 0.5, [[1, 2]])


def test_a_rule_needs_its_input() -> None:
    assert not oracle("find_zero", atol=1e-4).accepts(-0.5, -0.5, [])
    assert not oracle("surface_Area", "mbpp").accepts(35, 33, [3])
    assert oracle("surface_Area", "mbpp").accepts(33, 33, [3])


@pytest.mark.parametrize(("base", "height"), [(3, 4), (1, 1), (0.1, 7.3), (10**9, 10**9), (12345, 0.001)])
def test_the_surface_of_a_pyramid(base: float, height: float) -> None:
    sides = 4 * (base * math.sqrt((base / 2) ** 2 + height**2)) / 2
    judge = oracle("surface_Area", "mbpp")
    assert judge.accepts(round(base**2 + sides), None, [base, height])
    assert not judge.accepts(round(base**2 + sides) + 1, None, [base, height])


def test_numpy_is_not_needed_for_plain_answers() -> None:
    program = (
        "import sys\n"
        "from harness.grading.oracle import Oracle\n"
        "from harness.records import Task\n"
        "judge = Oracle(Task('Test/0', '', 'f', '', atol=1e-4))\n"
        "assert judge.accepts([0.5, 1], [0.50001, 1], []) and not judge.accepts(['a'], ['b'], [])\n"
        "assert 'numpy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
