"""Rows that say what an earlier row of the same data set says: the same words, nearly the same, or the same meaning."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import numpy as np
from datasketch import MinHash

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


@dataclass(frozen=True)
class _Marks:
    """What two texts are compared by."""

    digest: bytes
    signature: MinHash | None
    vector: Vectors | None


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

    def find(self, text: str, row_id: str = "") -> Duplicate | None:
        """Say which row that is kept a text repeats; nothing is added.

        Args:
            text: What is compared, as the instruction.
            row_id: Names the text in the result.
        """
        return self._compare(row_id, self._marks(text))

    def add(self, row_id: str, text: str) -> Duplicate | None:
        """Keep a row, or say which earlier one it repeats.

        Args:
            row_id: Names the row in what is said of later ones.
            text: What is compared, as the instruction.

        Returns:
            What it repeats, or None where it is new and kept.
        """
        marks = self._marks(text)
        if found := self._compare(row_id, marks):
            return found
        number = len(self._ids)
        self._ids.append(row_id)
        self._digests[marks.digest] = number
        if marks.signature is not None:
            self._near.add(number, marks.signature)
        if marks.vector is not None:
            self._keep_vector(number, marks.vector)
        return None

    def _marks(self, text: str) -> _Marks:
        words = words_of(text)
        # Signs count only where there are no words: "+" and "-" are no copies of each other.
        digest = hashlib.blake2b(" ".join(words or text.split()).encode(), digest_size=16).digest()
        vector = self._embedder.embed([text])[0] if self._embedder else None
        return _Marks(digest, self._near.signature(words) if words else None, vector)

    def _compare(self, row_id: str, marks: _Marks) -> Duplicate | None:
        if marks.digest in self._digests:
            return Duplicate(row_id, self._ids[self._digests[marks.digest]], "exact", 1.0)
        if marks.signature is not None and (near := self._near.find(marks.signature)):
            return Duplicate(row_id, self._ids[near[0][0]], "minhash", near[0][1])
        if marks.vector is not None and self._ids:
            cosines = self._vectors[: len(self._ids)] @ marks.vector
            nearest = int(cosines.argmax())
            if cosines[nearest] >= MEANING:
                return Duplicate(row_id, self._ids[nearest], "embedding", float(cosines[nearest]))
        return None

    def _keep_vector(self, number: int, vector: Vectors) -> None:
        if number >= len(self._vectors):  # doubled, so that a row is copied a few times at most
            grown = np.zeros((max(1024, 2 * number), len(vector)), np.float32)
            grown[:number] = self._vectors[:number] if number else 0
            self._vectors = grown
        self._vectors[number] = vector
