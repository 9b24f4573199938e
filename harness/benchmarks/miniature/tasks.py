"""The benchmark: 50 single operations and 150 fused ones, all held out, made by code and pinned by their hash.

Covers: names, numbers and operations in combinations that no training row holds; pairs of operations that none fuses.
Does not cover: anything a real model is for. Every operation has been seen by whoever trained on the miniature's seeds.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import cast

from harness.benchmarks.miniature.clauses import CLAUSES, Clause
from harness.benchmarks.miniature.held_out import is_held_out, is_held_out_pair
from harness.benchmarks.miniature.instruction import NAMES, Addition, Instruction, Shape, Step
from harness.benchmarks.miniature.operations import OPERATIONS, Kind, Operation
from harness.benchmarks.miniature.programs import program
from harness.benchmarks.miniature.wording import render
from harness.records import Benchmark, Task

NAME = "miniature"
VERSION = "plumbing-1"
LABEL = "miniature: a plumbing benchmark, no evidence about real models"
SHA256 = "f6dfddae86a67f7941bd9ab0668deb4499789ec6054181868e418cc14081d2e3"
"""Of the tasks as one JSON object a line; another hash is another benchmark."""
TASK_COUNT = 200

_PER_SHAPE = 50
_SEED = 1
_SHAPES: tuple[Shape, ...] = ("single", "sequence", "conditional", "both")
_INPUTS: dict[Kind, tuple[object, ...]] = {
    "integer": (-31, -6, -1, 0, 1, 3, 8, 14, 57),
    "string": ("", " ", "u", "a b", "Queue up", "owls are out at night", "AEIOU and sometimes y"),
    "list": ([], [5], [3, -8], [4, -2, 7, 4, 11], [12, 9, 6, 1, 8, 3, 10]),
}
_FEWEST_RESULTS = 3
_DRAWS = 24


def load() -> Benchmark:
    """Make the benchmark.

    Example:
        >>> benchmark = load()
        >>> len(benchmark.tasks), benchmark.version
        (200, 'plumbing-1')
        >>> benchmark.tasks["Miniature/0"].entry_point
        'pi'
    """
    instructions = _instructions(random.Random(_SEED))
    tasks = [task_of(f"Miniature/{number}", instruction) for number, instruction in enumerate(instructions)]
    sha256 = hashlib.sha256("".join(map(_line, tasks)).encode()).hexdigest()
    return Benchmark(
        name=NAME,
        version=VERSION if sha256 == SHA256 else f"{VERSION}-modified",
        sha256=sha256,
        tasks={task.task_id: task for task in tasks},
        base_name=NAME,
        source="harness.benchmarks.miniature",
    )


def task_of(task_id: str, instruction: Instruction) -> Task:
    """Make a task of an instruction: its words as the prompt, its program as the reference, asserts on fixed inputs.

    Args:
        task_id: What it is called.
        instruction: What is asked.
    """
    values = inputs_of(instruction)
    expected = results(instruction, values)
    asserts = [
        f"assert {instruction.function}({value!r}) == {result}\n"
        for value, result in zip(values, expected, strict=True)
    ]
    return Task(
        task_id=task_id,
        prompt=f'"""\n{render(instruction)}\n"""\n',
        entry_point=instruction.function,
        canonical_solution=program(instruction),
        family="mbpp",
        kind="asserts",
        test="".join(asserts),
    )


def inputs_of(instruction: Instruction) -> list[object]:
    """Give what its program is called with: what its condition and its guards are about, then fixed values of the kind.

    Args:
        instruction: Any.
    """
    found: list[object] = []
    if instruction.condition and instruction.condition.number is not None:
        border = instruction.condition.number
        at: dict[Kind, Callable[[int], object]] = {
            "integer": lambda size: size,
            "string": lambda size: "Un i corn day"[:size],
            "list": lambda size: [7, 2, 5, 4, 6][:size],
        }
        found = [at[instruction.takes](border), at[instruction.takes](border + 1)]
    for constraint in instruction.constraints:
        if constraint.clause.role == "guard" and constraint.number is not None:
            found.append([constraint.number] if instruction.takes == "list" else constraint.number)
    found += _INPUTS[instruction.takes]
    return [value for place, value in enumerate(found) if value not in found[:place]]


def results(instruction: Instruction, values: Sequence[object]) -> list[str]:
    """Run an instruction's own program, and write down what it gives.

    Args:
        instruction: Any.
        values: What it is called with.

    Returns:
        One Python literal a value.

    Example:
        >>> results(Instruction("mu", "single", (Step("square"),)), [3, -4])
        ['9', '16']
    """
    # No model wrote this program, so no sandbox is needed.
    namespace: dict[str, object] = {}
    exec(program(instruction), namespace)
    function = cast("Callable[[object], object]", namespace[instruction.function])
    return [repr(function(list(value) if isinstance(value, list) else value)) for value in values]


def _instructions(rng: random.Random) -> Iterator[Instruction]:
    there: set[Instruction] = set()
    for shape in _SHAPES:
        pool = _single_pool() if shape == "single" else _pair_pool(shape)
        made = 0
        # Every operation or pair once before any comes again; a few never come to anything.
        while made < _PER_SHAPE:
            for place in _shuffled(len(pool), rng):
                drawn = (draw(shape, pool[place], rng) for _ in range(_DRAWS))
                fitting = (item for item in drawn if item not in there and is_held_out(item) and _is_telling(item))
                chosen = next(fitting, None)
                if chosen is not None and made < _PER_SHAPE:
                    made += 1
                    there.add(chosen)
                    yield chosen


def _shuffled(count: int, rng: random.Random) -> list[int]:
    # Random.shuffle has changed between versions of Python before.
    return sorted(range(count), key=lambda place: (rng.random(), place))


def draw(shape: Shape, operations: tuple[Operation, ...], rng: random.Random) -> Instruction:
    """Draw names, numbers, wordings and the condition for an instruction without constraints.

    Args:
        shape: How the operations are put together.
        operations: One, or two that fit together in this shape.
        rng: What draws.
    """
    steps = tuple(
        Step(operation.name, _draw_number(operation, rng), rng.randrange(len(operation.phrases)))
        for operation in operations
    )
    condition = None
    if shape == "conditional":
        choices = [item for item in CLAUSES.values() if (item.role, item.kind) == ("condition", operations[0].takes)]
        chosen = choices[rng.randrange(len(choices))]
        condition = Addition(chosen.name, _draw_number(chosen, rng))
    return Instruction(NAMES[rng.randrange(len(NAMES))], shape, steps, condition)


def _draw_number(what: Operation | Clause, rng: random.Random) -> int | None:
    if what.numbers is None:
        return None
    low, high = what.numbers
    return low + rng.randrange(high - low + 1)


def _single_pool() -> list[tuple[Operation, ...]]:
    return [(operation,) for operation in OPERATIONS.values()]


def _pair_pool(shape: Shape) -> list[tuple[Operation, ...]]:
    pairs = [
        (first, second)
        for first, second in product(OPERATIONS.values(), repeat=2)
        if first is not second and is_held_out_pair(first.name, second.name)
    ]
    if shape == "sequence":
        return [(first, second) for first, second in pairs if first.gives == second.takes]
    fitting = [(first, second) for first, second in pairs if first.takes == second.takes]
    return [(a, b) for a, b in fitting if a.gives == b.gives] if shape == "conditional" else list(fitting)


def _is_telling(instruction: Instruction) -> bool:
    """Whether a wrong program would be found out: results differ, no step is idle, a condition's border shows."""
    values = inputs_of(instruction)
    whole = results(instruction, values)
    if len(set(whole)) < _FEWEST_RESULTS:
        return False
    if instruction.shape == "single":
        return True
    alone = [
        results(Instruction("f", "single", (step,)), values)
        for step in instruction.steps
        if step.operation.takes == instruction.takes
    ]
    if instruction.shape == "conditional":
        return all(one != other for one, other in zip(alone[0][:2], alone[1][:2], strict=True))
    return whole not in alone


def _line(task: Task) -> str:
    fields = (task.task_id, task.prompt, task.entry_point, task.canonical_solution, task.test)
    return json.dumps(fields) + "\n"
