"""When an answer counts as right: EvalPlus's rules, applied on the trusted side to decoded plain values.

An answer is right where it equals the reference's. Where the task has a tolerance, or the reference answered floats, it
may also be close to it. Some tasks have rules of their own, by family and entry point: their prompts leave room for
more than one right answer.

What differs from EvalPlus: a value of the candidate's own class is never equal (EvalPlus believes its `__eq__`), and a
rule that looks at the input looks at the one given, not at what the candidate made of it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from harness.records import Task
from harness.sandbox.values import SUBCLASSES, Opaque

RELATIVE_TOLERANCE = 1e-7
FLOAT_TOLERANCE = 1e-6
"""Absolute tolerance of a task without one, from its first test on whose expected output is made of floats."""

_NOT_NONE = frozenset({"check_str", "text_match_three", "text_starta_endb"})
_SET_EQUALITY = frozenset(
    {
        "similar_elements",
        "find_char_long",
        "common_in_nested_lists",
        "extract_singly",
        "larg_nnum",
        "intersection_array",
        "find_dissimilar",
        "Diff",
    }
)
_MOST_BROADCAST = 1 << 24
_INT64 = range(-(1 << 63), 1 << 63)
_SUBCLASSES = frozenset(SUBCLASSES.values())

_Rule = Callable[[Any, Any, Any, Sequence[Any], float], object]
"""Takes `got == expected`, got, expected, the input and the tolerance, gives what stands in for `got == expected`."""


def expects_not_none(task: Task) -> bool:
    """Whether all that is expected of a task's function is to return something where the reference does.

    The expected output of such a task is `reference(...) is not None`.

    Example:
        >>> expects_not_none(Task("Mbpp/737", "", "check_str", "", family="mbpp"))
        True
    """
    return task.family == "mbpp" and task.entry_point in _NOT_NONE


def is_floats(value: object) -> bool:
    """Whether a value is made of floats: one, a list or tuple of nothing else, or an array of them.

    Example:
        >>> is_floats([0.5, 1.0]), is_floats([0.5, 1]), is_floats([])
        (True, False, False)
    """
    if isinstance(value, float):
        return True
    if isinstance(value, (list, tuple)):
        return bool(value) and all(isinstance(item, float) for item in value)
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray) and value.dtype in (numpy.float64, numpy.float32)


class Oracle:
    """Says whether an answer to a task is right.

    Args:
        task: The task; its family, entry point and tolerance matter.

    Example:
        >>> oracle = Oracle(Task("Demo/0", "", "half", ""))
        >>> oracle.accepts(0.50000001, 0.5, [1]), oracle.accepts(1, 1.0, [2]), oracle.accepts((1,), [1], [2])
        (True, True, False)
    """

    def __init__(self, task: Task) -> None:
        self._atol = task.atol
        self._judges_zeros = (task.family, task.entry_point) == ("humaneval", "find_zero")
        self._rule = _RULES.get(task.entry_point) if task.family == "mbpp" else None

    def accepts(self, got: object, expected: object, inputs: Sequence[object], has_floats: bool = False) -> bool:
        """Judge one answer.

        Args:
            got: What the candidate returned, decoded.
            expected: What the reference returned, decoded.
            inputs: The arguments of the call.
            has_floats: Whether an earlier test of the same run (base tests, or plus tests) expects floats: a task
                without a tolerance has one from then on.
        """
        try:
            return self._accepts(got, expected, inputs, has_floats)
        except Exception:  # what cannot be compared is not equal
            return False

    def _accepts(self, got: Any, expected: Any, inputs: Sequence[Any], has_floats: bool) -> bool:
        atol = self._atol or (FLOAT_TOLERANCE if has_floats else 0.0)
        if self._judges_zeros:
            (coefficients,) = inputs
            return bool(abs(_polynomial(coefficients, got)) <= atol)
        is_equal = _equality(got, expected)
        if self._rule:
            is_equal = self._rule(is_equal, got, expected, inputs, atol)
        if not atol and is_floats(expected):
            atol = FLOAT_TOLERANCE
        return bool(is_equal) or (atol != 0 and _is_close(got, expected, atol))


def _equality(got: Any, expected: Any) -> object:
    """Give `got == expected`; for an array that is an array, whose truth is an exception where anybody asks for it."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not isinstance(got, numpy.ndarray) or got.size == 1:
        return got == expected
    # Comparing every item would, for a column against a row, take the memory of a matrix.
    numpy.broadcast_shapes(got.shape, numpy.shape(expected))  # raises where the comparison does
    return numpy.zeros(2, bool)


