"""The built-in answerers: `reference`, which must pass every task, and `broken`, which must fail nearly all of them.

Neither is a model. They check the harness from both sides without a network or a GPU: a reference that fails points at
the sandbox or the data, a broken solution that passes points at weak tests. `broken` is mutation testing (DeMillo,
Lipton and Sayward, "Hints on test data selection", 1978): one small change to the syntax tree of each reference.

What `broken` does not cover: mutants of loops that end by a condition. They tend to run for ever, and a self-check that
takes minutes is not run; so a `while` loop is left as it is, and with it what sets the names that it reads.
"""

from __future__ import annotations

import ast
import contextlib
import random
import warnings
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from harness.records import Benchmark, Completion, Task


def reference(benchmark: Benchmark, seed: int = 0) -> list[Completion]:
    """Answer every task with the benchmark's own solution.

    Args:
        benchmark: The questions.
        seed: Without effect; there is only one reference.

    Example:
        >>> task = Task("Demo/0", "def one():\\n", "one", "    return 1\\n")
        >>> reference(Benchmark("demo", "1", "", {"Demo/0": task}))[0].text
        'def one():\\n    return 1\\n'
    """
    return [Completion(task_id, 0, task.reference) for task_id, task in benchmark.tasks.items()]


def broken(benchmark: Benchmark, seed: int = 0) -> list[Completion]:
    """Answer every task with the benchmark's own solution after exactly one small change.

    The change is drawn evenly from all places of the solution that can be changed, by the seed and the task's name
    alone: other tasks, and the version of Python, make no difference to it.

    Args:
        benchmark: The questions.
        seed: Another seed breaks the solutions in other places.

    Example:
        >>> task = Task("Demo/0", "def one():\\n", "one", "    return 1\\n")
        >>> broken(Benchmark("demo", "1", "", {"Demo/0": task}))[0].text
        'def one():\\n    return None\\n'
    """
    return [
        Completion(task_id, 0, _broken_solution(task, random.Random(f"{seed}:{task_id}")))
        for task_id, task in benchmark.tasks.items()
    ]


class SelfCheck(Protocol):
    """A built-in answerer."""

    def __call__(self, benchmark: Benchmark, seed: int = 0) -> list[Completion]:
        """Answer every task of a benchmark once."""
        ...


SELF_CHECKS: Mapping[str, SelfCheck] = MappingProxyType({"reference": reference, "broken": broken})
"""The built-in answerers by name."""


def is_self_check(name: str) -> bool:
    """Whether a model's name is that of a built-in answerer.

    Example:
        >>> is_self_check("broken"), is_self_check("starcoder2-15b")
        (True, False)
    """
    return name in SELF_CHECKS


class _Site(NamedTuple):
    """A place in a syntax tree, and what to put there instead."""

    holder: ast.AST
    field: str
    position: int | None
    """Place in the field, where it holds a list."""
    replacement: ast.AST

    def change(self) -> None:
        """Put the replacement in place."""
        if self.position is None:
            setattr(self.holder, self.field, self.replacement)
        else:
            getattr(self.holder, self.field)[self.position] = self.replacement


def _broken_solution(task: Task, rng: random.Random) -> str:
    sites: list[_Site] = []
    with warnings.catch_warnings(), contextlib.suppress(SyntaxError):
        # Prompts hold invalid escapes in their docstrings.
        warnings.simplefilter("ignore")
        tree = ast.parse(task.reference)
        # The prompt's own helpers are no part of the solution, and often of no test either.
        sites += _sites(tree, after_line=task.prompt.count("\n"))
    if not sites:
        return f"def {task.entry_point}(*args, **kwargs):\n    pass\n"
    sites[rng.randrange(len(sites))].change()
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


# Not run, or not by value: changing them changes nothing, or nothing but a message.
_SKIPPED_FIELDS = frozenset({"annotation", "returns", "decorator_list", "type_params", "type_comment"})


def _sites(tree: ast.Module, after_line: int) -> Iterator[_Site]:
    """Yield every place that can be changed, in an order that no version of Python changes."""
    driving = _names_that_drive_loops(tree)
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        below: list[ast.AST] = []
        for field, value in ast.iter_fields(node):
            children = value if isinstance(value, list) else [value]
            if field in _SKIPPED_FIELDS:
                continue
            for index, child in enumerate(children):
                if not isinstance(child, ast.AST) or _is_left_alone(child, driving) or _is_guard(node, field, driving):
                    continue
                below.append(child)
                if _line(child) > after_line:
                    place = index if isinstance(value, list) else None
                    for replacement in _replacements(child, driving):
                        yield _Site(node, field, place, replacement)
        stack.extend(reversed(below))


