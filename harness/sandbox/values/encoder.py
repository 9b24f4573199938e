"""The sending half: any value to bytes, in the process of the program that made it.

Runs beside hostile code and trusts nothing about a value but its true type. What it sends may be wrong, then; it can
only be wrong for the program that made it so.
"""

from __future__ import annotations

import builtins
import sys
from array import array
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Collection, ItemsView
from itertools import islice
from typing import Any

from harness.sandbox.values.format import (
    COMPLEX,
    DTYPE,
    FLOAT,
    MAX_DEPTH,
    MAX_FRACTION_BITS,
    MAX_ITEMS,
    SIZE,
    ValueTooLarge,
)

# The functions below look builtins up in this copy: a program that rebinds `len` still gets its answers out.
globals()["__builtins__"] = dict(vars(builtins))

_PACK_FROM = 8  # items
_PACKABLE = (b"l", b"t")
_modules = sys.modules


def encode(value: object, limit_bytes: int) -> bytes:
    r"""Encode a value.

    Runs no method of the value's class, but for one case: a value that is not plain is iterated over.

    Args:
        value: Anything at all.
        limit_bytes: The longest encoding allowed.

    Raises:
        ValueTooLarge: The encoding would be longer.

    Example:
        >>> encode([True, "a"], 100)
        b'l\x02\x00\x00\x00Ts\x01\x00\x00\x00a'
    """
    encoder = _Encoder(min(limit_bytes, 0xFFFFFFFF))
    encoder.put(value, 0)
    encoder.reserve(0)
    return bytes(encoder.out)


class _Encoder:
    """Appends encodings to `out`. A writer is given only what is exactly of a type it is listed for in `_WRITERS`."""

    def __init__(self, limit: int) -> None:
        self.out = bytearray()
        self.limit = limit

    def reserve(self, size: int) -> None:
        if len(self.out) + size > self.limit:
            raise ValueTooLarge

    def put(self, value: object, depth: int) -> None:
        if len(self.out) >= self.limit:
            raise ValueTooLarge
        # By identity: looking up the type itself would call its metaclass's __hash__ and __eq__.
        writer = _WRITERS.get(id(type(value)))
        if writer:
            writer(self, value, depth)
        else:
            self.put_unlisted(value, depth)

    def put_parts(self, tag: bytes, *parts: object) -> None:
        self.out += tag
        for part in parts:
            self.put(part, 0)

    def put_content(self, tag: bytes, content: bytes | bytearray) -> None:
        self.reserve(len(content))
        self.out += tag
        self.out += SIZE.pack(len(content))
        self.out += content

    def put_int(self, value: int, depth: int) -> None:
        size = value.bit_length() // 8 + 1
        self.reserve(size)
        self.put_content(b"i", value.to_bytes(size, "little", signed=True))

    def put_str(self, value: str, depth: int) -> None:
        self.reserve(len(value))
        self.put_content(b"s", value.encode("utf-8", "surrogatepass"))

    def put_items(self, tag: bytes, items: Collection[object], depth: int) -> None:
        if depth >= MAX_DEPTH:
            return self.put_parts(b"o", "nested too deeply", None)
        self.reserve(len(items))
        if len(items) >= _PACK_FROM and tag in _PACKABLE and self.put_packed(tag, items):
            return None
        self.out += tag + SIZE.pack(len(items))
        for item in items:
            self.put(item, depth + 1)
        return None

    def put_mapping(self, tag: bytes, items: ItemsView[object, object], depth: int) -> None:
        if depth >= MAX_DEPTH:
            return self.put_parts(b"o", "nested too deeply", None)
        self.out += tag + SIZE.pack(len(items))
        for key, item in items:
            self.put(key, depth + 1)
            self.put(item, depth + 1)

    def put_packed(self, tag: bytes, items: Any) -> bool:
        """Encode items of one simple type at the speed of C; False if these are not."""
        letter = _LETTERS.get(id(type(items[0])))
        if letter is None or len(set(map(id, map(type, items)))) > 1:
            return False
        try:
            if letter == b"s":
                packed = array("I", map(len, items)).tobytes() + "".join(items).encode("ascii")
            elif letter == b"B":
                packed = bytes(items)
            else:
                packed = array(letter.decode(), items).tobytes()
        except (OverflowError, UnicodeEncodeError):
            return False
        self.out += b"P" + tag + letter + SIZE.pack(len(items))
        self.put_content(b"", packed)
        return True

    def put_fraction(self, value: Any, depth: int) -> None:
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_FRACTION_BITS:
            return self.put_parts(b"o", "a very long Fraction", None)
        return self.put_parts(b"q", value.numerator, value.denominator)

    def put_unlisted(self, value: Any, depth: int) -> None:
        kind = type(value)
        if kind is _loaded("fractions", "Fraction"):
            return self.put_fraction(value, depth)
        if kind is _loaded("decimal", "Decimal"):
            return self.put_parts(b"m", str(value))
        numpy = _modules.get("numpy")
        if numpy and _is_plain_numpy(value, kind, numpy):
            self.reserve(value.nbytes)
            if kind is numpy.ndarray:
                return self.put_parts(b"a", value.dtype.str, value.shape, value.tobytes())
            return self.put_parts(b"g", value.dtype.str, value.tobytes())
        # Both are true types, so this looks at the layout: no __instancecheck__, no lying __class__.
        if issubclass(kind, dict):
            self.out += b"S"
            return self.put_mapping(b"d", dict.items(value), depth + 1)
        for base, read in _CONTENTS.items():
            if issubclass(kind, base):
                self.out += b"S"
                return self.put(read(value), depth + 1)
        self.out += b"o"
        self.put_str(_name_of(kind), 0)
        return self.put(_items_of(value) if depth == 0 else None, 1)


