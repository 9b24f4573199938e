"""Dropping the examples that models put around their program: prints, asserts, calls, made-up input.

They run when the program is loaded, where they may wait for input, crash on a name of the test's, or take for ever.
Only whole module-level statements go, and only those that nothing kept depends on. A `__main__` guard is left alone: it
does not run.
"""

from __future__ import annotations

import ast
from typing import NamedTuple

from harness.models.extraction.syntax import (
    DEFINITIONS,
    bound_names,
    class_with_method,
    first_line,
    global_reads,
    is_definition,
    lines_of,
    parse,
)

_IMPORTS = (ast.Import, ast.ImportFrom)
_SHOWS = frozenset({"print", "input", "exit", "quit", "pprint"})
_TEST_RUNNERS = frozenset({"unittest", "doctest", "pytest"})

_MOST_STATEMENTS = 2000
"""A module with more statements is no answer but endless repeats, and is left as it is."""


class _Statement(NamedTuple):
    """A module-level statement and the module-level names that it reads."""

    node: ast.stmt
    reads: set[str]


def without_usage(text: str, name: str) -> str:
    """Drop the statements that only show or test the program.

    Args:
        text: A program; one that does not parse is returned as it is.
        name: The function asked for. Where the text does not define it nothing after it can be told apart, so only
            expressions without any effect go.

    Example:
        >>> without_usage("def f(n):\\n    return n\\n\\nn = int(input())\\nprint(f(n))\\n", "f").rstrip()
        'def f(n):\\n    return n'
    """
    tree = parse(text)
    if tree is None:
        return text
    anchor = _last_definition(tree, name)
    if len(tree.body) > _MOST_STATEMENTS or not any(
        _is_idle(node) or _may_be_usage(node) or _is_own_import(node, name) for node in tree.body
    ):
        return text
    lines = text.split("\n")
    statements: list[_Statement] = []
    for node in tree.body:
        reads = global_reads(lines_of(lines, node))
        if reads is None:
            return text
        statements.append(_Statement(node, reads))
    dropped = [
        statement.node
        for number, statement in enumerate(statements)
        if _is_idle(statement.node) or (number < anchor and _is_early_call(statement, name))
    ]
    dropped += _trailing_usage(statements, anchor, name)
    return _without_lines(lines, tree, dropped)


def _last_definition(tree: ast.Module, name: str) -> int:
    """Return the index of the last statement that defines the name, or the class that has it as a method, or -1."""
    for number in reversed(range(len(tree.body))):
        if is_definition(tree.body[number], name):
            return number
    holder = class_with_method(tree, name)
    return tree.body.index(holder) if holder is not None else -1


def _names_reaching(statements: list[_Statement], name: str) -> set[str]:
    """Return the names whose use shows the program: the function, and what calls it, however far."""
    showing = {name}
    callers: dict[str, list[str]] = {}
    for node, reads in statements:
        if isinstance(node, DEFINITIONS):
            if isinstance(node, ast.ClassDef) and _has_method(node, name):
                showing.add(node.name)
            for read in reads:
                callers.setdefault(read, []).append(node.name)
    waiting = list(showing)
    while waiting:
        for caller in callers.get(waiting.pop(), []):
            if caller not in showing:
                showing.add(caller)
                waiting.append(caller)
    return showing


def _has_method(node: ast.ClassDef, name: str) -> bool:
    return any(isinstance(member, DEFINITIONS) and member.name == name for member in node.body)


def _is_idle(node: ast.stmt) -> bool:
    """Whether a statement is an expression that can only raise: words of prose that happen to parse."""
    if not isinstance(node, ast.Expr) or isinstance(node.value, ast.Constant):
        return False
    busy = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
    return not any(isinstance(inner, busy) for inner in ast.walk(node))


def _is_early_call(statement: _Statement, name: str) -> bool:
    """Whether a statement tests or calls the function before it is there, as a repeated question does."""
    return isinstance(statement.node, ast.Assert | ast.Expr) and name in statement.reads


def _trailing_usage(statements: list[_Statement], anchor: int, name: str) -> list[ast.stmt]:
    """Return the statements after the definition that are usage, found from the last one back."""
    if anchor < 0:
        return []
    showing = _names_reaching(statements, name)
    needed = {name}
    for statement in statements[: anchor + 1]:
        needed |= statement.reads
    dropped: list[ast.stmt] = []
    # What a statement needs is known only once everything after it has been looked at.
    for statement in reversed(statements[anchor + 1 :]):
        if _is_own_import(statement.node, name) or _is_usage(statement, showing, needed):
            dropped.append(statement.node)
        else:
            needed |= statement.reads
    return dropped


def _is_own_import(node: ast.stmt, name: str) -> bool:
    """Whether a test imports the function from a file that was never written."""
    return isinstance(node, ast.ImportFrom) and name in bound_names([node])


def _is_usage(statement: _Statement, showing: set[str], needed: set[str]) -> bool:
    node = statement.node
    if isinstance(node, ast.Assert):
        return True
    if not _may_be_usage(node):
        return False
    if (bound_names([node]) | _roots_written(node)) & needed:
        return False
    shows = bool(statement.reads & (showing | _SHOWS)) or bool(statement.reads & _TEST_RUNNERS)
    has_call = any(isinstance(inner, ast.Call) for inner in ast.walk(node))
    return shows or (isinstance(node, ast.Assign | ast.AnnAssign) and not has_call)


def _may_be_usage(node: ast.stmt) -> bool:
    is_needed = isinstance(node, (*DEFINITIONS, *_IMPORTS, ast.Global))
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return not (is_needed or is_text or _is_main_guard(node))


def _is_main_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and any(
        isinstance(inner, ast.Name) and inner.id == "__name__" for inner in ast.walk(node.test)
    )


def _roots_written(node: ast.stmt) -> set[str]:
    """Return the names whose items or attributes a statement sets: `f.cache = {}` writes to `f`."""
    roots: set[str] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute | ast.Subscript) and isinstance(inner.ctx, ast.Store):
            root: ast.expr = inner
            while isinstance(root, ast.Attribute | ast.Subscript):
                root = root.value
            if isinstance(root, ast.Name):
                roots.add(root.id)
    return roots


def _without_lines(lines: list[str], tree: ast.Module, dropped: list[ast.stmt]) -> str:
    """Drop the lines of statements, except of those that share a line with another."""
    unwanted = {id(node) for node in dropped}
    kept: list[str] = []
    done, last_end = 0, 0
    for number, node in enumerate(tree.body):
        start, end = first_line(node), node.end_lineno or node.lineno
        after = first_line(tree.body[number + 1]) if number + 1 < len(tree.body) else len(lines) + 1
        if id(node) in unwanted and last_end < start and end < after:
            kept += lines[done : start - 1]
            done = end
        last_end = end
    return "\n".join(kept + lines[done:])
