"""What no training row may hold, by hash: pairs of operations, and which function does which single operation.

The benchmark is made of these and nothing else, so that no row of any training set is a task's twin: not by its words,
and in a fused task not by its two operations in any order or shape either.
"""

from __future__ import annotations

import hashlib

from harness.benchmarks.miniature.instruction import Instruction

_PAIRS_IN = 5
_SINGLES_IN = 8


def is_held_out_pair(first: str, second: str) -> bool:
    """Tell whether two operations are never fused for training; one pair in five is.

    Args:
        first: Name of an operation.
        second: Name of another; the order makes no difference.

    Example:
        >>> is_held_out_pair("add", "square") == is_held_out_pair("square", "add")
        True
    """
    return _bucket("pair", *sorted((first, second))) % _PAIRS_IN == 0


def is_held_out(instruction: Instruction) -> bool:
    """Tell whether an instruction is kept for the benchmark.

    A single operation is where its function's name, operation and number together are, one in eight; its wording and
    constraints make no difference. Two operations are where their pair is.

    Args:
        instruction: Any.
    """
    if instruction.shape == "single":
        (step,) = instruction.steps
        return _bucket("single", instruction.function, step.name, str(step.number)) % _SINGLES_IN == 0
    first, second = instruction.steps
    return is_held_out_pair(first.name, second.name)


def _bucket(*parts: str) -> int:
    return int.from_bytes(hashlib.sha256("|".join(parts).encode()).digest()[:8], "big")
