"""One instruction of the miniature made a little harder: one more constraint, or another number."""

from __future__ import annotations

import random
from dataclasses import replace

from harness.benchmarks.miniature.clauses import CLAUSES
from harness.benchmarks.miniature.held_out import is_held_out
from harness.benchmarks.miniature.instruction import MOST_CONSTRAINTS, Addition, Instruction, Step

_REPLACES_IN = 4
"""One evolution in so many changes a number instead of adding a constraint, where there is one."""


def evolve(instruction: Instruction, rng: random.Random) -> Instruction:
    """Make an instruction harder; one that has all the constraints it can bear comes back as it is.

    Nothing that is held out comes of it.

    Args:
        instruction: The parent.
        rng: Draws what is added.

    Example:
        >>> parent = Instruction("mu", "single", (Step("upper"),))
        >>> evolve(parent, random.Random(1)).constraints
        (Addition(name='empty', number=None),)
    """
    numbered = [place for place, step in enumerate(instruction.steps) if step.number is not None]
    if numbered and rng.randrange(_REPLACES_IN) == 0:
        changed = _with_another_number(instruction, numbered[rng.randrange(len(numbered))], rng)
        if not is_held_out(changed):
            return changed
    there = {constraint.name for constraint in instruction.constraints}
    free = [clause for clause in CLAUSES.values() if instruction.allows(clause) and clause.name not in there]
    if not free or len(there) == MOST_CONSTRAINTS:
        return instruction
    clause = free[rng.randrange(len(free))]
    number = None if clause.numbers is None else rng.randrange(clause.numbers[0], clause.numbers[1] + 1)
    return replace(instruction, constraints=(*instruction.constraints, Addition(clause.name, number)))


def _with_another_number(instruction: Instruction, place: int, rng: random.Random) -> Instruction:
    step = instruction.steps[place]
    low, high = step.operation.numbers or (0, 0)
    number = rng.randrange(low, high + 1)
    steps = [*instruction.steps]
    steps[place] = Step(step.name, number, step.wording)
    return replace(instruction, steps=tuple(steps))
