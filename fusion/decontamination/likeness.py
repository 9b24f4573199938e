"""How like a row's words are to what a task asks: a weak sign, for what another sign has found already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from fusion.decontamination.benchmark_texts import BenchmarkText
from fusion.decontamination.pieces import Weights, pieces_of
from fusion.decontamination.words import words_of


class Likeness:
    """The tasks by their words.

    Args:
        tasks: Their texts.

    Example:
        >>> from fusion.decontamination.benchmark_texts import read_texts
        >>> found = Likeness(read_texts(["humaneval"]).tasks).of("def triangle_area(base, height): ...")
        >>> found["humaneval", "HumanEval/45"] > 0.3 > found.get(("humaneval", "HumanEval/0"), 0.0)
        True
    """

    def __init__(self, tasks: Sequence[BenchmarkText]) -> None:
        weights = Weights(pieces_of(tasks))
        self._keys = [(task.benchmark, task.task_id) for task in tasks]
        self._places: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for index, task in enumerate(tasks):
            words = {*words_of(task.questions[0]), *words_of(task.entry_point)}
            total = sum(weights.of(word) for word in words)
            for word in words:
                if total and weights.is_content(word):
                    self._places[word].append((index, weights.of(word) / total))

    def of(self, text: str) -> dict[tuple[str, str], float]:
        """Give the share of each task's words that a text has, rare words counting more.

        Args:
            text: A row's instruction and answer.

        Returns:
            By benchmark and task id, in (0, 1]; tasks without a word in common are left out.
        """
        shares: defaultdict[int, float] = defaultdict(float)
        for word in set(words_of(text)):
            for index, share in self._places.get(word, ()):
                shares[index] += share
        return {self._keys[index]: min(1.0, share) for index, share in shares.items()}
