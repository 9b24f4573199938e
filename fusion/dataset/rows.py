"""One row of a data set with where it came from, and one attempt that did not become a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Method = Literal["fuse", "evolve", "seed"]
"""`seed`: the seed's own instruction, kept beside the evolved ones."""
Verified = Literal["pass", "fail", "untested"]


@dataclass(frozen=True)
class Row:
    """One instruction and its answer, with lineage."""

    id: str
    """Of the instruction's text: `fusion.seeds.seed.text_id`."""
    instruction: str
    output: str
    language: str
    method: Method
    parents: tuple[str, ...]
    """Ids of the seeds, or of the rows of an earlier round."""
    number: int
    """Of its pair, or of its parent in the round."""
    round: int = 1
    operator: str = ""
    """How it was made: an operator of fusion, or a heuristic of evolution."""
    strategy: str = ""
    """How its parents were chosen."""
    teacher: str = ""
    calls: tuple[str, ...] = ()
    """Keys of the calls in the journal that led to it."""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float | None = None
    """US dollars of the calls that led to it; absent where the price is not known."""
    verified: Verified | None = None
    """Whether the answer passes tests of the teacher's; absent where none were asked for."""
    pass_rate: float | None = None
    """Share of the answers drawn that pass them: the measured difficulty."""
    judged_difficulty: float | None = None
    """1 to 10, as the teacher judges it."""
    remarks: Mapping[str, str | float] = field(default_factory=dict)
    """What a check found that is no reason to reject."""


@dataclass(frozen=True)
class Rejected:
    """One attempt that did not become a row, and why."""

    number: int
    reason: str
    parents: tuple[str, ...]
    instruction: str = ""
    """As far as there was one."""
    round: int = 1
    operator: str = ""
    languages: tuple[str, ...] = ()
    """Of the parents."""
    detail: str = ""
    """The method and the hit, or the earlier row it repeats."""
    calls: tuple[str, ...] = ()
    cost: float | None = None
