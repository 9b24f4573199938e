"""What can be done to an integer, a string or a list: one line an operation, in English and in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["integer", "string", "list"]
"""What a value is; a list is one of integers."""


@dataclass(frozen=True)
class Operation:
    """One thing that can be done to a value.

    Example:
        >>> OPERATIONS["add"].expression.format(v="x", k=4)
        'x + 4'
    """

    name: str
    takes: Kind
    gives: Kind
    phrases: tuple[str, str]
    """Two wordings, in which `{it}` is the value and `{k}` the number."""
    expression: str
    """Python, in which `{v}` is the value and `{k}` the number."""
    numbers: tuple[int, int] | None = None
    """Lowest and highest number that it is used with; None where it takes none."""


_ALL = (
    Operation("add", "integer", "integer", ("adds {k} to {it}", "increases {it} by {k}"), "{v} + {k}", (2, 60)),
    Operation(
        "subtract", "integer", "integer", ("subtracts {k} from {it}", "decreases {it} by {k}"), "{v} - {k}", (2, 60)
    ),
    Operation("multiply", "integer", "integer", ("multiplies {it} by {k}", "scales {it} by {k}"), "{v} * {k}", (2, 20)),
    Operation(
        "divide",
        "integer",
        "integer",
        ("divides {it} by {k}", "finds how often {k} fits into {it}"),
        "{v} // {k}",
        (2, 9),
    ),
    Operation(
        "remainder",
        "integer",
        "integer",
        ("takes {it} modulo {k}", "finds what dividing {it} by {k} leaves"),
        "{v} % {k}",
        (3, 20),
    ),
    Operation("square", "integer", "integer", ("squares {it}", "multiplies {it} by itself"), "{v} * {v}"),
    Operation("negate", "integer", "integer", ("negates {it}", "flips the sign of {it}"), "-{v}"),
    Operation("absolute", "integer", "integer", ("takes the size of {it}", "drops the sign of {it}"), "abs({v})"),
    Operation("text", "integer", "string", ("writes {it} as text", "turns {it} into a string"), "str({v})"),
    Operation("binary", "integer", "string", ("writes {it} in binary", "turns {it} into binary"), "bin({v})"),
    Operation(
        "pair",
        "integer",
        "list",
        ("puts {it} and {k} into a list", "makes a list of {it} and {k}"),
        "[{v}, {k}]",
        (2, 60),
    ),
    Operation("upper", "string", "string", ("upper-cases {it}", "turns {it} into capitals"), "{v}.upper()"),
    Operation("backwards", "string", "string", ("spells {it} backwards", "reverses the letters of {it}"), "{v}[::-1]"),
    Operation(
        "behead",
        "string",
        "string",
        ("drops the first {k} characters of {it}", "cuts {k} characters off the start of {it}"),
        "{v}[{k}:]",
        (1, 5),
    ),
    Operation("repeat", "string", "string", ("repeats {it} {k} times", "writes {it} {k} times"), "{v} * {k}", (2, 9)),
    Operation(
        "unspace",
        "string",
        "string",
        ("removes the spaces from {it}", "closes the gaps in {it}"),
        "{v}.replace(' ', '')",
    ),
    Operation(
        "exclaim",
        "string",
        "string",
        ("adds an exclamation mark to {it}", "ends {it} with an exclamation mark"),
        "{v} + '!'",
    ),
    Operation(
        "length", "string", "integer", ("counts the characters of {it}", "measures how long {it} is"), "len({v})"
    ),
    Operation(
        "vowels",
        "string",
        "integer",
        ("counts the vowels of {it}", "finds how many vowels {it} has"),
        "sum(c in 'aeiou' for c in {v})",
    ),
    Operation(
        "codes",
        "string",
        "list",
        ("lists the character codes of {it}", "turns {it} into character codes"),
        "[ord(c) for c in {v}]",
    ),
    Operation("reverse", "list", "list", ("reverses the order of {it}", "puts {it} in reverse"), "{v}[::-1]"),
    Operation("sort", "list", "list", ("sorts {it}", "orders {it} from small to large"), "sorted({v})"),
    Operation(
        "add_each",
        "list",
        "list",
        ("adds {k} to every element of {it}", "increases each element of {it} by {k}"),
        "[i + {k} for i in {v}]",
        (2, 60),
    ),
    Operation(
        "multiply_each",
        "list",
        "list",
        ("multiplies every element of {it} by {k}", "scales each element of {it} by {k}"),
        "[i * {k} for i in {v}]",
        (2, 20),
    ),
    Operation(
        "evens",
        "list",
        "list",
        ("keeps the even numbers of {it}", "drops the odd numbers of {it}"),
        "[i for i in {v} if i % 2 == 0]",
    ),
    Operation(
        "tail",
        "list",
        "list",
        ("drops the first {k} elements of {it}", "cuts {k} elements off the start of {it}"),
        "{v}[{k}:]",
        (1, 4),
    ),
    Operation("sum", "list", "integer", ("sums {it}", "adds up the elements of {it}"), "sum({v})"),
    Operation(
        "count", "list", "integer", ("counts the elements of {it}", "finds how many elements {it} has"), "len({v})"
    ),
    Operation(
        "join",
        "list",
        "string",
        ("joins the elements of {it} with commas", "writes {it} with commas between"),
        "','.join(str(i) for i in {v})",
    ),
)
OPERATIONS: Mapping[str, Operation] = {operation.name: operation for operation in _ALL}
