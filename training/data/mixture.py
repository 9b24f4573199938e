"""Several data sets as one: each capped and weighted by a seeded choice that depends on the rows' text alone.

The choice sorts rows by a hash of the seed and the text and takes the first, so the 10,000 rows of one training are
among the 20,000 of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import InputError
from training.data.conversation import Conversation
from training.data.forms import Form
from training.data.sources import read_source
from training.settings import DataSettings, SourceSettings


@dataclass(frozen=True)
class Part:
    """What one data set gives to the mixture."""

    name: str
    form: Form
    rows: int
    """In the data set."""
    taken: int
    """In one epoch, repetitions included."""
    empty: int
    """Left out because they have no answer."""
    licence: str


@dataclass(frozen=True)
class Mixture:
    """The conversations of an epoch, source by source."""

    conversations: list[Conversation]
    parts: list[Part]


def mix(settings: DataSettings, seed: int) -> Mixture:
    """Read and mix all data sets.

    Args:
        settings: Which, and how much of each.
        seed: Of the choice of rows.

    Raises:
        InputError: There is no data set, or one is wrong.
        EnvironmentLacking: The Hub can not be reached.
    """
    if not settings.sources:
        raise InputError("no data to learn from", hint="--data FILE, or [[data.sources]] with a path in the config")
    conversations: list[Conversation] = []
    parts = []
    difficulty = settings.difficulty if settings.order == "curriculum" else None
    for item in settings.sources:
        source = read_source(item, difficulty=difficulty, skip_empty=settings.skip_empty)
        taken = weighted(source.conversations, item, seed)
        conversations += taken
        parts.append(Part(source.name, source.form, len(source.conversations), len(taken), source.empty, item.licence))
    if not conversations:
        raise InputError("the weights and caps of the data sets leave no row", hint="a larger weight, or leave it out")
    return Mixture(conversations, parts)


def weighted(rows: Sequence[Conversation], settings: SourceSettings, seed: int) -> list[Conversation]:
    """Take what the cap and the weight say of one data set.

    Args:
        rows: All of it.
        settings: Cap and weight.
        seed: Of the choice.

    Example:
        >>> from harness.models.model import Message
        >>> rows = [Conversation((Message("user", str(n)), Message("assistant", "x")), "demo") for n in range(9)]
        >>> few, more = (weighted(rows, SourceSettings("demo", cap=cap), 1) for cap in (3, 6))
        >>> more[:3] == few, len(weighted(rows, SourceSettings("demo", weight=1.5), 1))
        (True, 13)
    """
    if settings.cap is None and settings.weight == 1:
        return list(rows)
    ranked = sorted(rows, key=lambda row: row.key(seed))[: settings.cap]
    whole, part = divmod(settings.weight, 1.0)
    return ranked * int(whole) + ranked[: round(part * len(ranked))]
