"""What a piece of Python source defines and calls, by its syntax alone: nothing is run."""

from __future__ import annotations

import ast
import symtable
import warnings


def parse(code: str) -> ast.Module:
    """Parse source, without the warnings that authors' stray escapes, as in a docstring, would print.

    Args:
        code: The source.

    Raises:
        SyntaxError: It is no Python.
        ValueError: It holds a null character.

    Example:
        >>> len(parse("a = 1").body)
        1
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def tested_function(code: str, test: str) -> str:
    """Name the function that a test calls and the code defines.

    Args:
        code: The reference solution.
        test: One assert statement.

    Raises:
        SyntaxError: One of the two is no Python.
        ValueError: The test calls nothing that the code defines.

    Example:
        >>> tested_function("def near(a): ...", "assert math.isclose(round(near(1)), 1)")
        'near'
    """
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    defined = {node.name for node in ast.walk(parse(code)) if isinstance(node, definitions)}
    for node in ast.walk(parse(test)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in defined:
            return node.func.id
    raise ValueError(f"the test calls nothing that the code defines: {test}")


def defines(code: str, name: str) -> bool:
    r"""Tell whether a program binds a name at its top level, as far as can be seen without running it.

    Args:
        code: The program.
        name: The name looked for.

    Raises:
        SyntaxError: It is no Python.
        ValueError: It holds a null character.

    Example:
        >>> defines("if x:\n    import f\nelse:\n    def f(): ...", "f"), defines("g = 1", "f")
        (True, False)
    """
    tree = parse(code)
    if any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in tree.body):
        return True  # it may come with the star
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = symtable.symtable(code, "program", "exec")
    return name in table.get_identifiers() and table.lookup(name).is_local()
