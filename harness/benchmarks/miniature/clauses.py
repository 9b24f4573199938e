"""What an instruction may say beside its operations: the condition of a choice, and the constraints evolving adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from harness.benchmarks.miniature.operations import Kind

Role = Literal["condition", "guard", "finish"]
"""`condition` chooses between two operations by the argument. `guard` returns None for some arguments, before anything
is done. `finish` changes the result, after all else."""


@dataclass(frozen=True)
class Clause:
    """One condition or constraint.

    No constraint does what an operation does, so that a constrained operation is never one of the held-out pairs.

    Example:
        >>> CLAUSES["greater"].phrase.format(k=5), CLAUSES["greater"].expression.format(k=5)
        ('x is greater than 5', 'x > 5')
    """

    name: str
    role: Role
    kind: Kind
    """Of the argument; of the result for a `finish`."""
    phrase: str
    expression: str
    """Python: a test of `x`, or the new value of `{v}` for a `finish`."""
    numbers: tuple[int, int] | None = None


_ALL = (
    Clause("greater", "condition", "integer", "x is greater than {k}", "x > {k}", (2, 12)),
    Clause("even", "condition", "integer", "x is even", "x % 2 == 0"),
    Clause("longer", "condition", "string", "x has more than {k} characters", "len(x) > {k}", (2, 9)),
    Clause("fuller", "condition", "list", "x has more than {k} elements", "len(x) > {k}", (1, 4)),
    Clause("negative", "guard", "integer", "it returns None when x is negative", "x < 0"),
    Clause("divisible", "guard", "integer", "it returns None when {k} divides x", "x % {k} == 0", (3, 20)),
    Clause("empty", "guard", "string", "it returns None when x is empty", "x == ''"),
    Clause("crowded", "guard", "list", "it returns None when x holds {k}", "{k} in x", (2, 20)),
    Clause("cap", "finish", "integer", "it caps the result at {k}", "min({v}, {k})", (20, 99)),
    Clause("shorten", "finish", "string", "it shortens the result to {k} characters", "{v}[:{k}]", (2, 9)),
    Clause("full_stop", "finish", "string", "it ends the result with a full stop", "{v} + '.'"),
    Clause("append", "finish", "list", "it appends {k} to the result", "{v} + [{k}]", (2, 60)),
    Clause("limit", "finish", "list", "it limits the result to {k} elements", "{v}[:{k}]", (2, 6)),
)
CLAUSES: Mapping[str, Clause] = {clause.name: clause for clause in _ALL}