def _polynomial(coefficients: Sequence[float], x: float) -> float:
    return sum(coefficient * math.pow(x, power) for power, coefficient in enumerate(coefficients))


def _pyramid_surface(base: float, height: float) -> int:
    slant = math.sqrt((base / 2) ** 2 + height**2)
    return round(base**2 + 2 * base * slant)


def _digit_distance(first: int, second: int) -> int:
    digits = str(first), str(second)
    width = max(map(len, digits))
    return sum(abs(int(a) - int(b)) for a, b in zip(*(text.zfill(width) for text in digits), strict=True))


def _as_set(value: Any) -> set[object]:
    if type(value) is Opaque:
        value = value.items  # None raises, as iterating over the value itself did
    return set(value)


def _same_set(is_equal: Any, got: Any, expected: Any, inputs: Sequence[Any], atol: float) -> bool:
    wanted = _as_set(expected)
    if type(got) is range and len(got) != len(wanted):  # making a set of it could take all memory
        return False
    return _as_set(got) == wanted


def _not_none(is_equal: Any, got: Any, expected: Any, inputs: Sequence[Any], atol: float) -> bool:
    return bool(expected == (got if isinstance(got, bool) else got is not None))


_RULES: dict[str, _Rule] = {
    "are_equivalent": lambda is_equal, got, expected, inputs, atol: is_equal or True,
    "sum_div": lambda is_equal, got, expected, inputs, atol: is_equal or got == 0,
    "surface_Area": lambda is_equal, got, expected, inputs, atol: (
        is_equal or abs(got - _pyramid_surface(*inputs)) <= atol
    ),
    "digit_distance_nums": lambda is_equal, got, expected, inputs, atol: is_equal or got == _digit_distance(*inputs),
    **dict.fromkeys(_SET_EQUALITY, _same_set),
    **dict.fromkeys(_NOT_NONE, _not_none),
}
"""MBPP's rules by entry point."""


def _is_close(got: Any, expected: Any, atol: float) -> bool:
    """Whether types are the same and `numpy.allclose` says yes; raises where numpy does."""
    if type(got) is not type(expected) or type(got) in _SUBCLASSES:
        return False
    is_sequence = isinstance(expected, (list, tuple))
    if is_sequence and len(got) != len(expected):
        return False
    pairs = zip(got, expected, strict=True) if is_sequence else [(got, expected)]
    if all(map(_is_simple_number, chain(got, expected) if is_sequence else (got, expected))):
        return all(_is_close_number(one, other, atol) for one, other in pairs)
    if _holds_text(got) or _holds_text(expected):
        return False  # numpy would make a table as wide as the longest text, only to refuse it
    return _is_close_array(got, expected, atol)


def _is_simple_number(value: object) -> bool:
    return type(value) is float or type(value) is bool or (type(value) is int and value in _INT64)


def _is_close_number(got: float, expected: float, atol: float) -> bool:
    if not math.isfinite(expected):
        return got == expected
    return abs(got - float(expected)) <= atol + RELATIVE_TOLERANCE * abs(float(expected))


def _holds_text(value: object) -> bool:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, (str, bytes)):
            return True
        if isinstance(item, (list, tuple)):
            pending.extend(item)
    return False


def _is_close_array(got: Any, expected: Any, atol: float) -> bool:
    import numpy

    one, other = (numpy.asanyarray(item) if isinstance(item, (list, tuple)) else item for item in (got, expected))
    shapes = numpy.shape(one), numpy.shape(other)
    if shapes[0] != shapes[1] and math.prod(numpy.broadcast_shapes(*shapes)) > _MOST_BROADCAST:
        return False  # a column against a long row: numpy would make a matrix of them
    with numpy.errstate(all="ignore"):
        return bool(numpy.allclose(one, other, rtol=RELATIVE_TOLERANCE, atol=atol))
