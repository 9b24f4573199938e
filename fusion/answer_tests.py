"""The tests that a teacher writes for a task, as far as they can be run: asserts, and what stands ready for them."""

from __future__ import annotations

import ast
import builtins
import importlib.util
import inspect
import sys
from dataclasses import dataclass

from fusion.tests_inside import fuseval_run_tests
from harness.models.extraction import extract
from harness.records import Task

_MOST_ASSERTS = 20
_READY = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.AugAssign)
BROKEN = 1
"""The line of `AnswerTests.task` that fails where the tests themselves are at fault."""


def _inside() -> str:
    """Give the source of what runs tests, without its annotations: an answer may have taken the names in them."""
    tree = ast.parse(inspect.getsource(fuseval_run_tests))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
    return f"\n\n{ast.unparse(tree)}\n"


_INSIDE = _inside()


@dataclass(frozen=True)
class AnswerTests:
    """Tests of the answers to one instruction."""

    statements: tuple[str, ...]
    """Imports, assignments and asserts, in their order."""
    wanted: tuple[str, ...]
    """Names that they call and do not define: the answer's."""

    def program(self, answer: str) -> str:
        """Take the Python program out of an answer, with what runs tests against it; empty where there is none.

        Args:
            answer: All that the teacher said.
        """
        found = extract("chat", answer, self.task(""), finish_reason="stop")
        return found.program + _INSIDE if found.status is None and _parsed(found.program) is not None else ""

    def task(self, name: str) -> Task:
        """Make the task that a program of these tests is judged by.

        Args:
            name: Its id.
        """
        call = f"outcome = {fuseval_run_tests.__name__}({list(self.statements)!r}, {list(self.wanted)!r})"
        lines = f"{call}\nassert outcome != 'broken'\nassert outcome == 'pass'\n"
        entry_point = self.wanted[0] if self.wanted else ""
        return Task(name, "", entry_point, "pass\n", kind="asserts", family="mbpp", test=lines)


def read_tests(reply: str) -> AnswerTests | None:
    r"""Take the tests out of a reply: top-level asserts, with the imports and assignments among them.

    What imports the solution is left out, as is all else: the answer stands above the tests.

    Args:
        reply: What the teacher said.

    Returns:
        The tests; None where the reply holds none that can be run.

    Example:
        >>> read_tests("```python\nfrom solution import f\nx = 1\nassert f(x) == 2\nprint('done')\n```")
        AnswerTests(statements=('x = 1', 'assert f(x) == 2'), wanted=('f',))
        >>> read_tests("NO TESTS") is None
        True
    """
    text = reply.split("```", 2)[1] if reply.count("```") >= 2 else reply
    text = text.split("\n", 1)[1] if text.startswith(("python", "py\n")) else text
    tree = _parsed(text)
    if tree is None:
        return None
    body = [node for node in tree.body if not _imports_solution(node)]
    assigned = {name for node in body if isinstance(node, _READY) for name in _defined(node)}
    kept: list[str] = []
    asserts: list[ast.Assert] = []
    for node in body:
        if isinstance(node, ast.Assert) and len(asserts) < _MOST_ASSERTS and _asks_something(node, assigned):
            asserts.append(node)
            kept.append(ast.unparse(node))
        elif isinstance(node, _READY):
            kept.append(ast.unparse(node))
    if not asserts:
        return None
    known = {name for node in body for name in _defined(node)} | set(dir(builtins))
    called = [
        part.func.id
        for node in body
        for part in ast.walk(node)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
    ]
    return AnswerTests(tuple(kept), tuple(dict.fromkeys(name for name in called if name not in known)))


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _imports_solution(node: ast.stmt) -> bool:
    """Say whether a statement imports something that no installed module has: the file the answer would be in."""
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or node.module == "__future__" or not _is_installed(node.module or "")
    return isinstance(node, ast.Import) and not all(_is_installed(alias.name) for alias in node.names)


def _is_installed(module: str) -> bool:
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names:
        return True
    try:
        return top != "" and importlib.util.find_spec(top) is not None
    except (ImportError, ValueError):
        return False


def _asks_something(node: ast.Assert, assigned: set[str]) -> bool:
    return any(
        isinstance(part, ast.Call) or (isinstance(part, ast.Name) and part.id in assigned)
        for part in ast.walk(node.test)
    )


def _defined(statement: ast.stmt) -> set[str]:
    """List the names that a statement gives a meaning to."""
    names: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
    return names
