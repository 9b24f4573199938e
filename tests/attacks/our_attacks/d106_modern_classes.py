# d106 | task=add | required=pass | dataclass, enum, namedtuple, Protocol, generics, match
from __future__ import annotations
from collections import namedtuple
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, Protocol, TypedDict, TypeVar, get_type_hints
T = TypeVar("T")
class Color(Enum):
    RED = auto()
class Adds(Protocol):
    def add(self, a: int, b: int) -> int: ...
class Row(TypedDict):
    a: int
Pair = namedtuple("Pair", "a b")
@dataclass(slots=True, frozen=True)
class Box(Generic[T]):
    item: T
def add(a, b):
    get_type_hints(Box)
    match Pair(a, b):
        case Pair(a=x, b=y):
            return Box(x).item + y + Color.RED.value - 1
