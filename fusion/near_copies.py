"""Texts that share most of their runs of five words, found by MinHash and its index (datasketch).

StarCoder2's and SelfCodeAlign's way of finding near copies: Jaccard's index of the sets of runs, at least 0.7. It is
estimated from 128 permutations, so a pair near the threshold may come out on either side (standard error 0.04).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from datasketch import MinHash, MinHashLSH

RUN_WORDS = 5
PERMUTATIONS = 128
THRESHOLD = 0.7


class NearCopies:
    """An index of texts.

    Args:
        threshold: Smallest estimate of Jaccard's index that makes two texts near copies.

    Example:
        >>> index = NearCopies()
        >>> words = "write a function that counts the vowels of a text".split()
        >>> index.add(0, index.signature(words))
        >>> index.find(index.signature(words))
        [(0, 1.0)]
    """

    def __init__(self, threshold: float = THRESHOLD) -> None:
        self._threshold = threshold
        self._empty = MinHash(num_perm=PERMUTATIONS, seed=1)
        self._index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
        self._signatures: dict[int, MinHash] = {}

    def signature(self, words: Sequence[str]) -> MinHash:
        """Give a text's signature; one shorter than a run has itself as its only run.

        Args:
            words: The text.
        """
        made = self._empty.copy()
        made.update_batch({" ".join(run).encode() for run in runs_of(words)})
        return made

    def add(self, key: int, signature: MinHash) -> None:
        """Keep a text.

        Args:
            key: Names it in what `find` gives.
            signature: What `signature` gave for it.
        """
        self._index.insert(key, signature)
        self._signatures[key] = signature

    def find(self, signature: MinHash) -> list[tuple[int, float]]:
        """Give the kept near copies of a text with the estimate of Jaccard's index, the nearest first.

        Args:
            signature: Of the text.
        """
        near = [(key, float(signature.jaccard(self._signatures[key]))) for key in self._index.query(signature)]
        return sorted((pair for pair in near if pair[1] >= self._threshold), key=lambda pair: (-pair[1], pair[0]))


def runs_of(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """Give the runs of words that texts are compared by.

    Args:
        words: The text.

    Example:
        >>> list(runs_of(["a", "b"]))
        [('a', 'b')]
    """
    if len(words) < RUN_WORDS:
        return [tuple(words)]
    return zip(*(words[start:] for start in range(RUN_WORDS)), strict=False)
