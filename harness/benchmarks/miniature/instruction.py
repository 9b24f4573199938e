"""The structure of one instruction: which operations, put together how, with which constraints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from harness.benchmarks.miniature.clauses import CLAUSES, Clause
from harness.benchmarks.miniature.operations import OPERATIONS, Kind, Operation

Shape = Literal["single", "sequence", "conditional", "both"]
"""One operation; the second on the first's result; one or the other by a condition; both, on the argument."""

NAMES = tuple(
    """alpha beta gamma delta epsilon zeta eta theta iota kappa lamed mu nu xi omicron pi rho sigma tau upsilon phi chi
    psi omega""".split()
)
"""What functions are called."""
MOST_CONSTRAINTS = 3


@dataclass(frozen=True)
class Step:
    """One operation as it is used: with its number, in one of its wordings.

    Raises:
        ValueError: There is no such operation or wording, or the number is missing or too much.
    """

    name: str
    number: int | None = None
    wording: int = 0

    def __post_init__(self) -> None:
        if self.name not in OPERATIONS:
            raise ValueError(f"no operation named {self.name!r}")
        if not 0 <= self.wording < len(self.operation.phrases):
            raise ValueError(f"{self.name} has no wording {self.wording}")
        _check_number(self.name, self.number, self.operation.numbers)

    @property
    def operation(self) -> Operation:
        """What is done."""
        return OPERATIONS[self.name]


@dataclass(frozen=True)
class Addition:
    """One clause as it is used: with its number.

    Raises:
        ValueError: There is no such clause, or the number is missing or too much.
    """

    name: str
    number: int | None = None

    def __post_init__(self) -> None:
        if self.name not in CLAUSES:
            raise ValueError(f"no clause named {self.name!r}")
        _check_number(self.name, self.number, self.clause.numbers)

    @property
    def clause(self) -> Clause:
        """What it says."""
        return CLAUSES[self.name]


@dataclass(frozen=True)
class Instruction:
    """One instruction of the miniature.

    Raises:
        ValueError: The parts do not fit together.

    Example:
        >>> Instruction("gamma", "sequence", (Step("length"), Step("add", 4))).gives
        'integer'
        >>> Instruction("gamma", "sequence", (Step("add", 4), Step("length")))
        Traceback (most recent call last):
        ValueError: length takes a string, and add gives an integer
    """

    function: str
    shape: Shape
    steps: tuple[Step, ...]
    condition: Addition | None = None
    constraints: tuple[Addition, ...] = ()

    def __post_init__(self) -> None:
        if len(self.steps) != (1 if self.shape == "single" else 2):
            raise ValueError(f"{len(self.steps)} steps are not {self.shape}")
        self._check_kinds()
        is_chosen = self.condition is not None
        if is_chosen != (self.shape == "conditional"):
            raise ValueError(f"{'a' if is_chosen else 'no'} condition is not {self.shape}")
        if self.condition and (self.condition.clause.role, self.condition.clause.kind) != ("condition", self.takes):
            raise ValueError(f"{self.condition.name} is no condition on {_A[self.takes]}")
        names = [constraint.name for constraint in self.constraints]
        if len(set(names)) != len(names) or len(names) > MOST_CONSTRAINTS:
            raise ValueError(f"too many constraints: {', '.join(names)}")
        for constraint in self.constraints:
            if not self.allows(constraint.clause):
                raise ValueError(f"{constraint.name} does not go with {self.shape} of {_A[self.takes]}")

    def _check_kinds(self) -> None:
        first, last = self.steps[0].operation, self.steps[-1].operation
        if self.shape == "sequence" and first.gives != last.takes:
            raise ValueError(f"{last.name} takes {_A[last.takes]}, and {first.name} gives {_A[first.gives]}")
        if self.shape != "sequence" and first.takes != last.takes:
            raise ValueError(f"{last.name} takes {_A[last.takes]}, and {first.name} {_A[first.takes]}")
        if self.shape == "conditional" and first.gives != last.gives:
            raise ValueError(f"{last.name} gives {_A[last.gives]}, and {first.name} {_A[first.gives]}")

    @property
    def takes(self) -> Kind:
        """What the argument is."""
        return self.steps[0].operation.takes

    @property
    def gives(self) -> Kind | None:
        """What the result is; None for a pair of results."""
        return None if self.shape == "both" else self.steps[-1].operation.gives

    def allows(self, clause: Clause) -> bool:
        """Tell whether a clause is a constraint that can stand here.

        Args:
            clause: Any.

        Example:
            >>> Instruction("gamma", "single", (Step("length"),)).allows(CLAUSES["cap"])
            True
        """
        if clause.role == "guard":
            return clause.kind == self.takes
        return clause.role == "finish" and clause.kind == self.gives


_A: dict[Kind, str] = {"integer": "an integer", "string": "a string", "list": "a list"}


def _check_number(name: str, number: int | None, numbers: tuple[int, int] | None) -> None:
    if numbers is None and number is not None:
        raise ValueError(f"{name} takes no number, and was given {number}")
    if numbers is not None and (number is None or number < 0):
        raise ValueError(f"{name} takes a number that is not negative, and was given {number}")
