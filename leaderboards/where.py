"""The filter of a board, as in `size<15 and recipe==if`: a small language of its own, in which nothing can be called.

    condition:   NAME OP VALUE, with OP one of  ==  !=  <  <=  >  >=
    combined by: and, or, not, ( )
    NAME:        a field of the row, a tag, or a column as the board calls it: size, recipe, humaneval+, multipl-e:js
    VALUE:       a number, a word, or a text in quotes; * stands for anything, as in model=="starcoder*"

Scores are percent. Where a row does not know a name's value (no size in its name, no score in the column), the
condition is neither true nor false, and the row is left out unless the rest decides.
"""

from __future__ import annotations

import fnmatch
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from harness.errors import InputError, nearest

Fact = str | float | None
Truth = bool | None
Condition = Callable[[Mapping[str, Fact]], Truth]

_TOKEN = re.compile(
    r"""\s*(?:(?P<op>==|!=|<=|>=|<|>|=|\(|\))|"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<word>[^\s()<>=!"']+))"""
)
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
EXAMPLE = 'as in --where "size<15 and recipe==if"'


@dataclass(frozen=True)
class _Token:
    text: str
    kind: str
    """`op`, `quoted`, `word`, or `end`"""

    def is_word(self, word: str) -> bool:
        return self.kind == "word" and self.text.lower() == word


def parse_where(text: str, names: Iterable[str]) -> Condition:
    """Read a filter.

    Args:
        text: As in the module's description.
        names: What may be asked for.

    Returns:
        What says of a row's facts whether it passes: True, False, or None where the row does not know.

    Raises:
        InputError: It can not be read, or asks for a name that is not there.

    Example:
        >>> passes = parse_where("size<15 and (recipe==if or humaneval+ >= 70)", ["size", "recipe", "humaneval+"])
        >>> passes({"size": 13.0, "recipe": "evol", "humaneval+": 73.8})
        True
        >>> print(passes({"size": None, "recipe": "if", "humaneval+": 73.8}))
        None
    """
    reader = _Reader(text, frozenset(names))
    condition = reader.either()
    reader.expect_end()
    return condition


class _Reader:
    """Reads one filter from left to right; each method takes what its name says and gives what decides it."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        self._text = text
        self._names = names
        self._tokens = list(self._split(text))
        self._place = 0

    def _split(self, text: str) -> Iterable[_Token]:
        place = 0
        text = text.rstrip()
        while place < len(text):
            match = _TOKEN.match(text, place)
            if match is None:
                raise InputError(f"--where {self._text!r} can not be read from {text[place:]!r} on", hint=EXAMPLE)
            kind = match.lastgroup or ""
            yield _Token(match[kind], "quoted" if kind in ("double", "single") else kind)
            place = match.end()

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place] if self._place < len(self._tokens) else _Token("the end", "end")

    def _take(self) -> _Token:
        token = self._next
        self._place += 1
        return token

    def expect_end(self) -> None:
        """Raise where something is left over."""
        if self._next.kind != "end":
            raise self._unexpected("'and' or 'or'", self._next)

    def either(self) -> Condition:
        """Take conditions joined by `or`."""
        parts = [self._both()]
        while self._next.is_word("or"):
            self._take()
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda facts: _any([part(facts) for part in parts])

    def _both(self) -> Condition:
        parts = [self._inverted()]
        while self._next.is_word("and"):
            self._take()
            parts.append(self._inverted())
        return parts[0] if len(parts) == 1 else lambda facts: _not(_any([_not(part(facts)) for part in parts]))

    def _inverted(self) -> Condition:
        if self._next.is_word("not"):
            self._take()
            inner = self._inverted()
            return lambda facts: _not(inner(facts))
        if self._next == _Token("(", "op"):
            self._take()
            condition = self.either()
            if self._next != _Token(")", "op"):
                raise self._unexpected("')'", self._next)
            self._take()
            return condition
        return self._condition()

    def _condition(self) -> Condition:
        name = self._take()
        if name.kind not in ("word", "quoted"):
            raise self._unexpected("a name", name)
        if name.kind == "word" and name.text in ("and", "or", "not") and name.text not in self._names:
            raise self._unexpected("a name", name)
        if name.text not in self._names:
            raise InputError(f"no field {name.text!r} on this board", hint=nearest(name.text, self._names))
        sign = self._take()
        if sign.text == "=" and sign.kind == "op":
            raise InputError(f"--where {self._text!r}: '=' does not compare", hint=f"{name.text}==…, {EXAMPLE}")
        if sign.kind != "op" or sign.text not in _COMPARE:
            raise self._unexpected("one of == != < <= > >=", sign)
        value = self._take()
        if value.kind not in ("word", "quoted"):
            raise self._unexpected("a number or a word", value)
        return _comparison(name.text, sign.text, value.text)

    def _unexpected(self, wanted: str, seen: _Token) -> InputError:
        shown = seen.text if seen.kind == "end" else repr(seen.text)
        return InputError(f"--where {self._text!r}: {wanted} expected, not {shown}", hint=EXAMPLE)


def _comparison(name: str, sign: str, value: str) -> Condition:
    """Compare as numbers where the row's value is one, else as texts; `*` matches anything in == and !=."""
    number = float(value) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", value) else None
    is_pattern = "*" in value and sign in ("==", "!=")

    def decide(facts: Mapping[str, Fact]) -> Truth:
        fact = facts.get(name)
        if fact is None:
            return None
        if isinstance(fact, float):
            if number is None:
                raise InputError(f"{name} is a number, {value!r} is none", hint=f"{name}{sign}{fact:g}")
            # As the board prints it: 72.0 % is 118 of 164 tasks, 71.95.
            return _COMPARE[sign](round(fact, 6), number)
        if is_pattern:
            return fnmatch.fnmatchcase(fact.lower(), value.lower()) is (sign == "==")
        if sign in ("==", "!="):
            return (fact.lower() == value.lower()) is (sign == "==")
        return bool(_COMPARE[sign](fact, value))  # type: ignore[arg-type]  # texts have an order too: dates

    return decide


def _any(truths: Iterable[Truth]) -> Truth:
    """True where one is, else None where one is not known."""
    seen = set(truths)
    return True if True in seen else (None if None in seen else False)


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth
