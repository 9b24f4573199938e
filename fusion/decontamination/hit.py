"""One finding: a training row and a benchmark's task have something in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Method = Literal["exact", "ngram", "minhash", "embedding", "execution"]

METHODS: tuple[Method, ...] = get_args(Method)


@dataclass(frozen=True)
class Hit:
    """What a row shares with a task.

    Example:
        >>> Hit("humaneval+", "HumanEval/0", "ngram", 0.9, "closer to each other than given threshold").is_removal
        True
    """

    benchmark: str
    task_id: str
    method: Method
    score: float
    """In [0, 1]: the share of the task's text (`exact` 1, `ngram` weighted), Jaccard's index (`minhash`), cosine
    (`embedding`), or how like the texts are (`execution`, where the answer passes all tests that were run)."""
    matched: str
    """A short excerpt of what was found in the row."""
    is_removal: bool = True
    """Whether it is reason enough to remove the row; otherwise it is only listed."""
