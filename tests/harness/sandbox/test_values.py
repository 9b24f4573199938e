"""The plain-data codec: what goes in comes out, and nothing that comes in can do more than be refused."""

from __future__ import annotations

import collections
import contextlib
import enum
import itertools
import math
import random
import struct
import subprocess
import sys
import time
import tracemalloc
import types
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.sandbox.values import MAX_DEPTH, MAX_ITEMS, SUBCLASSES, BadEncoding, Opaque, ValueTooLarge, decode, encode

MEBIBYTE = 1 << 20
Point = collections.namedtuple("Point", "x y")


def there_and_back(value: object) -> Any:
    return decode(encode(value, MEBIBYTE))


def is_same(one: Any, other: Any) -> Any:
    """Equal in content and in every type, with nan the same as nan and -0.0 another than 0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return struct.pack("<d", one) == struct.pack("<d", other)
    if isinstance(one, complex):
        return is_same(one.real, other.real) and is_same(one.imag, other.imag)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, dict):
        return is_same(list(one.items()), list(other.items()))
    if isinstance(one, numpy.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, numpy.generic):
        # An empty numpy text has bytes that nobody set.
        return one.dtype == other.dtype and (not one.dtype.itemsize or one.tobytes() == other.tobytes())
    return bool(one == other)


texts = st.text(st.characters(exclude_categories=[]), max_size=20)
floats = st.floats(allow_subnormal=True) | st.just(struct.unpack("<d", b"\1\0\0\0\0\0\xf8\x7f")[0])
keys = st.recursive(
    st.none() | st.booleans() | st.integers() | texts | st.binary(max_size=9) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4).map(tuple) | st.frozensets(inner, max_size=4),
    max_leaves=5,
)
numpy_scalars = st.builds(
    lambda kind, number: numpy.dtype(kind).type(number),
    st.sampled_from(["?", "i1", "u2", "i8", "f4", "f8", "c16"]),
    st.integers(0, 100),
)
arrays = st.builds(
    lambda kind, shape: numpy.arange(math.prod(shape)).reshape(shape).astype(kind),
    st.sampled_from(["?", "i1", ">u2", "<i8", "f2", ">f8", "c8", "S3", "<U5", ">U2"]),
    st.lists(st.integers(0, 4), max_size=4).map(tuple),
)
atoms = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**400), 10**400)
    | floats
    | st.complex_numbers()
    | texts
    | st.binary(max_size=20)
    | st.binary(max_size=20).map(bytearray)
    | st.fractions()
    | st.decimals().filter(lambda number: not number.is_nan())
    | st.builds(range, st.integers(), st.integers(), st.integers(1, 2**70))
    | numpy_scalars
    | arrays
    | texts.map(numpy.str_)
)
runs = (
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=8, max_size=40)
    | st.lists(floats, min_size=8, max_size=40)
    | st.lists(st.booleans(), min_size=8, max_size=40)
    | st.lists(st.text(st.characters(max_codepoint=130), max_size=5), min_size=8, max_size=40)
)


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return (
        st.lists(inner, max_size=12)
        | st.lists(inner, max_size=12).map(tuple)
        | st.dictionaries(keys, inner, max_size=5)
        | st.dictionaries(keys, inner, max_size=5).map(collections.OrderedDict)
        | st.dictionaries(keys, inner, max_size=5).map(lambda content: collections.defaultdict(None, content))
        | st.dictionaries(keys, st.integers(), max_size=5).map(collections.Counter)
        | st.sets(keys, max_size=5)
        | st.frozensets(keys, max_size=5)
    )


values = st.recursive(atoms | runs | runs.map(tuple), containers, max_leaves=12)


@given(values)
@settings(max_examples=150, deadline=None)
def test_what_goes_in_comes_out(value: object) -> None:
    assert is_same(there_and_back(value), value)


@pytest.mark.parametrize(
    "value",
    [
        -0.0,
        struct.unpack("<d", b"\1\2\3\0\0\0\xf0\x7f")[0],
        "\ud800 \udfff \ud83d\ude00 \U0001f600 \0",
        [2**63] * 9,
        [-(2**63)] * 9,
        [True] * 8 + [1],
        ["é"] * 9,
        [""] * 9,
        2**100_000,
        Decimal("-0.00"),
        Decimal("1e-999999"),
        numpy.str_(""),
        numpy.bytes_(b""),
        numpy.zeros((0, 3)),
        numpy.array(7),
    ],
    ids=lambda value: f"{type(value).__name__} {str(value)[:20] if type(value) is not int else 'long'}",
)
def test_values_at_the_edge(value: object) -> None:
    assert is_same(there_and_back(value), value)


def test_views_keep_how_they_compare() -> None:
    pairs = {"a": 1, "b": [2]}
    assert there_and_back(pairs.keys()) == {"b", "a"}
    assert there_and_back({1: 2}.items()) == {(1, 2)}
    assert type(there_and_back(collections.OrderedDict(pairs).items())) is type(pairs.items())


def test_what_remains_of_dictionaries_with_extras() -> None:
    counts = there_and_back(collections.Counter("aab"))
    assert (type(counts), counts["a"], counts["z"]) == (collections.Counter, 2, 0)
    ordered = collections.OrderedDict(a=1, b=2)
    ordered.move_to_end("a")
    assert list(there_and_back(ordered)) == ["b", "a"]
    assert there_and_back(collections.defaultdict(int, a=1)).default_factory is None


class Level(enum.IntEnum):
    LOW = 1


class Colour(enum.Enum):
    RED = "r"


def subclass_of(base: type) -> type:
    """A subclass whose every method lies or fails: the codec must not call them."""

    def lie(self: object, *arguments: object) -> object:
        raise AssertionError("a method of the candidate's class was called")

    names = "__eq__ __hash__ __len__ __iter__ __getitem__ __int__ __float__ __str__ __bytes__ __index__ items keys copy"
    body = dict.fromkeys(names.split(), lie) | {"__class__": property(lambda self: type(None))}
    return type("Liar", (base,), body)


@pytest.mark.parametrize(
    "content",
    [7, 1.5, 1j, "text", b"bytes", bytearray(b"bytes"), [1, [2]], (1, 2), {"a": 1}, {1, 2}, frozenset({1})],
    ids=lambda content: type(content).__name__,
)
def test_a_subclass_is_its_content_with_another_type(content: Any) -> None:
    base = type(content)
    got = there_and_back(subclass_of(base)(content))
    assert type(got) is SUBCLASSES[base]
    assert got == content
    assert base(got) == content


def test_honest_subclasses() -> None:
    assert there_and_back(Point(1, Level.LOW)) == (1, 1)
    assert type(there_and_back(Level.LOW)) is SUBCLASSES[int]
    assert there_and_back({Level.LOW: [Point(1, 2)]}) == {1: [(1, 2)]}


class _Meta(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return True

    def __subclasscheck__(cls, subclass: type) -> bool:
        return True

    def __eq__(cls, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class Hostile(metaclass=_Meta):
    """Claims to be anything, equals everything, and cannot be looked up by its type."""

    __class__ = int  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class Endless:
    def __iter__(self) -> Any:
        return itertools.count()


class Broken:
    def __iter__(self) -> Any:
        yield 1
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "items"),
    [
        (iter([1, "a"]), [1, "a"]),
        ((number**2 for number in range(3)), [0, 1, 4]),
        ({1: 2}.values(), [2]),
        (collections.deque([1, 2]), [1, 2]),
        (Endless(), None),
        (Broken(), None),
        (object(), None),
        (len, None),
        (int, None),
        (Colour.RED, None),
        (Colour, "the members"),
        (numpy.array([None, 1]), [None, 1]),
        (numpy.longdouble(1), None),
        (numpy.datetime64("2020-01-01"), None),
        (memoryview(b"ab"), [97, 98]),
        (types.SimpleNamespace(a=1), None),
        (Hostile(), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_plain_is_opaque(value: object, items: object) -> None:
    got = there_and_back(value)
    assert type(got) is Opaque
    assert got != got  # noqa: PLR0124
    assert got.type_name.split(".")[-1] == type(value).__qualname__
    if items == "the members":
        assert [type(item) for item in got.items or []] == [Opaque]
    else:
        assert got.items == items


def test_items_are_for_the_outermost_value_only() -> None:
    assert there_and_back([iter([1])])[0].items is None
    assert there_and_back(iter([iter([1])])).items[0].items is None


def test_as_many_items_as_there_may_be() -> None:
    assert len(decode(encode(iter(range(MAX_ITEMS)), MEBIBYTE)).items) == MAX_ITEMS  # type: ignore[attr-defined]
    assert there_and_back(iter(range(MAX_ITEMS + 1))).items is None


@pytest.mark.parametrize(
    "wrap",
    [
        lambda value: [value],
        lambda value: (value, 1),
        lambda value: {0: value},
        lambda value: frozenset({value}),
        lambda value: Point(value, 1),
        lambda value: SUBCLASSES[dict]({0: value}),
    ],
    ids=["list", "tuple", "dict", "frozenset", "named tuple", "dict subclass"],
)
def test_nesting_ends_somewhere(wrap: Callable[[Any], object]) -> None:
    value: Any = 1
    for _ in range(3 * MAX_DEPTH):
        value = wrap(value)
    got = there_and_back(value)
    depth = 0
    while not isinstance(got, Opaque):
        got = next(iter(got)) if isinstance(got, frozenset) else got[0]
        depth += 1
    assert got.type_name == "nested too deeply"
    assert depth == (MAX_DEPTH if type(value) in (list, tuple, dict, frozenset) else MAX_DEPTH // 2)


def test_a_value_in_itself_is_sent_or_refused() -> None:
    loop: list[object] = []
    loop.append(loop)
    assert isinstance(there_and_back(loop), list)
    loop.append(loop)  # doubles with every level
    with pytest.raises(ValueTooLarge):
        encode(loop, MEBIBYTE)


@pytest.mark.parametrize(
    "value",
    [
        "x" * 1000,
        b"x" * 1000,
        256**1000,
        [0] * 1000,
        ["abcd"] * 250,
        [None] * 1000,
        [[]] * 200,
        dict.fromkeys(range(200)),
        set(range(300)),
        numpy.zeros(125),
        range(1000).__iter__(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_too_large(value: object) -> None:
    with pytest.raises(ValueTooLarge):
        encode(value, 999)


def test_exactly_large_enough() -> None:
    encoded = encode(["some", "text", 1.5], MEBIBYTE)
    assert encode(["some", "text", 1.5], len(encoded)) == encoded
    with pytest.raises(ValueTooLarge):
        encode(["some", "text", 1.5], len(encoded) - 1)


def test_a_long_fraction_is_opaque() -> None:
    assert there_and_back(Fraction(1, 3**50_000)).type_name == "a very long Fraction"


def test_a_program_that_rebinds_builtins_still_gets_its_answers_out() -> None:
    program = (
        "import builtins\n"
        "from harness.sandbox.values import decode, encode\n"
        "kept = dict(vars(builtins))\n"
        "for name in 'len type set map id bytes issubclass getattr list min max isinstance bool str'.split():\n"
        "    setattr(builtins, name, None)\n"
        "data = encode([[1] * 20, iter('ab'), {'a': (1.5, None)}, type_ := 5], 1000)\n"
        "vars(builtins).update(kept)\n"
        "assert str(decode(data)) == str([[1] * 20, decode(data)[1], {'a': (1.5, None)}, 5])\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def u32(number: int) -> bytes:
    return struct.pack("<I", number)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"?",
        b"NN",
        b"i",
        b"i" + u32(5) + b"1",
        b"f1234567",
        b"s" + u32(1) + b"\xff",
        b"l" + u32(2) + b"N",
        b"l" + u32(0xFFFFFFFF),
        b"e" + u32(1) + b"l" + u32(0),
        b"d" + u32(1) + b"l" + u32(0) + b"N",
        b"d" + u32(1) + b"N",
        b"v" + u32(1) + b"N",
        b"k" + u32(1) + b"l" + u32(0),
        b"P",
        b"Pdq" + u32(1) + u32(8) + bytes(8),
        b"Plx" + u32(1) + u32(8) + bytes(8),
        b"Plq" + u32(2) + u32(8) + bytes(8),
        b"Plq" + u32(1) + u32(7) + bytes(7),
        b"Pls" + u32(1) + u32(4) + u32(1),
        b"Pls" + u32(1) + u32(5) + u32(0xFFFFFFFF) + b"a",
        b"Pls" + u32(1) + u32(5) + u32(1) + b"\xff",
        b"Pls" + u32(3) + u32(3) + b"abc",
        b"S" + b"N",
        b"S" + b"S" + b"N",
        b"o" + b"N" + b"N",
        b"o" + b"s" + u32(0) + b"T",
        b"q" + encode(1, 99) + encode(0, 99),
        b"q" + encode(1, 99) + encode(True, 99),
        b"q" + encode(1, 99) + encode(1 << 70_000, 99_999),
        b"m" + encode("one", 99),
        b"m" + encode(1, 99),
        b"r" + encode(0, 99) + encode(1, 99) + encode(0, 99),
        b"r" + encode(0, 99) + encode(1, 99) + encode("a", 99),
        b"l" + u32(1) + b"l" + u32(1),
        (b"l" + u32(1)) * 100_000 + b"N",
        b"S" * 100_000 + b"N",
        b"g" + encode("O", 99) + encode(bytes(8), 99),
        b"g" + encode("|V8", 99) + encode(bytes(8), 99),
        b"g" + encode("<M8[s]", 99) + encode(bytes(8), 99),
        b"g" + encode("<i8", 99) + encode(bytes(7), 99),
        b"g" + encode("<i8\n", 99) + encode(bytes(8), 99),
        b"g" + encode("|b1", 99) + encode(b"\2", 99),
        b"g" + encode("<U1", 99) + encode(b"\xff\xff\xff\x7f", 99),
        b"a" + encode("<i8", 99) + encode((2,), 99) + encode(bytes(8), 99),
        b"a" + encode("<i8", 99) + encode((-1,), 99) + encode(bytes(8), 99),
        b"a" + encode("<i8", 99) + encode((True,), 99) + encode(bytes(8), 99),
        b"a" + encode("<i8", 99) + encode((1.0,), 99) + encode(bytes(8), 99),
        b"a" + encode("<i8", 99) + encode([1], 99) + encode(bytes(8), 99),
        b"a" + encode("<i8", 99) + encode((0, 2**63), 99) + encode(b"", 99),
        b"a" + encode("<i8", 99) + encode((1,) * 33, 999) + encode(bytes(8), 99),
        b"a" + encode("<U0", 99) + encode((2**31,), 99) + encode(b"", 99),
        b"a" + encode("<U99999999", 999) + encode((0,), 99) + encode(b"", 99),
    ],
    ids=lambda data: repr(data[:24]),
)
def test_bad_bytes(data: bytes) -> None:
    with pytest.raises(BadEncoding):
        decode(data)


@pytest.mark.parametrize("unit", [b"l", b"t", b"e", b"z", b"d", b"C", b"O", b"D", b"k", b"v", b"s", b"b", b"B"])
def test_memory_is_bounded_by_the_bytes(unit: bytes) -> None:
    data = b"l" + u32(20_000) + (unit + u32(0)) * 20_000
    tracemalloc.start()
    try:
        decode(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 60 * len(data)


def mutants(data: bytes, dice: random.Random, count: int) -> Any:
    """Cut, flip, overwrite, insert, delete, repeat and splice."""
    for _ in range(count):
        mutant = bytearray(data)
        for _ in range(dice.choice((1, 1, 1, 2, 5))):
            place, end = dice.randrange(len(mutant) + 1), dice.randrange(len(mutant) + 1)
            match dice.randrange(7):
                case 0:
                    del mutant[place:]
                case 1 if place < len(mutant):
                    mutant[place] ^= 1 << dice.randrange(8)
                case 2:
                    mutant[place : place + 4] = u32(dice.choice((0, 1, 2, 255, 1 << 16, 0x7FFFFFFF, 0xFFFFFFFF)))
                case 3:
                    mutant[place:place] = bytes((dice.choice(b"NTFifcsbBltezdCODkvPagqmrSoq"),))
                case 4:
                    del mutant[place : place + dice.randrange(6)]
                case 5:
                    mutant[place:place] = mutant[place:end][:500]
                case _:
                    mutant[place : place + 1] = dice.randbytes(1)
        yield bytes(mutant)


def check_mutants(data: bytes, seed: int, count: int) -> None:
    for mutant in mutants(data, random.Random(seed), count):
        began = time.process_time()
        with contextlib.suppress(BadEncoding):
            decode(mutant)
        assert time.process_time() - began < 1.0, mutant


@given(values, st.integers(0, 2**32))
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_mutants_are_refused_or_read(value: object, seed: int) -> None:
    check_mutants(encode(value, MEBIBYTE), seed, 220)


@pytest.mark.long
@given(values, st.integers(0, 2**32))
@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_million_mutants_are_refused_or_read(value: object, seed: int) -> None:
    check_mutants(encode(value, MEBIBYTE), seed, 500)
