"""Vectors of texts by their words alone (TF-IDF): no model, no download, the same on every machine.

A word counts 1 + log(how often it is in the text), times log((1 + n) / (1 + texts with it)) + 1 over the n texts of a
corpus, and the vector is scaled to length 1. Texts that share rare words lie near each other. That two texts say the
same in other words is not seen: a model of `fusion.embedding` does see it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from fusion.decontamination.words import words_of
from fusion.embedding import Vectors

_MOST = 4096
"""Words that count, the most frequent ones; a word of one text in thousands brings no two of them together."""


class WordVectors:
    """An `Embedder` of the words of a corpus.

    Args:
        corpus: Texts that say which words there are, and how rare each is.

    Example:
        >>> made = WordVectors(["sort a list", "sort a tuple", "bake a bread"]).embed(["a list", "list a", "bread"])
        >>> bool(made[0] @ made[1] > 0.999), float(made[0] @ made[2])
        (True, 0.0)
    """

    name = "TF-IDF of words"

    def __init__(self, corpus: Sequence[str]) -> None:
        texts_with = Counter(word for text in corpus for word in set(words_of(text)))
        known = sorted(texts_with, key=lambda word: (-texts_with[word], word))[:_MOST]
        self._place = {word: place for place, word in enumerate(known)}
        counts = np.array([texts_with[word] for word in known], np.float64)
        self._rarity = np.log((1 + len(corpus)) / (1 + counts)) + 1

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts.

        Args:
            texts: n texts.

        Returns:
            (n, d) float32, each row of length 1. Texts without any word that is known are one and the same point.
        """
        made = np.zeros((len(texts), len(self._place) + 1), np.float32)
        for row, text in zip(made, texts, strict=True):
            found = Counter(place for word in words_of(text) if (place := self._place.get(word)) is not None)
            for place, count in found.items():
                row[place] = (1 + np.log(count)) * self._rarity[place]
            if not found:
                row[-1] = 1.0
        return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)
