"""The kinds of instruction that can be fused: programming tasks, mathematics problems, instructions in plain text."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from harness.errors import InputError, nearest

_FILE = Path(__file__).with_name("domains.toml")


@dataclass(frozen=True)
class Domain:
    """How the templates speak of one kind of instruction."""

    name: str
    noun: str
    choice: str
    """What it must settle where its two parents differ."""
    system: str
    """Opens every call for an answer."""


@functools.cache
def _domains() -> dict[str, Domain]:
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        name: Domain(name, **{key: value.strip() for key, value in fields.items()}) for name, fields in table.items()
    }


DOMAINS = ("code", "math", "text")


def domain(name: str) -> Domain:
    """Give a domain by its name.

    Args:
        name: One of `DOMAINS`.

    Raises:
        InputError: There is none of that name.

    Example:
        >>> domain("math").noun
        'mathematics problem'
    """
    if name not in DOMAINS:
        raise InputError(f"no domain {name!r}", hint=nearest(name, DOMAINS))
    return _domains()[name]
