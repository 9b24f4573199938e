"""Rows that say what an earlier row of the same data set says: the same words, nearly the same, or the same meaning."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import numpy as np

from fusion.decontamination.words import words_of
from fusion.embedding import Embedder, Vectors
from fusion.near_copies import NearCopies

MEANING = 0.95
"""Cosine from which two texts count as one: only rewordings of single words are as near (SemDeDup's range)."""


@dataclass(frozen=True)
class Duplicate:
    """A row that repeats an earlier one."""

    row_id: str
    earlier: str
    """Id of the row that it repeats."""
    method: Literal["exact", "minhash", "embedding"]
    score: float
    """1 for equal words, an estimate of Jaccard's index, or the cosine."""


class Duplicates:
    """The rows that were kept so far. A row that repeats one of them is not kept itself.

    Args:
        embedder: Also compares meaning, each row with all before; None compares words only.

    Example:
        >>> rows = Duplicates()
        >>> rows.add("a", "Write a function that reverses a list.") is None
        True
        >>> rows.add("b", "write a function that reverses a  list")
        Duplicate(row_id='b', earlier='a', method='exact', score=1.0)
    """

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._ids: list[str] = []
        self._digests: dict[bytes, int] = {}
        self._near = NearCopies()
        self._embedder = embedder
        self._vectors: Vectors = np.zeros((0, 0), np.float32)

    def add(self, row_id: str, text: str) -> Duplicate | None:
        """Keep a row, or say which earlier one it repeats.

        Args:
            row_id: Names the row in what is said of later ones.
            text: What is compared, as the instruction.

        Returns:
            What it repeats, or None where it is new and kept.
        """
        words = words_of(text)
        # Signs count only where there are no words: "+" and "-" are no copies of each other.
        digest = hashlib.blake2b(" ".join(words or text.split()).encode(), digest_size=16).digest()
        if digest in self._digests:
            return Duplicate(row_id, self._ids[self._digests[digest]], "exact", 1.0)
        signature = self._near.signature(words)
        if words and (near := self._near.find(signature)):
            return Duplicate(row_id, self._ids[near[0][0]], "minhash", near[0][1])
        number = len(self._ids)
        if self._embedder:
            vector = self._embedder.embed([text])[0]
            if number:
                cosines = self._vectors[:number] @ vector
                nearest = int(cosines.argmax())
                if cosines[nearest] >= MEANING:
                    return Duplicate(row_id, self._ids[nearest], "embedding", float(cosines[nearest]))
            self._keep_vector(number, vector)
        self._ids.append(row_id)
        self._digests[digest] = number
        if words:
            self._near.add(number, signature)
        return None

    def _keep_vector(self, number: int, vector: Vectors) -> None:
        if number >= len(self._vectors):  # doubled, so that a row is copied a few times at most
            grown = np.zeros((max(1024, 2 * number), len(vector)), np.float32)
            grown[:number] = self._vectors[:number] if number else 0
            self._vectors = grown
        self._vectors[number] = vector
