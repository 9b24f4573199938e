"""Reading Python text without running it: parsing that never raises, and the names a text binds and needs.

Covers what the rules ask of a text: does it parse, where does it break, which names does it bind at module level and
which does it read from there. Does not cover types or values: nothing here executes, imports or evaluates anything.
"""

from __future__ import annotations

import ast
import builtins
import symtable
import warnings
from collections.abc import Iterable
from functools import lru_cache

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)

# What the parser raises on hostile text: bad syntax, null bytes and lone surrogates, too deep, too big.
_UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)
_BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}
_NO_DEFINITION = (ast.Import, ast.ImportFrom, ast.Expr, ast.Assert)
_SHORT = 200
_OWN_SCOPE = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _attempt(text: str) -> tuple[ast.Module | None, int]:
    # Model-written code is full of invalid escapes; their warnings are not ours to show.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text), 0
        except SyntaxError as error:
            return None, error.lineno or 1
        except _UNPARSABLE:
            return None, 1


_cached_attempt = lru_cache(maxsize=8)(_attempt)


def parse(text: str) -> ast.Module | None:
    """Parse a text, or return None where it is no Python. Never raises; callers must not change the tree.

    Example:
        >>> parse("x = 1") is None, parse("x = = 1") is None
        (False, True)
    """
    # The rules ask again for the texts that are costly to parse; single lines would only crowd those out.
    return (_attempt if len(text) < _SHORT else _cached_attempt)(text)[0]


def failure_line(text: str) -> int:
    """Return the 1-based line at which parsing breaks, or 0 where the text parses.

    Example:
        >>> failure_line("x = 1\\nthis is the prose\\n")
        2
    """
    return (_attempt if len(text) < _SHORT else _cached_attempt)(text)[1]


def bound_names(statements: Iterable[ast.stmt]) -> set[str]:
    """Return the names that statements bind in their own scope: definitions, assignments, imports, loop targets.

    Example:
        >>> sorted(bound_names(ast.parse("import os.path\\nfor i in x:\\n    def f(): y = 1").body))
        ['f', 'i', 'os']
    """
    names: set[str] = set()
    stack: list[ast.AST] = list(statements)
    while stack:
        node = stack.pop()
        if isinstance(node, DEFINITIONS):
            names.add(node.name)
            continue
        if isinstance(node, _OWN_SCOPE):
            continue
        if isinstance(node, ast.alias):
            names.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            names.add(node.name)
        stack.extend(ast.iter_child_nodes(node))
    return names


def global_reads(text: str) -> set[str] | None:
    """Return the names that a text reads from module level, its own and built-in ones included.

    Returns:
        The names, or None where the compiler refuses the text (it may parse and still hold a stray `return`).

    Example:
        >>> sorted(global_reads("def f(n):\\n    return n + offset\\nprint(f(1))\\n"))
        ['f', 'offset', 'print']
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            top = symtable.symtable(text, "<text>", "exec")
        except _UNPARSABLE:
            return None
    names = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_referenced()}
    tables = top.get_children()
    while tables:
        table = tables.pop()
        names |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global() and symbol.is_referenced()}
        tables.extend(table.get_children())
    return names


def missing_names(text: str) -> set[str]:
    """Return the names that a text reads from module level but neither it nor Python defines.

    Example:
        >>> sorted(missing_names("def f(a: List[int]):\\n    return math.floor(len(a) / 2)\\n"))
        ['List', 'math']
    """
    tree, reads = parse(text), global_reads(text)
    if tree is None or reads is None:
        return set()
    return reads - bound_names(tree.body) - _BUILTINS


def defines(tree: ast.Module, name: str) -> bool:
    """Whether a module itself defines a name; importing it from elsewhere is no definition.

    Example:
        >>> [defines(ast.parse(text), "f") for text in ("def f(): pass", "f = abs", "from answer import f")]
        [True, True, False]
    """
    return any(is_definition(statement, name) for statement in tree.body)


def is_definition(statement: ast.stmt, name: str) -> bool:
    """Whether a statement gives a name its meaning: defines or assigns it, and does not just import it.

    Example:
        >>> is_definition(ast.parse("from answer import f").body[0], "f")
        False
    """
    return not isinstance(statement, _NO_DEFINITION) and name in bound_names([statement])


def gives_back(statements: Iterable[ast.stmt]) -> bool:
    """Whether statements return or yield, themselves and not through a function inside them.

    At module level that is no program but a function's body without its first line.

    Example:
        >>> [gives_back(ast.parse(text).body) for text in ("x = 1\\nreturn x", "def f(): return 1")]
        [True, False]
    """
    stack: list[ast.AST] = list(statements)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, (*DEFINITIONS, ast.Lambda)):
            stack.extend(ast.iter_child_nodes(node))
    return False


def class_with_method(tree: ast.Module, name: str) -> ast.ClassDef | None:
    """Return the last module-level class that has a method of that name, or None.

    Example:
        >>> class_with_method(ast.parse("class Solution:\\n    def f(self): pass"), "f").name
        'Solution'
    """
    for statement in reversed(tree.body):
        if isinstance(statement, ast.ClassDef) and any(
            isinstance(member, FUNCTIONS) and member.name == name for member in statement.body
        ):
            return statement
    return None


def is_stub(tree: ast.Module, name: str) -> bool:
    """Whether the last function of that name has no body to speak of: a docstring, `pass`, `...`, a marker error.

    Example:
        >>> is_stub(ast.parse("def f():\\n    '''Do it.'''\\n    ..."), "f")
        True
    """
    for statement in reversed(tree.body):
        if isinstance(statement, FUNCTIONS) and statement.name == name:
            return all(_does_nothing(inner) for inner in statement.body)
    return False


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Raise):
        return any(isinstance(node, ast.Name) and node.id == "NotImplementedError" for node in ast.walk(statement))
    is_constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_constant or isinstance(statement, ast.Pass)


def first_line(statement: ast.stmt) -> int:
    """Return the 1-based line a statement starts on, its decorators included.

    Example:
        >>> first_line(ast.parse("@cache\\ndef f(): pass").body[0])
        1
    """
    decorators = statement.decorator_list if isinstance(statement, DEFINITIONS) else []
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def lines_of(lines: list[str], statement: ast.stmt) -> str:
    """Return the whole source lines of a statement, decorators included, from the lines it was parsed from."""
    return "\n".join(lines[first_line(statement) - 1 : statement.end_lineno])
