"""Two instructions of the miniature into one: the second on the first's result, one or the other, or both."""

from __future__ import annotations

import random

from harness.benchmarks.miniature.clauses import CLAUSES
from harness.benchmarks.miniature.held_out import is_held_out_pair
from harness.benchmarks.miniature.instruction import Addition, Instruction, Shape, Step


def fuse(first: Instruction, second: Instruction, rng: random.Random) -> Instruction | None:
    """Fuse two instructions, or say that they can not be.

    They can where each has one operation and no constraint, the kinds of value fit in some shape, and the pair is not
    held out. A kept number is a parent's; the function's name is one of the two.

    Args:
        first: One parent.
        second: The other; where only its result fits the first, it comes first.
        rng: Draws between the shapes that fit.

    Example:
        >>> parents = [Instruction("mu", "single", (Step("length"),)), Instruction("nu", "single", (Step("square"),))]
        >>> fused = fuse(*reversed(parents), random.Random(1))
        >>> fused.shape, [step.name for step in fused.steps]
        ('sequence', ['length', 'square'])
    """
    for parent in (first, second):
        if parent.shape != "single" or parent.constraints:
            return None
    (one,), (other,) = first.steps, second.steps
    if one.name == other.name or is_held_out_pair(one.name, other.name):
        return None
    possible = _possible(one, other)
    if not possible:
        return None
    shape, steps = possible[rng.randrange(len(possible))]
    condition = None
    if shape == "conditional":
        takes = steps[0].operation.takes
        choices = [clause for clause in CLAUSES.values() if (clause.role, clause.kind) == ("condition", takes)]
        chosen = choices[rng.randrange(len(choices))]
        number = None if chosen.numbers is None else rng.randrange(chosen.numbers[0], chosen.numbers[1] + 1)
        condition = Addition(chosen.name, number)
    return Instruction((first, second)[rng.randrange(2)].function, shape, steps, condition)


def _possible(one: Step, other: Step) -> list[tuple[Shape, tuple[Step, Step]]]:
    found: list[tuple[Shape, tuple[Step, Step]]] = []
    for steps in ((one, other), (other, one)):
        if steps[0].operation.gives == steps[1].operation.takes:
            found.append(("sequence", steps))
            break
    if one.operation.takes == other.operation.takes:
        found.append(("both", (one, other)))
        if one.operation.gives == other.operation.gives:
            found.append(("conditional", (one, other)))
    return found
