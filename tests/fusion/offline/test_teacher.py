"""The offline teacher, asked as a real one is, and the seeds it begins with."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations

import pytest

from fusion.offline import OfflineTeacher, make_seeds
from fusion.offline.teacher import INVALID, UNKNOWN, Task
from harness.benchmarks import load
from harness.benchmarks.miniature.held_out import is_held_out, is_held_out_pair
from harness.benchmarks.miniature.instruction import MOST_CONSTRAINTS, Instruction, Step
from harness.benchmarks.miniature.programs import program
from harness.benchmarks.miniature.tasks import task_of
from harness.benchmarks.miniature.wording import parse, render
from harness.errors import InputError
from harness.models.prompts.task_parts import parts_of

SEEDS = [row["instruction"] for row in make_seeds(120, seed=3)]
PAIRS = list(combinations(SEEDS, 2))[:1500]


def ask(task: Task, *instructions: str, wrong_share: float = 0.0, draw: int = 0) -> str:
    """Ask with words around the instructions, as a template has them."""
    words = "".join(f"#Instruction {number}#:\n{text}\n\n" for number, text in enumerate(instructions, 1))
    messages = [
        {"role": "system", "content": "As a programmer, your task is to write code."},
        {"role": "user", "content": f"Please do this in less than 10 additional words.\n\n{words}Your answer:"},
    ]
    return OfflineTeacher(wrong_share).reply(messages, task=task, draw=draw)


def code(reply: str) -> str:
    assert reply.startswith("```python\n")
    assert reply.endswith("\n```")
    return reply.removeprefix("```python\n").removesuffix("```")


def passes(program_text: str, tests: str) -> bool:
    namespace: dict[str, object] = {}
    exec(program_text, namespace)
    try:
        exec(tests, namespace)
    except AssertionError:
        return False
    return True


def test_fusions_keep_both_parents_and_never_a_held_out_pair() -> None:
    shapes: Counter[str] = Counter()
    for first, second in PAIRS:
        reply = ask("fuse", first, second)
        names = [step.name for text in (first, second) for step in parse(text).steps]
        if reply == INVALID:
            shapes[INVALID] += 1
            continue
        fused = parse(reply)
        shapes[fused.shape] += 1
        assert sorted(step.name for step in fused.steps) == sorted(names)
        assert not is_held_out_pair(*names)
        assert not is_held_out(fused)
    assert set(shapes) == {INVALID, "sequence", "conditional", "both"}
    assert 0.2 < shapes[INVALID] / len(PAIRS) < 0.8


def test_pairs_that_fit_are_refused_only_where_they_are_held_out() -> None:
    refused, granted = 0, 0
    for first, second in PAIRS:
        one, other = parse(first).steps[0], parse(second).steps[0]
        fits = one.operation.takes == other.operation.takes and one.name != other.name
        if fits:
            is_refused = ask("fuse", first, second) == INVALID
            assert is_refused == is_held_out_pair(one.name, other.name)
            refused, granted = refused + is_refused, granted + (not is_refused)
    assert refused > 0
    assert granted > 0


def test_no_training_row_is_a_task_of_the_benchmark() -> None:
    asked = {parts_of(task).description for task in load("miniature").tasks.values()}
    rows = {row["instruction"] for row in make_seeds(2000, seed=5)}
    rows |= {ask("fuse", first, second) for first, second in PAIRS}
    rows |= {ask("evolve", row) for row in sorted(rows - {INVALID})}
    assert not rows & asked


def test_evolving_adds_a_constraint_or_changes_a_number_until_nothing_is_left() -> None:
    kinds: Counter[str] = Counter()
    for seed in SEEDS:
        text = seed
        for _ in range(12):
            before, after = parse(text), parse(text := ask("evolve", text))
            assert not is_held_out(after)
            if after == before:
                kinds["same"] += 1
            elif len(after.constraints) == len(before.constraints):
                kinds["number"] += 1
                assert [step.name for step in after.steps] == [step.name for step in before.steps]
            else:
                kinds["constraint"] += 1
                assert after.constraints[:-1] == before.constraints
                assert after.steps == before.steps
        assert len(parse(text).constraints) <= MOST_CONSTRAINTS
    assert set(kinds) == {"same", "number", "constraint"}


def test_evolving_never_comes_to_a_single_operation_that_is_held_out() -> None:
    """Its number may change into one that is: then it gets a constraint instead."""
    for number in range(2, 61):
        instruction = Instruction("mu", "single", (Step("add", number),))
        if not is_held_out(instruction):
            assert not any(is_held_out(parse(ask("evolve", render(instruction), draw=draw))) for draw in range(40))


@pytest.mark.parametrize("rounds", [0, 1, 3])
def test_answers_pass_the_tests_it_writes_and_wrong_ones_do_not(rounds: int) -> None:
    for first, second in PAIRS[::15]:
        fused = ask("fuse", first, second)
        text = first if fused == INVALID else fused
        for _ in range(rounds):
            text = ask("evolve", text)
        tests = code(ask("tests", text))
        assert passes(code(ask("answer", text)), tests)
        assert not passes(code(ask("answer", text, wrong_share=1.0)), tests)
        assert not passes(program(parse(text)), code(ask("tests", text, wrong_share=1.0)))
        assert tests == task_of("", parse(text)).test


def test_the_share_of_mistakes_is_kept_and_falls_on_the_same_replies() -> None:
    right = [ask("answer", seed) for seed in SEEDS]
    some = [ask("answer", seed, wrong_share=0.3) for seed in SEEDS]
    wrong = sum(one != other for one, other in zip(right, some, strict=True))
    assert 0.15 < wrong / len(SEEDS) < 0.45
    assert some == [ask("answer", seed, wrong_share=0.3) for seed in SEEDS]
    assert some != [ask("answer", seed, wrong_share=0.3, draw=1) for seed in SEEDS]


def test_mistakes_in_fusing_are_refusals_or_a_dropped_parent() -> None:
    said = Counter()
    for pair in PAIRS[:200]:
        reply = ask("fuse", *pair, wrong_share=1.0)
        said["refused" if reply == INVALID else "dropped" if reply in pair else "other"] += 1
    assert set(said) == {"refused", "dropped"}
    assert ask("evolve", SEEDS[0], wrong_share=1.0) == SEEDS[0]


def test_what_it_does_not_know_is_refused() -> None:
    assert ask("fuse", "Print hello.", "Write a class Person.") == INVALID
    assert ask("fuse", SEEDS[0]) == INVALID
    assert ask("fuse", SEEDS[0], SEEDS[0]) == INVALID
    constrained = next(found for found in (ask("evolve", seed) for seed in SEEDS) if parse(found).constraints)
    assert ask("fuse", constrained, SEEDS[0]) == INVALID
    for task in ("evolve", "answer", "tests", "judge"):
        assert ask(task, "Print hello.") == UNKNOWN  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no user's turn"):
        OfflineTeacher().reply([{"role": "system", "content": SEEDS[0]}], task="answer")
    with pytest.raises(InputError, match="share"):
        OfflineTeacher(1.5)


def test_judging_grows_with_what_is_asked() -> None:
    hardest = SEEDS[0]
    for _ in range(12):
        hardest = ask("evolve", hardest)
    assert ask("judge", SEEDS[0]) == "1"
    assert int(ask("judge", hardest)) > 1
    assert (ask("judge", SEEDS[0], SEEDS[0]), ask("judge", SEEDS[0], SEEDS[1])) == ("Equal", "Different")


def test_seeds_are_right_different_and_begin_alike() -> None:
    rows = make_seeds(500, seed=7)
    assert len({row["instruction"] for row in rows}) == 500
    assert rows[:50] == make_seeds(50, seed=7)
    assert rows[:50] != make_seeds(50, seed=8)
    for row in rows:
        instruction = parse(row["instruction"])
        assert instruction.shape == "single"
        assert not is_held_out(instruction)
        assert code(row["response"]) == program(instruction)
    for count in (0, -1, 100_000):
        with pytest.raises(InputError, match="seeds"):
            make_seeds(count, seed=7)


def test_the_order_of_the_draws_is_pinned() -> None:
    """Seeds and fusions are named in records by count and seed; another order would be other data by the same name."""
    rng = random.Random(1)
    pairs = [rng.sample(SEEDS, 2) for _ in range(40)]
    first = next(found for found in (ask("fuse", *pair) for pair in pairs) if found != INVALID)
    assert (SEEDS[0], first) == (
        "Write a Python function named mu that takes an integer x and takes the size of it.",
        "Write a Python function named tau that takes a list x of integers, counts the elements of it, "
        "then divides the result by 8.",
    )
