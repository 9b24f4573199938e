"""Which pieces of the tasks a text holds word for word, and how much of each it covers with runs of equal words.

Runs of words that three or more tasks share are templates ("write a function to find the") and cover nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fusion.decontamination.pieces import Piece, Weights

LONG_WORDS = 20
"""Content words from which on a piece is long."""
LONG_RUN = 8
"""Words of a run in long pieces: n = 8 as Tülu 3, Llama 3 and the ConTAM study; longer runs find less."""
SHORT_RUN = 5
"""In short ones, where a change of word order would leave no run of eight (allenai/decon's seeds have five)."""
TEMPLATE_TASKS = 3
_ANCHOR_WORDS = 3

Run = tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """How much of one piece a text covers."""

    piece: int
    share: float
    """Of the piece's weight."""
    rare: int
    """Rare words covered, each occurrence."""
    is_long: bool
    start: int
    """Where the first shared run stands in the text, in words."""


class Overlap:
    """The pieces by their runs of words.

    Args:
        pieces: The tasks' pieces.
        weights: Of their words.

    Example:
        >>> piece = Piece("question", tuple("count the words that have more than seven letters".split()), (0,),
        ...     frozenset(["a"]))
        >>> overlap = Overlap([piece], Weights([piece]))
        >>> text = "please count the words that have more than seven letters here".split()
        >>> list(overlap.contained(text)), len(list(overlap.covered(text)))
        ([(0, 1)], 1)
    """

    def __init__(self, pieces: Sequence[Piece], weights: Weights) -> None:
        self._pieces = pieces
        self._weight = [[weights.of(word) for word in piece.words] for piece in pieces]
        self._is_rare = [[weights.is_rare(word) for word in piece.words] for piece in pieces]
        self._is_long = [sum(map(weights.is_content, piece.words)) >= LONG_WORDS for piece in pieces]
        self._runs = {length: self._by_run(length) for length in (LONG_RUN, SHORT_RUN)}
        self._anchors = self._by_anchor()

    def _by_run(self, length: int) -> dict[Run, list[tuple[int, int]]]:
        origins: defaultdict[Run, set[str]] = defaultdict(set)
        places: defaultdict[Run, list[tuple[int, int]]] = defaultdict(list)
        for index, piece in enumerate(self._pieces):
            if piece.kind == "test":
                continue
            for start, run in enumerate(runs(piece.words, length)):
                origins[run] |= piece.origins
                if self._is_long[index] == (length == LONG_RUN):
                    places[run].append((index, start))
        return {run: found for run, found in places.items() if len(origins[run]) < TEMPLATE_TASKS}

    def _by_anchor(self) -> dict[Run, list[tuple[int, int]]]:
        """Each piece under the one run of three words that the fewest pieces have, so that it is looked at seldom."""
        counts: defaultdict[Run, int] = defaultdict(int)
        for piece in self._pieces:
            for run in set(runs(piece.words, _ANCHOR_WORDS)):
                counts[run] += 1
        anchors: defaultdict[Run, list[tuple[int, int]]] = defaultdict(list)
        for index, piece in enumerate(self._pieces):
            found = [(counts[run], start, run) for start, run in enumerate(runs(piece.words, _ANCHOR_WORDS))]
            if found:
                _, start, run = min(found)
                anchors[run].append((index, start))
        return dict(anchors)

    def contained(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Give the pieces of three or more words that a text holds whole, each with the word that it starts at."""
        anchors = self._anchors
        seen: set[int] = set()
        for place, run in enumerate(runs(words, _ANCHOR_WORDS)):
            if run not in anchors:
                continue
            for index, offset in anchors[run]:
                start = place - offset
                if index in seen or start < 0:
                    continue
                wanted = self._pieces[index].words
                if tuple(words[start : start + len(wanted)]) == wanted:
                    seen.add(index)
                    yield index, start

    def covered(self, words: Sequence[str]) -> Iterator[Coverage]:
        """Give how much of each piece the runs of a text cover; pieces without a shared run are left out."""
        places: defaultdict[int, set[int]] = defaultdict(set)
        first: dict[int, int] = {}
        for length, known in self._runs.items():
            for place, run in enumerate(runs(words, length)):
                if run in known:
                    for index, start in known[run]:
                        places[index].update(range(start, start + length))
                        first.setdefault(index, place)
        for index, covered in places.items():
            weight = self._weight[index]
            total = sum(weight)
            rare = sum(self._is_rare[index][at] for at in covered)
            if total:
                yield Coverage(
                    index, sum(weight[at] for at in covered) / total, rare, self._is_long[index], first[index]
                )


def runs(words: Sequence[str], length: int) -> Iterator[Run]:
    """Give all runs of so many words, in order.

    Args:
        words: The text.
        length: Words of a run.

    Example:
        >>> list(runs(["a", "b", "c"], 2))
        [('a', 'b'), ('b', 'c')]
    """
    return zip(*(words[start:] for start in range(length)), strict=False)
