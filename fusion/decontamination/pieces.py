"""The texts that a row may hold: questions, solutions and test lines, equal ones once, and the weights of their words.

A word counts the more, the fewer tasks have it: "write a function to find the" is in hundreds.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from fusion.decontamination.benchmark_texts import BenchmarkText
from fusion.decontamination.words import words_of

Kind = Literal["question", "solution", "test"]

CONTENT_SHARE = 0.2
"""A word that more of the tasks have than this says nothing about any of them."""
RARE_SHARE = 0.05
"""A word that at most this share of the tasks has is rare."""


@dataclass(frozen=True)
class Piece:
    """One text of one task, or of several that share it."""

    kind: Kind
    words: tuple[str, ...]
    tasks: tuple[int, ...]
    """Indexes of the tasks that have it."""
    origins: frozenset[str]


class Weights:
    """How much each word says: its inverse document frequency over the tasks, in nats.

    Args:
        pieces: What the tasks hold; a task that is in several benchmarks counts once.

    Example:
        >>> def piece(words, origin): return Piece("question", tuple(words.split()), (0,), frozenset([origin]))
        >>> weights = Weights([piece("find the median", "a"), piece("find the mode", "b")])
        >>> round(weights.of("find"), 2), round(weights.of("median"), 2), weights.is_rare("median")
        (0.41, 1.1, True)
    """

    def __init__(self, pieces: Sequence[Piece]) -> None:
        origins: defaultdict[str, set[str]] = defaultdict(set)
        for piece in pieces:
            if piece.kind != "test":
                for word in piece.words:
                    origins[word] |= piece.origins
        self._tasks = len(frozenset().union(*(piece.origins for piece in pieces)))
        self._counts = {word: len(found) for word, found in origins.items()}

    def of(self, word: str) -> float:
        """Give a word's weight; one that no task has weighs as one that a single task has."""
        return math.log((self._tasks + 1) / self._counts.get(word, 1))

    def is_content(self, word: str) -> bool:
        """Tell whether a word says something about its task."""
        return self._counts.get(word, 1) <= max(1.0, CONTENT_SHARE * self._tasks)

    def is_rare(self, word: str) -> bool:
        """Tell whether few tasks have a word."""
        return self._counts.get(word, 1) <= max(1.0, RARE_SHARE * self._tasks)


def pieces_of(tasks: Sequence[BenchmarkText]) -> list[Piece]:
    """Take the tasks' texts apart.

    Args:
        tasks: The tasks; a piece names them by their index.

    Example:
        >>> from fusion.decontamination.benchmark_texts import BenchmarkSource
        >>> task = BenchmarkText(BenchmarkSource("d", "1", "", 1), "D/1", "one", ("Give 1.", "give 1"), "return 1")
        >>> [(piece.kind, piece.words, piece.tasks) for piece in pieces_of([task])]
        [('question', ('give', '1'), (0,)), ('solution', ('return', '1'), (0,))]
    """
    holders: defaultdict[tuple[Kind, tuple[str, ...]], dict[int, None]] = defaultdict(dict)
    for index, task in enumerate(tasks):
        texts: Mapping[Kind, Sequence[str]] = {
            "question": task.questions,
            "solution": (task.solution,),
            "test": task.tests,
        }
        for kind, of_kind in texts.items():
            for text in of_kind:
                if words := tuple(words_of(text)):
                    holders[kind, words][index] = None
    return [
        Piece(kind, words, tuple(found), frozenset(tasks[index].origin or tasks[index].task_id for index in found))
        for (kind, words), found in holders.items()
    ]
