"""The receiving half: bytes that may be anything to a value whose type is Python's or numpy's own."""

from __future__ import annotations

import math
import sys
from array import array
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from itertools import accumulate, pairwise
from typing import Any, TypeVar

from harness.sandbox.values.format import (
    COMPLEX,
    DTYPE,
    FLOAT,
    MAX_DEPTH,
    MAX_FRACTION_BITS,
    SIZE,
    SUBCLASSES,
    BadEncoding,
    Opaque,
)

_DEEPEST = MAX_DEPTH + 3  # what is in the innermost container, its base content and the parts of that
_MAX_DIMENSIONS = 32
_EMPTY_SCALARS = {"<U0": "<U1", ">U0": ">U1", "|S0": "|S1"}  # numpy has them, but makes no array of them

_Kind = TypeVar("_Kind")


def decode(data: bytes) -> object:
    r"""Decode what a child sent, believing nothing.

    Raises:
        BadEncoding: Whatever is wrong with the bytes.

    Example:
        >>> decode(b"l\x02\x00\x00\x00Ts\x01\x00\x00\x00a")
        [True, 'a']
        >>> decode(b"Tx")
        Traceback (most recent call last):
        harness.sandbox.values.format.BadEncoding: 1 byte(s) after the end
    """
    decoder = _Decoder(data)
    try:
        value = decoder.get(0)
    except BadEncoding:
        raise
    except Exception as error:  # every way in which a constructor can refuse what it is given
        raise BadEncoding(f"{type(error).__name__}: {error!s:.200}") from None
    if decoder.at != len(data):
        raise BadEncoding(f"{len(data) - decoder.at} byte(s) after the end")
    return value