def _line(node: ast.AST) -> int:
    # The only changeable node without a line of its own.
    place = node.target if isinstance(node, ast.comprehension) else node
    line: int = getattr(place, "lineno", 0)
    return line


def _names_that_drive_loops(tree: ast.Module) -> frozenset[str]:
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.While)]
    return frozenset(node.id for loop in loops for node in ast.walk(loop) if isinstance(node, ast.Name))


def _is_left_alone(node: ast.AST, driving: frozenset[str]) -> bool:
    """Whether nothing in a node is changed: a docstring, an f-string, a `while` loop, what one starts from or calls."""
    match node:
        case ast.While() | ast.JoinedStr() | ast.Expr(ast.Constant()):
            return True
        case ast.FunctionDef(name):
            return name in driving
        case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            return any(_reads(target, driving) for target in targets)
        case _:
            return False


def _is_guard(node: ast.AST, field: str, driving: frozenset[str]) -> bool:
    """Whether a field decides the values that a `while` loop is entered with, and so whether it is ever left."""
    match node:
        case ast.If(test):
            return field == "test" and _reads(test, driving)
        case ast.For(target) | ast.comprehension(target):
            return field == "iter" and _reads(target, driving)
        case _:
            return False


def _reads(node: ast.AST, names: frozenset[str]) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id in names for inner in ast.walk(node))


_COMPARISONS: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
# Nothing becomes a power or a shift: what grows that fast would be a hang.
_OPERATORS: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
}


def _replacements(node: ast.AST, driving: frozenset[str]) -> Iterator[ast.AST]:
    """Yield what a node may be replaced by; the tree itself is not touched."""
    match node:
        case ast.Compare(left, [first, *rest], comparators) if type(first) in _COMPARISONS:
            yield ast.Compare(left, [_COMPARISONS[type(first)](), *rest], comparators)
        case ast.BinOp(left, operator, right) if type(operator) in _OPERATORS:
            yield ast.BinOp(left, _OPERATORS[type(operator)](), right)
        case ast.AugAssign(target, operator, value) if type(operator) in _OPERATORS:
            yield ast.AugAssign(target, _OPERATORS[type(operator)](), value)
        case ast.BoolOp(operator, values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.Constant(value):
            yield from _other_constant(value)
        case ast.If(test, body, orelse) if not _reads(test, driving):
            yield ast.If(_negated(test), body, orelse)
        case ast.IfExp(test, body, orelse):
            yield ast.IfExp(_negated(test), body, orelse)
        case ast.comprehension(target, iterator, [first, *rest], is_async):
            yield ast.comprehension(target, iterator, [_negated(first), *rest], is_async)
        case ast.Return(value) if value is not None and not (isinstance(value, ast.Constant) and value.value is None):
            yield ast.Return(ast.Constant(None))
        case ast.Subscript(value, index, ast.Load() as context) if isinstance(index, ast.Name | ast.BinOp):
            yield ast.Subscript(value, ast.BinOp(index, ast.Add(), ast.Constant(1)), context)
        case ast.Call(function, arguments, keywords):
            yield from _other_calls(function, arguments, keywords)


def _negated(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _other_constant(value: object) -> Iterator[ast.expr]:
    # Down, not up: a larger divisor, power or bound can cost a loop its end.
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value - 1 if value > 0 else value + 1)
    elif isinstance(value, float):
        yield ast.UnaryOp(ast.USub(), ast.Constant(value)) if value else ast.Constant(1.0)
    elif isinstance(value, str):
        yield ast.Constant(value[:-1] if value else " ")


def _other_calls(function: ast.expr, arguments: list[ast.expr], keywords: list[ast.keyword]) -> Iterator[ast.expr]:
    if any(isinstance(argument, ast.Starred) for argument in arguments):
        return
    if isinstance(function, ast.Name) and function.id == "range" and arguments:
        stop = 0 if len(arguments) == 1 else 1
        shorter = ast.BinOp(arguments[stop], ast.Sub(), ast.Constant(1))
        yield ast.Call(function, [*arguments[:stop], shorter, *arguments[stop + 1 :]], keywords)
    elif len(arguments) > 1 and ast.dump(arguments[0]) != ast.dump(arguments[1]):
        yield ast.Call(function, [arguments[1], arguments[0], *arguments[2:]], keywords)
