"""Answers of the offline teacher: the program or its tests in a code block, and the wrong ones it gives at times."""

from __future__ import annotations

import random
from dataclasses import replace

from harness.benchmarks.miniature.instruction import Instruction, Step
from harness.benchmarks.miniature.programs import program
from harness.benchmarks.miniature.tasks import inputs_of, results, task_of


def answer(instruction: Instruction) -> str:
    r"""Answer an instruction with its program.

    Args:
        instruction: Any.

    Example:
        >>> answer(Instruction("mu", "single", (Step("square"),)))
        '```python\ndef mu(x):\n    x = x * x\n    return x\n```'
    """
    return _fenced(program(instruction))


def wrong_answer(instruction: Instruction, rng: random.Random) -> str:
    """Answer with a program that its tests find out: a number is another one, or nothing is returned.

    Args:
        instruction: Any.
        rng: Draws where it is wrong.
    """
    place = rng.randrange(len(instruction.steps))
    step = instruction.steps[place]
    if step.number is not None:
        steps = [*instruction.steps]
        steps[place] = Step(step.name, step.number + 1, step.wording)
        changed = replace(instruction, steps=tuple(steps))
        values = inputs_of(instruction)
        if results(changed, values) != results(instruction, values):
            return _fenced(program(changed))
    return _fenced(f"def {instruction.function}(x):\n    return None\n")


def tests(instruction: Instruction) -> str:
    """Write asserts that the right program passes, in a code block.

    Args:
        instruction: Any.
    """
    return _fenced(task_of("", instruction).test)


def wrong_tests(instruction: Instruction) -> str:
    """Write asserts of which the right program fails one.

    Args:
        instruction: Any.
    """
    first, _, rest = task_of("", instruction).test.partition("\n")
    return _fenced(f"{first.replace(' == ', ' != ', 1)}\n{rest}")


def _fenced(code: str) -> str:
    return f"```python\n{code}```"
