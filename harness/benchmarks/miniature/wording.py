"""Instructions in English and back: `parse(render(instruction)) == instruction`, for every one that can be made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from harness.benchmarks.miniature.clauses import CLAUSES
from harness.benchmarks.miniature.instruction import Addition, Instruction, Shape, Step
from harness.benchmarks.miniature.operations import OPERATIONS, Kind

_ARGUMENTS: dict[Kind, str] = {"integer": "an integer x", "string": "a string x", "list": "a list x of integers"}
_SENTENCE = re.compile(
    r"Write a Python function named (?P<function>[a-z]\w*) that takes "
    r"(?P<argument>an integer x|a string x|a list x of integers)(?P<body>[^.\n]*)\."
)
_BODIES: dict[Shape, str] = {
    "single": " and {0}",
    "sequence": ", {0}, then {1}",
    "conditional": " and, if {2}, {0}, otherwise {1}",
    "both": ", {0}, separately {1}, and returns both results",
}
_BODY_PATTERNS: dict[Shape, re.Pattern[str]] = {
    shape: re.compile(re.sub(r"\{(\d)\}", r"(?P<part\1>[^,]+)", body)) for shape, body in _BODIES.items()
}


def render(instruction: Instruction) -> str:
    """Say an instruction in English.

    Args:
        instruction: Any.

    Example:
        >>> render(Instruction("gamma", "sequence", (Step("add", 4), Step("square"))))
        'Write a Python function named gamma that takes an integer x, adds 4 to it, then squares the result.'
    """
    first, last = instruction.steps[0], instruction.steps[-1]
    body = _BODIES[instruction.shape].format(
        _say_step(first, "it"),
        _say_step(last, "the result" if instruction.shape == "sequence" else "it"),
        _say_addition(instruction.condition) if instruction.condition else "",
    )
    constraints = "".join(f"; {_say_addition(constraint)}" for constraint in instruction.constraints)
    head = f"Write a Python function named {instruction.function} that takes {_ARGUMENTS[instruction.takes]}"
    return f"{head}{body}{constraints}."


def parse(text: str) -> Instruction:
    """Read the structure of an instruction out of its words.

    Args:
        text: One sentence, as `render` says it.

    Raises:
        ValueError: It is not one of the miniature's.

    Example:
        >>> parse("Write a Python function named gamma that takes an integer x and adds 4 to it.").steps
        (Step(name='add', number=4, wording=0),)
    """
    sentence = _SENTENCE.fullmatch(text)
    if sentence is None:
        raise ValueError(f"no instruction of the miniature: {text!r}")
    body, *constraints = sentence["body"].split("; ")
    for shape, pattern in _BODY_PATTERNS.items():
        match = pattern.fullmatch(body)
        if match is None:
            continue
        parts = match.groupdict()
        steps = [_read_step(parts["part0"], "it")]
        if shape != "single":
            steps.append(_read_step(parts["part1"], "the result" if shape == "sequence" else "it"))
        found = Instruction(
            sentence["function"],
            shape,
            tuple(steps),
            _read_addition(parts["part2"]) if "part2" in parts else None,
            tuple(map(_read_addition, constraints)),
        )
        if _ARGUMENTS[found.takes] == sentence["argument"]:
            return found
    raise ValueError(f"no instruction of the miniature: {text!r}")


def find_instructions(text: str) -> Iterator[Instruction]:
    """Find the miniature's instructions in a longer text, as a prompt is, in their order.

    Args:
        text: Any; what is not an instruction is passed over.

    Example:
        >>> words = "#1: Write a Python function named mu that takes a string x and upper-cases it. #2: Print it."
        >>> [found.function for found in find_instructions(words)]
        ['mu']
    """
    for match in _SENTENCE.finditer(text):
        try:
            yield parse(match[0])
        except ValueError:
            continue


def _say_step(step: Step, it: str) -> str:
    return step.operation.phrases[step.wording].format(it=it, k=step.number)


def _say_addition(addition: Addition) -> str:
    return addition.clause.phrase.format(k=addition.number)


def _read_step(words: str, it: str) -> Step:
    for (name, wording), pattern in _step_patterns(it):
        match = pattern.fullmatch(words)
        if match:
            return Step(name, _number(match), wording)
    raise ValueError(f"no operation of the miniature: {words!r}")


def _read_addition(words: str) -> Addition:
    for name, pattern in _clause_patterns():
        match = pattern.fullmatch(words)
        if match:
            return Addition(name, _number(match))
    raise ValueError(f"no clause of the miniature: {words!r}")


def _number(match: re.Match[str]) -> int | None:
    return int(match["k"]) if "k" in match.re.groupindex else None


@cache
def _step_patterns(it: str) -> Iterable[tuple[tuple[str, int], re.Pattern[str]]]:
    return [
        ((operation.name, wording), _pattern(phrase.replace("{it}", it)))
        for operation in OPERATIONS.values()
        for wording, phrase in enumerate(operation.phrases)
    ]


@cache
def _clause_patterns() -> Iterable[tuple[str, re.Pattern[str]]]:
    return [(clause.name, _pattern(clause.phrase)) for clause in CLAUSES.values()]


def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(re.escape(phrase).replace(r"\{k\}", r"(?P<k>0|[1-9]\d*)"))
