"""Values as short texts for reports: the same text for the same value in every process, whatever its size."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from harness.sandbox.values import SUBCLASSES, Opaque

_DEEPEST = 50
_LONGEST_INT_BITS = 2000  # longer ones take long to print, and Python may refuse to
_MOST_SORTED = 1000

_SUBCLASS_BASES = {subclass: base for base, subclass in SUBCLASSES.items()}


def shorten(value: object, limit: int = 300) -> str:
    """Show a value in at most `limit` characters: the same text for the same value in every process.

    Takes little time and memory, however large the value. Sets are sorted; what is not plain shows as its type's name.

    Example:
        >>> shorten({"b", "a"}), shorten(list(range(100)), limit=12)
        ("{'a', 'b'}", '[0, 1, 2, 3…')
    """
    return _joined(_pieces(value, limit, 0), limit)


def _joined(pieces: Iterator[str], limit: int) -> str:
    text = ""
    for piece in pieces:
        text += piece
        if len(text) > limit:
            return text[: limit - 1] + "…"
    return text


def _pieces(value: Any, limit: int, depth: int) -> Iterator[str]:
    kind = type(value)
    if kind in _SUBCLASS_BASES:
        base = _SUBCLASS_BASES[kind]
        yield f"<subclass of {base.__name__}> "
        kind, value = base, base(value)
    if depth > _DEEPEST:
        yield "…"
    elif kind in (str, bytes, bytearray):
        yield repr(value[: limit + 1])
    elif value is None or kind in (bool, float, complex, Decimal):
        yield repr(value)
    elif kind is int:
        yield repr(value) if value.bit_length() <= _LONGEST_INT_BITS else f"<int of {value.bit_length()} bits>"
    elif kind is Opaque:
        yield f"<{repr(value.type_name)[1:-1]}>"
    elif kind is Fraction:
        yield from _call("Fraction", (value.numerator, value.denominator), limit, depth)
    elif kind is range:
        yield from _call("range", (value.start, value.stop, value.step), limit, depth)
    elif kind in _BRACKETS:
        yield from _collection(value, kind, limit, depth)
    elif kind.__module__ == "numpy" and hasattr(value, "tolist"):
        yield from _numpy_pieces(value, limit, depth)
    else:
        yield f"<{kind.__module__}.{kind.__qualname__}>"


_BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    dict: ("{", "}"),
    Counter: ("Counter({", "})"),
    OrderedDict: ("OrderedDict({", "})"),
    defaultdict: ("defaultdict(None, {", "})"),
    type({}.keys()): ("dict_keys([", "])"),
    type({}.items()): ("dict_items([", "])"),
}
_EMPTY = {set: "set()", frozenset: "frozenset()"}


def _call(name: str, arguments: Iterable[object], limit: int, depth: int) -> Iterator[str]:
    yield name
    yield from _collection(tuple(arguments), tuple, limit, depth)


def _collection(value: Collection[Any], kind: type, limit: int, depth: int) -> Iterator[str]:
    items: Iterable[Any] = value
    if kind in (set, frozenset):
        if not value or len(value) > _MOST_SORTED:
            yield _EMPTY[kind] if not value else f"<{kind.__name__} of {len(value)} items>"
            return
        items = sorted(_joined(_pieces(item, limit, depth + 1), limit) for item in value)
    opening, closing = _BRACKETS[kind]
    yield opening
    for number, item in enumerate(items):
        yield ", " if number else ""
        if kind in (set, frozenset):
            yield item
            continue
        yield from _pieces(item, limit, depth + 1)
        if isinstance(value, dict):
            yield ": "
            yield from _pieces(value[item], limit, depth + 1)
    yield "," + closing if kind is tuple and len(value) == 1 else closing


def _numpy_pieces(value: Any, limit: int, depth: int) -> Iterator[str]:
    name = type(value).__name__
    if name == "ndarray" and value.size > _MOST_SORTED:
        yield f"<array of shape {value.shape} and type {value.dtype}>"
        return
    plain = value.tolist()
    yield "array(" if name == "ndarray" else f"{name}("
    if type(plain) is type(value):  # a long double is not Python's
        yield str(plain)
    else:
        yield from _pieces(plain, limit, depth)
    yield f", {value.dtype})" if name == "ndarray" else ")"