class _Decoder:
    """Reads values from `data`, from `at` on. A reader is called behind the tag it is listed for in `_READERS`."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def get(self, depth: int) -> object:
        if depth > _DEEPEST:
            raise BadEncoding("nested too deeply")
        tag = self.data[self.at]  # behind the end: an IndexError, which `decode` turns into what it raises
        self.at += 1
        reader = _READERS.get(tag)
        if reader is None:
            raise BadEncoding(f"no tag {tag}")
        return reader(self, depth)

    def expect(self, kind: type[_Kind], depth: int) -> _Kind:
        value = self.get(depth + 1)
        if type(value) is not kind:
            raise BadEncoding(f"{kind.__name__} expected")
        return value

    def take(self, size: int) -> bytes:
        start = self.at
        self.at = start + size
        if self.at > len(self.data):
            raise BadEncoding("cut short")
        return self.data[start : self.at]

    def number(self) -> int:
        """Read a count or a size, which at least as many bytes must follow."""
        number: int = SIZE.unpack_from(self.data, self.at)[0]
        self.at += SIZE.size
        if number > len(self.data) - self.at:
            raise BadEncoding("cut short")
        return number

    def content(self) -> bytes:
        return self.take(self.number())

    def items(self, depth: int) -> list[Any]:
        get, inner, items = self.get, depth + 1, []
        for _ in range(self.number()):  # a comprehension would take one more frame a level
            items.append(get(inner))
        return items

    def mapping(self, depth: int) -> dict[object, Any]:
        items = {}
        for _ in range(self.number()):
            key = self.get(depth + 1)
            items[key] = self.get(depth + 1)
        return items

    def packed(self, depth: int) -> list[Any] | tuple[Any, ...]:
        container, letter, count = self.take(1), self.take(1), self.number()
        items = _unpack(letter, count, self.content())
        if container not in (b"l", b"t") or len(items) != count:
            raise BadEncoding("packed items")
        return items if container == b"l" else tuple(items)

    def array(self, depth: int) -> object:
        dtype, shape = self.expect(str, depth), self.expect(tuple, depth)
        return _array(dtype, shape, self.expect(bytes, depth))

    def scalar(self, depth: int) -> object:
        dtype, content = self.expect(str, depth), self.expect(bytes, depth)
        if dtype in _EMPTY_SCALARS:
            dtype, content = _EMPTY_SCALARS[dtype], bytes(4 if "U" in dtype else 1)
        return _array(dtype, (1,), content)[0]

    # Imported where one comes: the zygote has this module too, and its forks cost by the library.
    def decimal(self, depth: int) -> object:
        from decimal import Decimal

        return Decimal(self.expect(str, depth))

    def fraction(self, depth: int) -> object:
        from fractions import Fraction

        numerator, denominator = self.expect(int, depth), self.expect(int, depth)
        if max(numerator.bit_length(), denominator.bit_length()) > MAX_FRACTION_BITS:
            raise BadEncoding("a very long Fraction")
        return Fraction(numerator, denominator)

    def range(self, depth: int) -> range:
        return range(self.expect(int, depth), self.expect(int, depth), self.expect(int, depth))

    def subclass(self, depth: int) -> object:
        value = self.get(depth + 1)
        if type(value) is Opaque:  # the content was nested too deeply
            return value
        subclass = SUBCLASSES.get(type(value))
        if subclass is None:
            raise BadEncoding("a builtin that has subclasses expected")
        instance: object = subclass(value)
        return instance

    def opaque(self, depth: int) -> Opaque:
        name, items = self.expect(str, depth), self.get(depth + 1)
        if items is not None and type(items) is not list:
            raise BadEncoding("list or None expected")
        return Opaque(name, items)


def _unpack(letter: bytes, count: int, packed: bytes) -> list[Any]:
    if letter == b"B":
        return [byte != 0 for byte in packed]
    if letter in (b"q", b"d"):
        return array(letter.decode(), packed).tolist()
    if letter != b"s":
        raise BadEncoding("packed items")
    lengths, texts = array("I", packed[: 4 * count]), packed[4 * count :].decode("ascii")
    ends = list(accumulate(lengths, initial=0))
    if ends[-1] != len(texts):
        raise BadEncoding("packed texts")
    return [texts[start:end] for start, end in pairwise(ends)]


def _array(kind: str, shape: tuple[Any, ...], content: bytes) -> Any:
    import numpy

    if not DTYPE.fullmatch(kind) or len(shape) > _MAX_DIMENSIONS:
        raise BadEncoding("a plain dtype and a shape expected")
    dtype = numpy.dtype(kind)
    if any(type(extent) is not int or extent < 0 for extent in shape):
        raise BadEncoding("a shape of natural numbers expected")
    if math.prod(shape) * dtype.itemsize != len(content) or not dtype.itemsize:
        raise BadEncoding("the shape says another size")
    if dtype.kind == "b" and content.strip(b"\0\1"):
        raise BadEncoding("a bool is 0 or 1")
    if dtype.kind == "U" and content and numpy.frombuffer(content, kind[0] + "u4").max() > sys.maxunicode:
        raise BadEncoding("no such character")
    return numpy.ndarray(shape, dtype, content)


_BY_TAG: dict[bytes, Callable[[_Decoder, int], object]] = {
    b"N": lambda decoder, depth: None,
    b"T": lambda decoder, depth: True,
    b"F": lambda decoder, depth: False,
    b"i": lambda decoder, depth: int.from_bytes(decoder.content(), "little", signed=True),
    b"f": lambda decoder, depth: FLOAT.unpack(decoder.take(FLOAT.size))[0],
    b"c": lambda decoder, depth: complex(*COMPLEX.unpack(decoder.take(COMPLEX.size))),
    b"s": lambda decoder, depth: decoder.content().decode("utf-8", "surrogatepass"),
    b"b": lambda decoder, depth: decoder.content(),
    b"B": lambda decoder, depth: bytearray(decoder.content()),
    b"l": _Decoder.items,
    b"t": lambda decoder, depth: tuple(decoder.items(depth)),
    b"e": lambda decoder, depth: set(decoder.items(depth)),
    b"z": lambda decoder, depth: frozenset(decoder.items(depth)),
    b"d": _Decoder.mapping,
    b"C": lambda decoder, depth: Counter(decoder.mapping(depth)),
    b"O": lambda decoder, depth: OrderedDict(decoder.mapping(depth)),
    b"D": lambda decoder, depth: defaultdict(None, decoder.mapping(depth)),
    b"k": lambda decoder, depth: dict.fromkeys(decoder.items(depth)).keys(),
    b"v": lambda decoder, depth: dict(decoder.items(depth)).items(),
    b"P": _Decoder.packed,
    b"a": _Decoder.array,
    b"g": _Decoder.scalar,
    b"q": _Decoder.fraction,
    b"m": _Decoder.decimal,
    b"r": _Decoder.range,
    b"S": _Decoder.subclass,
    b"o": _Decoder.opaque,
}
_READERS = {tag[0]: reader for tag, reader in _BY_TAG.items()}
