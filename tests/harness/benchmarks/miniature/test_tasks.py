"""The benchmark: pinned, held out, and strict: no program one change away from a reference passes."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from harness.benchmarks import describe, fetch, is_registered, load, names
from harness.benchmarks.miniature import LABEL, NAME, SHA256, TASK_COUNT, VERSION
from harness.benchmarks.miniature.held_out import is_held_out, is_held_out_pair
from harness.benchmarks.miniature.operations import OPERATIONS
from harness.benchmarks.miniature.wording import parse
from harness.errors import InputError
from harness.models import self_checks
from harness.models.prompts.task_parts import parts_of
from harness.records import Benchmark, Task


@pytest.fixture(scope="module")
def benchmark() -> Benchmark:
    return load("miniature")


def passes(program: str, task: Task) -> bool:
    namespace: dict[str, object] = {}
    try:
        exec(program, namespace)
        exec(task.test, namespace)
    except Exception:
        return False
    return True


def test_the_tasks_are_those_of_this_version(benchmark: Benchmark) -> None:
    assert (benchmark.sha256, benchmark.version, len(benchmark.tasks)) == (SHA256, VERSION, TASK_COUNT)
    assert len({task.prompt for task in benchmark.tasks.values()}) == TASK_COUNT
    assert load("miniature") == benchmark


def test_every_reference_passes_and_no_change_of_it_does(benchmark: Benchmark) -> None:
    """Every mutant that `fuseval score broken` could draw, not only the ones it draws."""
    survivors, mutants = [], 0
    for task in benchmark.tasks.values():
        assert passes(task.reference, task)
        lines = task.prompt.count("\n")
        for number in range(len(list(self_checks._sites(ast.parse(task.reference), lines)))):
            tree = ast.parse(task.reference)
            list(self_checks._sites(tree, lines))[number].change()
            mutants += 1
            program = ast.unparse(ast.fix_missing_locations(tree))
            survivors += [program] if passes(program, task) else []
    assert survivors == []
    assert mutants > 4 * TASK_COUNT


def test_every_task_is_held_out_and_there_are_fifty_of_each_shape(benchmark: Benchmark) -> None:
    instructions = [parse(parts_of(task).description) for task in benchmark.tasks.values()]
    assert all(map(is_held_out, instructions))
    assert Counter(one.shape for one in instructions) == dict.fromkeys(
        ("single", "sequence", "conditional", "both"), 50
    )
    assert not any(one.constraints for one in instructions)
    used = {step.name for one in instructions for step in one.steps}
    assert used == set(OPERATIONS)


def test_about_one_pair_in_five_is_held_out() -> None:
    pairs = [(a, b) for a in OPERATIONS for b in OPERATIONS if a < b]
    held = [pair for pair in pairs if is_held_out_pair(*pair)]
    assert 0.15 < len(held) / len(pairs) < 0.25
    assert all(is_held_out_pair(b, a) for a, b in held)


def test_it_is_listed_as_what_it_is_and_not_among_those_of_real_models() -> None:
    assert NAME not in names()
    assert is_registered(NAME)
    (row,) = [row for row in describe() if row.name == NAME]
    assert (row.what, row.is_here, row.task_count) == (LABEL, True, TASK_COUNT)
    assert "no evidence about real models" in LABEL
    with pytest.raises(InputError, match="nothing to fetch"):
        fetch(NAME)