def _loaded(module: str, name: str) -> object:
    """Give a class of a module that only some programs load; there is no value of it where it is not loaded."""
    return getattr(_modules.get(module), name, None)


def _is_plain_numpy(value: Any, kind: type, numpy: Any) -> bool:
    if kind.__module__ != "numpy" or kind is not getattr(numpy, kind.__name__, None):
        return False
    return (kind is numpy.ndarray or issubclass(kind, numpy.generic)) and bool(DTYPE.fullmatch(value.dtype.str))


def _name_of(kind: type) -> str:
    try:
        return f"{kind.__module__}.{kind.__qualname__}"[:100]
    except Exception:  # whatever a metaclass does
        return "a type without a name"


def _items_of(value: Any) -> list[object] | None:
    try:
        items = list(islice(value, MAX_ITEMS + 1))
    except Exception:  # not iterable, or whatever its iterator raises
        return None
    return items if len(items) <= MAX_ITEMS else None


_CONTENTS: dict[type, Callable[[Any], object]] = {
    int: int.__int__,
    float: float.__float__,
    complex: complex.__complex__,
    str: str.__str__,
    bytes: bytes.__bytes__,
    bytearray: bytearray.copy,
    list: list.copy,
    tuple: lambda value: tuple.__getitem__(value, slice(None)),
    set: lambda value: set().union(value),
    frozenset: lambda value: frozenset(set().union(value)),
}
"""By builtin: how to read the content of an instance of a subclass, past whatever the subclass overrides.

A dictionary is written from its view: a copy asks the subclass for its keys, and hashes them anew."""

_LETTERS = {id(int): b"q", id(float): b"d", id(bool): b"B", id(str): b"s"}
"""By identity of a type: the letter of its packed items, for numbers the type code of `array` too."""


def _items_writer(tag: bytes) -> Callable[[_Encoder, Any, int], None]:
    return lambda encoder, value, depth: encoder.put_items(tag, value, depth)


_BY_TYPE: dict[type, Callable[[_Encoder, Any, int], None]] = {
    type(None): lambda encoder, value, depth: encoder.out.append(ord("N")),
    bool: lambda encoder, value, depth: encoder.out.append(ord("T" if value else "F")),
    int: _Encoder.put_int,
    float: lambda encoder, value, depth: encoder.put_parts(b"f" + FLOAT.pack(value)),
    complex: lambda encoder, value, depth: encoder.put_parts(b"c" + COMPLEX.pack(value.real, value.imag)),
    str: _Encoder.put_str,
    bytes: lambda encoder, value, depth: encoder.put_content(b"b", value),
    bytearray: lambda encoder, value, depth: encoder.put_content(b"B", value),
    list: _items_writer(b"l"),
    tuple: _items_writer(b"t"),
    set: _items_writer(b"e"),
    frozenset: _items_writer(b"z"),
    type({}.keys()): _items_writer(b"k"),
    type({}.items()): _items_writer(b"v"),
    type(OrderedDict().keys()): _items_writer(b"k"),
    type(OrderedDict().items()): _items_writer(b"v"),
    dict: lambda encoder, value, depth: encoder.put_mapping(b"d", dict.items(value), depth),
    Counter: lambda encoder, value, depth: encoder.put_mapping(b"C", dict.items(value), depth),
    OrderedDict: lambda encoder, value, depth: encoder.put_mapping(b"O", OrderedDict.items(value), depth),
    defaultdict: lambda encoder, value, depth: encoder.put_mapping(b"D", dict.items(value), depth),
    range: lambda encoder, value, depth: encoder.put_parts(b"r", value.start, value.stop, value.step),
}
_WRITERS = {id(kind): writer for kind, writer in _BY_TYPE.items()}
