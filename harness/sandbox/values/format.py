"""How a value looks as bytes, and what stands for a value that is not plain.

A value is one tag byte and what the tag says; numbers are little-endian, `size` and `count` unsigned 32-bit:

    N T F     None, True, False
    i         int: size, two's complement
    f c       float, complex: IEEE bits
    s b B     str (as UTF-8, surrogates too), bytes, bytearray: size, content
    l t e z   list, tuple, set, frozenset: count, items
    d C O D   dict, Counter, OrderedDict, defaultdict (without its factory): count, keys and values in turn
    k v       keys and items of a dict: count, keys or pairs
    P         list or tuple of only int64, float, bool or ASCII str: container, kind of item, count, size, packed items
    a g       numpy array: dtype, shape, content; numpy scalar: dtype, content
    q m r     Fraction, Decimal, range: numerator and denominator; text; start, stop and step
    S         instance of a subclass of a builtin: the builtin's own content
    o         anything else: type name, items or None
"""

from __future__ import annotations

import re
import struct

MAX_DEPTH = 200
"""Containers nested deeper than this are not sent; a subclass of a container counts as two."""
MAX_ITEMS = 100_000
"""An iterable with more items than this is sent without them."""
MAX_FRACTION_BITS = 1 << 16
"""A Fraction of longer numbers is not sent: making one takes a gcd, which is quadratic."""

SIZE = struct.Struct("<I")
FLOAT = struct.Struct("<d")
COMPLEX = struct.Struct("<dd")
DTYPE = re.compile(r"[<>|](b1|[iu][1248]|f[248]|c8|c16|[SU]\d{1,5})")
"""The numpy dtypes that are plain: no objects, no records, no times, no long doubles."""


class ValueTooLarge(Exception):
    """The encoding of a value would be longer than allowed."""


class BadEncoding(ValueError):
    """Bytes that `encode` cannot have made, or a value that cannot be built again."""


class Opaque:
    """A value that was not sent, because its type is not plain. It equals nothing, itself included.

    Attributes:
        type_name: Module and name of its type, as the sender gave them.
        items: What iterating over it gave; None where that failed, did not end, or the value is part of another one.

    Example:
        >>> value = Opaque("solution.Point")
        >>> value == value, value
        (False, <solution.Point>)
    """

    __slots__ = ("items", "type_name")
    __hash__ = object.__hash__

    def __init__(self, type_name: str, items: list[object] | None = None) -> None:
        self.type_name = type_name
        self.items = items

    def __eq__(self, other: object) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<{self.type_name}>"


_SUBCLASSABLE = (int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset)

SUBCLASSES: dict[type, type] = {
    base: type(f"Sub{base.__name__.capitalize()}", (base,), {"__slots__": ()}) for base in _SUBCLASSABLE
}
"""By builtin: what an instance of a subclass is decoded to. It compares as the builtin does, but its type differs."""
