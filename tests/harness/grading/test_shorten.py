"""Values in reports: readable, bounded, the same every time."""

from __future__ import annotations

import collections
import subprocess
import sys
import time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.grading.shorten import shorten
from harness.sandbox.values import SUBCLASSES, Opaque


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        -3,
        1.5,
        float("nan"),
        1 + 2j,
        "it's \n",
        "\ud800",
        b"\0a",
        bytearray(b"a"),
        [],
        [1, "a"],
        (),
        (1,),
        (1, 2),
        {},
        {"a": [1], 2: {3: ()}},
        set(),
        {1},
        frozenset(),
        frozenset({1}),
        Decimal("1.0"),
        Fraction(1, 3),
        {1: 2}.keys(),
        {1: 2}.items(),
        collections.Counter("a"),
    ],
    ids=repr,
)
def test_short_values_look_as_in_python(value: object) -> None:
    assert shorten(value) == repr(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({10, 9, "b", "a"}, "{'a', 'b', 10, 9}"),
        (range(0, 9, 2), "range(0, 9, 2)"),
        (collections.OrderedDict(a=1), "OrderedDict({'a': 1})"),
        (collections.defaultdict(None, a=1), "defaultdict(None, {'a': 1})"),
        (Opaque("solution.Point"), "<solution.Point>"),
        (Opaque("solution.\nP\x1b"), "<solution.\\nP\\x1b>"),
        ([Opaque("builtins.generator")], "[<builtins.generator>]"),
        (SUBCLASSES[tuple]((1, 2)), "<subclass of tuple> (1, 2)"),
        ([SUBCLASSES[int](1)], "[<subclass of int> 1]"),
        (numpy.float64(0.5), "float64(0.5)"),
        (numpy.str_("a"), "str_('a')"),
        (numpy.longdouble(1.5), "longdouble(1.5)"),
        (numpy.datetime64("2020-01-01"), "datetime64(<datetime.date>)"),
        (numpy.array([None, 1]), "array([None, 1], object)"),
        (numpy.sin, "<numpy.ufunc>"),
        (numpy.array([[1, 2]], "i4"), "array([[1, 2]], int32)"),
        (numpy.array(1.5), "array(1.5, float64)"),
        (numpy.zeros((2000, 2)), "<array of shape (2000, 2) and type float64>"),
        (2**5000, "<int of 5001 bits>"),
        ([1, -(2**5000)], "[1, <int of 5001 bits>]"),
        (set(range(2000)), "<set of 2000 items>"),
        (len, "<builtins.builtin_function_or_method>"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_others(value: object, text: str) -> None:
    assert shorten(value) == text


def deep(kind: type = list) -> Any:
    value: Any = 1
    for _ in range(190):
        value = kind([value])
    return value


@pytest.mark.parametrize(
    "value",
    [
        "x" * 10**7,
        [0] * 10**7,
        {number: "x" for number in range(10**6)},
        [["y" * 10**7] * 1000] * 1000,
        2**10**7,
        Fraction(1, 3**40_000),
        numpy.zeros(10**6),
        numpy.array(["z" * 90_000] * 10),
        Opaque("n" * 10**6),
    ],
    ids=lambda value: type(value).__name__,
)
def test_large_values_take_no_time(value: object) -> None:
    began = time.process_time()
    text = shorten(value, 100)
    assert time.process_time() - began < 0.2
    assert len(text) <= 100


def test_deep_values() -> None:
    assert shorten(deep(), 1000) == "[" * 51 + "…" + "]" * 51
    assert shorten(deep(), 10) == "[" * 9 + "…"
    assert shorten(deep(frozenset), 1000) == "frozenset({" * 51 + "…" + "})" * 51
    assert shorten(deep(SUBCLASSES[tuple]), 50).startswith("<subclass of tuple> (<subclass of tuple> (")


@given(st.recursive(st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_never_longer_than_asked(value: object) -> None:
    whole = shorten(value, 10**6)
    assert whole == repr(value)
    short = shorten(value, 20)
    assert short == whole if len(whole) <= 20 else short == whole[:19] + "…"


def test_the_same_text_in_every_process() -> None:
    program = (
        "from harness.grading.shorten import shorten\n"
        "print(shorten([{'some', 'texts', ('a', frozenset('xyz'))}, object(), iter([1])]))\n"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in "123"
    }
    expected = "[{'some', 'texts', ('a', frozenset({'x', 'y', 'z'}))}, <builtins.object>, <builtins.list_iterator>]\n"
    assert texts == {expected.encode()}
