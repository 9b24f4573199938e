"""The Python functions of an answer, each as a program of its own with no more than it needs.

Only imports, definitions and constants are taken along: what else stands at the top level of an answer (examples,
prompts for input, files to open) would stop it from loading. Nothing is executed here.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.benchmarks.python_source import parse
from harness.models.extraction.fences import PYTHON, split_fences

MOST_ARITY = 6
_ENTRY = "probed"
_Function = ast.FunctionDef


@dataclass(frozen=True)
class AnswerFunction:
    """One function that can be called with positional arguments."""

    name: str
    program: str
    """Source that defines it and what it reaches."""
    entry_point: str
    """The name to call in `program`."""
    arities: range
    """With how many arguments it may be called."""
    nodes: int
    """Size of its syntax tree with that of the functions it reaches, without docstrings."""


def functions_of(answer: str) -> list[AnswerFunction]:
    r"""Take the functions out of an answer: those at the top level, and methods of classes made without arguments.

    A function without arguments, or that returns nothing, solves no task and is left out.

    Args:
        answer: A program, or a chat answer with programs in fences.

    Example:
        >>> answer = "```python\nimport math\ndef area(r):\n    return math.pi * r * r\nprint(area(input()))\n```"
        >>> [found] = functions_of(answer)
        >>> found.name, found.arities
        ('area', range(1, 2))
        >>> print(found.program)
        try:
            import math
        except ImportError:
            pass
        <BLANKLINE>
        def area(r):
            return math.pi * r * r
    """
    found: list[AnswerFunction] = []
    for source in _programs(answer):
        try:
            tree = parse(source)
            found += _functions(tree.body)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return found


def _programs(answer: str) -> Iterator[str]:
    if "def " not in answer:
        return
    segments = split_fences(answer)
    fenced = [part.text for part in segments if part.is_fenced and (not part.language or part.language in PYTHON)]
    yield from fenced or [answer]


def _functions(body: Sequence[ast.stmt]) -> Iterator[AnswerFunction]:
    parts = _Parts(body)
    for node in body:
        if isinstance(node, _Function):
            if (arities := _arities(node, takes_self=False)) and _gives(node):
                yield _function(parts, node.name, [node], node.name, arities)
        elif isinstance(node, ast.ClassDef) and _is_made_without_arguments(node):
            for method in node.body:
                if not isinstance(method, _Function) or method.name.startswith("_") or not _gives(method):
                    continue
                takes_self = not any(_is_named(item, "staticmethod") for item in method.decorator_list)
                if arities := _arities(method, takes_self=takes_self):
                    call = f"def {_ENTRY}(*given):\n    return {node.name}().{method.name}(*given)"
                    yield _function(parts, method.name, [node, *ast.parse(call).body], _ENTRY, arities)


def _function(parts: _Parts, name: str, nodes: Sequence[ast.stmt], entry_point: str, arities: range) -> AnswerFunction:
    imports, definitions = parts.reached_by(nodes)
    module = ast.Module([*imports, *definitions, *(node for node in nodes if node not in definitions)], [])
    bare = _without_docstrings(module)
    counted = [node for node in bare.body if isinstance(node, _Function | ast.ClassDef)]
    size = sum(1 for node in counted for _ in ast.walk(node))
    return AnswerFunction(name, ast.unparse(bare), entry_point, arities, size)


class _Parts:
    """The top level of a program: what can be taken along, by the names it binds."""

    def __init__(self, body: Sequence[ast.stmt]) -> None:
        self._imports: list[tuple[set[str], ast.stmt]] = []
        self._definitions: dict[str, ast.stmt] = {}
        for node in body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
                self._imports.append((names, _if_it_is_here(node)))
            elif isinstance(node, _Function | ast.ClassDef):
                self._definitions[node.name] = node
            elif isinstance(node, ast.Assign) and _is_constant(node.value):
                self._definitions |= {target.id: node for target in node.targets if isinstance(target, ast.Name)}

    def reached_by(self, nodes: Sequence[ast.stmt]) -> tuple[list[ast.stmt], list[ast.stmt]]:
        """Give the imports and definitions that nodes need, directly or through others, in the program's order."""
        names: set[str] = set()
        pending = list(nodes)
        taken: list[ast.stmt] = []
        while pending:
            node = pending.pop()
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name) and inner.id not in names:
                    names.add(inner.id)
                    other = self._definitions.get(inner.id)
                    if other is not None and other not in taken:
                        taken.append(other)
                        pending.append(other)
        imports = [node for bound, node in self._imports if bound & names or "*" in bound]
        order = {id(node): number for number, node in enumerate(self._definitions.values())}
        return imports, sorted(taken, key=lambda node: order[id(node)])


def _if_it_is_here(node: ast.stmt) -> ast.stmt:
    """Let a program load though a module it imports is not in the sandbox: most functions do without."""
    handler = ast.ExceptHandler(ast.Name("ImportError", ast.Load()), None, [ast.Pass()])
    return ast.Try([node], [handler], [], [])


def _is_constant(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_made_without_arguments(node: ast.ClassDef) -> bool:
    makers = [item for item in node.body if isinstance(item, _Function) and item.name == "__init__"]
    arguments = makers[0].args if makers else None
    return arguments is None or len(arguments.posonlyargs + arguments.args) - len(arguments.defaults) <= 1


def _arities(node: ast.FunctionDef, *, takes_self: bool) -> range:
    """Give the numbers of positional arguments that a function takes, of those that tasks have."""
    given = node.args
    if any(default is None for default in given.kw_defaults):
        return range(0)
    most = len(given.posonlyargs) + len(given.args) - takes_self
    least = max(1, most - len(given.defaults))
    if given.vararg:
        most = max(most, 3)
    return range(least, min(most, MOST_ARITY) + 1)


def _gives(node: ast.FunctionDef) -> bool:
    """Whether a function returns something, and is no generator."""
    inner = list(_own_nodes(node))
    if any(isinstance(item, ast.Yield | ast.YieldFrom) for item in inner):
        return False
    return any(isinstance(item, ast.Return) and item.value is not None for item in inner)


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield child
            yield from _own_nodes(child)


def _without_docstrings(module: ast.Module) -> ast.Module:
    bare = copy.deepcopy(module)
    for node in ast.walk(bare):
        if isinstance(node, _Function | ast.ClassDef) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.fix_missing_locations(bare)
