"""MBPP's test inputs as JSON carries them, and as MBPP's functions expect them.

JSON has no tuple, set or complex number, so EvalPlus's MBPP files hold lists and strings instead, and which list is a
tuple is known by task number only. The numbers are EvalPlus's (`evalplus.data.mbpp`, v0.2.0 and before); importing them
from there would load the whole `datasets` package, which takes seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Converter = Callable[[object], object]


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"expected a list, found {value!r:.60}")
    return value


def _keep(value: object) -> object:
    return value


def _tuple(value: object) -> object:
    return tuple(_items(value))


def _tuples(value: object) -> object:
    return [tuple(_items(item)) for item in _items(value)]


def _tuple_of_tuples(value: object) -> object:
    return tuple(tuple(item) if isinstance(item, list) else item for item in _items(value))


def _nested_tuple(value: object) -> object:
    return tuple(_nested_tuple(item) for item in value) if isinstance(value, list) else value


def _sets(value: object) -> object:
    # An empty one becomes a dict in EvalPlus, and so in the reference's expected output.
    items = value if isinstance(value, list) else []
    return [set(item) if isinstance(item, list) and item else {} for item in items]


def _tuple_values(value: object) -> object:
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, found {value!r:.60}")
    return {key: tuple(_items(item)) for key, item in value.items()}


def _float(value: object) -> object:
    return float(str(value))


def _complex(value: object) -> object:
    return complex(str(value))


# How a task's arguments are converted, in order (the last converter takes all further ones), and for which tasks.
_SHAPES: list[tuple[tuple[Converter, ...], str]] = [
    ((_tuple,), "2 116 132 143 222 261 273 394 399 421 424 429 470 560 579 596 616 630 726 740 744 809"),
    ((_tuples,), "63 64 70 94 120 237 272 299 400 409 417 438 473 614 780"),
    ((_tuple_of_tuples,), "259 278 401 445"),
    ((_nested_tuple,), "580 615 791"),
    ((_tuple, _keep), "250 307 405 446 617 720 763 808"),
    ((_keep, _tuple), "106 750"),
    ((_tuples, _keep), "75 413 444 753"),
    ((_tuple_values, _keep), "722"),
    ((_sets,), "115"),
    ((_complex,), "252"),
    ((_float, _complex), "124"),
]
_SHAPE_OF = {int(number): shape for shape, numbers in _SHAPES for number in numbers.split()}


def decode_inputs(task_id: str, inputs: Sequence[Sequence[object]]) -> list[list[object]]:
    """Turn the inputs of a task's tests from JSON's types into Python's.

    Args:
        task_id: As in "Mbpp/2".
        inputs: One list of arguments a test, as decoded from JSON.

    Returns:
        One list of arguments a test.

    Raises:
        TypeError: An argument has not the form that this task's arguments have.
        ValueError: A text is no number.

    Example:
        >>> decode_inputs("Mbpp/2", [[[3, 4], [5, 4]]])
        [[(3, 4), (5, 4)]]
        >>> decode_inputs("Mbpp/252", [["(1+2j)"]])
        [[(1+2j)]]
    """
    shape = _SHAPE_OF.get(_number(task_id))
    if shape is None:
        return [list(arguments) for arguments in inputs]
    last = len(shape) - 1
    return [[shape[min(i, last)](argument) for i, argument in enumerate(arguments)] for arguments in inputs]


def encode_inputs(task_id: str, inputs: Sequence[Sequence[object]]) -> list[list[object]]:
    """Turn inputs back into what JSON can hold, in the form that EvalPlus writes.

    Tuples need nothing: JSON writes them as lists.

    Args:
        task_id: As in "Mbpp/2".
        inputs: One list of arguments a test, as `decode_inputs` gives.

    Example:
        >>> encode_inputs("Mbpp/252", [[1 + 2j]])
        [['(1+2j)']]
    """
    number = _number(task_id)
    if number == 115:
        return [
            [[list(item) for item in _items(arguments[0]) if isinstance(item, (set, dict))]] for arguments in inputs
        ]
    if number in (124, 252):
        return [[str(argument) for argument in arguments] for arguments in inputs]
    return [list(arguments) for arguments in inputs]


def _number(task_id: str) -> int:
    return int(task_id.rpartition("/")[2])
