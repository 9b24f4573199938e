"""Instructions in words and back, and the programs they ask for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.benchmarks.miniature.clauses import CLAUSES, Clause
from harness.benchmarks.miniature.instruction import MOST_CONSTRAINTS, NAMES, Addition, Instruction, Shape, Step
from harness.benchmarks.miniature.operations import OPERATIONS, Operation
from harness.benchmarks.miniature.programs import program
from harness.benchmarks.miniature.tasks import inputs_of, results
from harness.benchmarks.miniature.wording import find_instructions, parse, render


def number_of(draw: st.DrawFn, what: Operation | Clause) -> int | None:
    return None if what.numbers is None else draw(st.integers(0, 200))


@st.composite
def instructions(draw: st.DrawFn) -> Instruction:
    """Every structure that can be made."""
    shapes: list[Shape] = ["single", "sequence", "conditional", "both"]
    shape = draw(st.sampled_from(shapes))
    first = draw(st.sampled_from(list(OPERATIONS.values())))
    steps = [first]
    if shape != "single":
        fitting = [
            other
            for other in OPERATIONS.values()
            if (other.takes == first.gives if shape == "sequence" else other.takes == first.takes)
            and (shape != "conditional" or other.gives == first.gives)
        ]
        steps.append(draw(st.sampled_from(fitting)))
    condition = None
    if shape == "conditional":
        chosen = draw(
            st.sampled_from([one for one in CLAUSES.values() if (one.role, one.kind) == ("condition", first.takes)])
        )
        condition = Addition(chosen.name, number_of(draw, chosen))
    plain = Instruction(
        draw(st.sampled_from(NAMES)),
        shape,
        tuple(Step(step.name, number_of(draw, step), draw(st.integers(0, 1))) for step in steps),
        condition,
    )
    allowed = [clause for clause in CLAUSES.values() if plain.allows(clause)]
    chosen_ones = draw(st.lists(st.sampled_from(allowed), unique=True, max_size=MOST_CONSTRAINTS)) if allowed else []
    constraints = tuple(Addition(clause.name, number_of(draw, clause)) for clause in chosen_ones)
    return Instruction(plain.function, plain.shape, plain.steps, plain.condition, constraints)


@given(instructions())
def test_words_say_the_structure_and_nothing_is_lost(instruction: Instruction) -> None:
    words = render(instruction)
    assert parse(words) == instruction
    assert list(find_instructions(f"#1: {words}\n\n{words} And more.")) == [instruction, instruction]


@given(instructions())
def test_every_program_runs_on_every_input(instruction: Instruction) -> None:
    values = inputs_of(instruction)
    # A remainder or quotient by 0 is the one thing that a number outside of an operation's own range can break.
    if 0 in [part.number for part in (*instruction.steps, *instruction.constraints)]:
        return
    assert len(results(instruction, values)) == len(values)


@given(instructions())
def test_a_program_does_the_steps_one_by_one(instruction: Instruction) -> None:
    if instruction.shape != "sequence" or instruction.constraints or 0 in [step.number for step in instruction.steps]:
        return
    first, second = (Instruction("f", "single", (step,)) for step in instruction.steps)
    values = inputs_of(instruction)
    between = [eval(value) for value in results(first, values)]
    assert results(instruction, values) == results(second, between)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Write a Python function that adds 4 to x.",
        "Write a Python function named mu that takes a string x and adds 4 to it.",
        "Write a Python function named mu that takes an integer x and adds 04 to it.",
        "Write a Python function named mu that takes an integer x and adds four to it.",
        "Write a Python function named mu that takes an integer x and adds 4 to the result.",
        "Write a Python function named mu that takes an integer x, adds 4 to it, then adds 5 to it.",
        "Write a Python function named mu that takes an integer x and adds 4 to it; it is fast.",
        "Write a Python function named mu that takes an integer x and adds 4 to it",
        "Write a Python function named mu that takes an integer x and, if x is odd, squares it, otherwise negates it.",
    ],
)
def test_other_words_are_no_instruction(words: str) -> None:
    with pytest.raises(ValueError, match="miniature|takes"):
        parse(words)
    assert list(find_instructions(words)) == []


@pytest.mark.parametrize(
    ("shape", "steps", "condition", "constraints", "why"),
    [
        ("sequence", (Step("add", 4),), None, (), "1 steps"),
        ("single", (Step("add", 4), Step("square")), None, (), "2 steps"),
        ("sequence", (Step("text"), Step("square")), None, (), "square takes an integer, and text gives a string"),
        ("both", (Step("length"), Step("square")), None, (), "square takes an integer, and length a string"),
        ("conditional", (Step("text"), Step("square")), Addition("even"), (), "square gives an integer, and text"),
        ("conditional", (Step("negate"), Step("square")), None, (), "no condition"),
        ("conditional", (Step("negate"), Step("square")), Addition("fuller", 2), (), "fuller is no condition"),
        ("single", (Step("square"),), Addition("even"), (), "a condition is not single"),
        ("single", (Step("square"),), None, (Addition("full_stop"),), "full_stop does not go with"),
        ("single", (Step("square"),), None, (Addition("cap", 20), Addition("cap", 30)), "too many constraints"),
        ("both", (Step("negate"), Step("square")), None, (Addition("cap", 20),), "cap does not go with"),
    ],
)
def test_parts_that_do_not_fit_are_refused(
    shape: str, steps: tuple[Step, ...], condition: Addition | None, constraints: tuple[Addition, ...], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        Instruction("mu", shape, steps, condition, constraints)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Step("dance"), "no operation named 'dance'"),
        (lambda: Step("add"), "add takes a number"),
        (lambda: Step("add", -1), "was given -1"),
        (lambda: Step("square", 4), "square takes no number"),
        (lambda: Step("square", None, 2), "no wording 2"),
        (lambda: Addition("dance"), "no clause named 'dance'"),
    ],
)
def test_steps_and_clauses_that_are_none_are_refused(make: type[Step], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        make()


def test_no_phrase_holds_what_separates_phrases() -> None:
    phrases = [phrase for operation in OPERATIONS.values() for phrase in operation.phrases]
    phrases += [clause.phrase for clause in CLAUSES.values()]
    assert [phrase for phrase in phrases if re.search(r"[.,;\n]", phrase)] == []
    assert len(set(phrases)) == len(phrases)


def test_a_program_with_everything() -> None:
    words = (
        "Write a Python function named eta that takes an integer x and, if x is greater than 5, adds 4 to it, "
        "otherwise flips the sign of it; it caps the result at 30; it returns None when 7 divides x."
    )
    assert program(parse(words)).splitlines() == [
        "def eta(x):",
        "    if x % 7 == 0:",
        "        return None",
        "    if x > 5:",
        "        x = x + 4",
        "    else:",
        "        x = -x",
        "    x = min(x, 30)",
        "    return x",
    ]
