"""Adding what a program leaves to the task: the prompt before a bare body, its imports and helpers, an alias."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from harness.models.extraction.prose import code_in, looks_like_code
from harness.models.extraction.syntax import (
    FUNCTIONS,
    bound_names,
    class_with_method,
    defines,
    gives_back,
    is_stub,
    lines_of,
    missing_names,
    parse,
)
from harness.records import Task


def continued_prompt(text: str, task: Task) -> str:
    """Put the prompt before a function body that continues it.

    Args:
        text: A body: indented, moved to the margin, or with only its first line moved there.
        task: Its prompt ends inside the function asked for, or there is nothing to continue.

    Returns:
        The whole program, or "" where prompt and text together are no function that answers.

    Example:
        >>> task = Task("Demo/0", "def one():\\n", "one", "")
        >>> continued_prompt("return 1", task)
        'def one():\\n    return 1'
    """
    if not _is_open(task.prompt, task.entry_point):
        return ""
    prompt = task.prompt if task.prompt.endswith("\n") else task.prompt + "\n"
    for program in _continuations(prompt, text.strip("\n"), task.entry_point):
        tree = parse(program)
        if tree is not None and _answers(tree, task.entry_point):
            return program
    return ""


@lru_cache(maxsize=256)
def _is_open(prompt: str, name: str) -> bool:
    """Whether a prompt ends inside the function of that name."""
    tree = parse(prompt.rstrip() + "\n    pass\n")
    last = tree.body[-1] if tree is not None and tree.body else None
    return isinstance(last, FUNCTIONS) and last.name == name


def _continuations(prompt: str, text: str, name: str) -> Iterator[str]:
    """Yield prompt and text put together in one way after another, the plainest first."""
    lines = text.split("\n")
    yield prompt + text
    # What the model wrote on after the body is dropped where it is no code.
    yield code_in(prompt + text, name)
    yield prompt + _indented(text)
    if not text.startswith((" ", "\t")):
        first, *rest = lines
        yield prompt + "    " + "\n".join([first, *_leading_body(rest)])
    yield prompt + _indented("\n".join(_leading_body(lines)))
    start = next((number for number, line in enumerate(lines) if line.strip() and line[0] in " \t"), len(lines))
    # Prose may introduce a body; under code, what is indented is the body of something else.
    if not looks_like_code("\n".join(lines[:start])):
        yield prompt + _indented("\n".join(_leading_body(lines[start:])))


def _indented(body: str) -> str:
    return textwrap.indent(textwrap.dedent(body), "    ")


def _leading_body(lines: list[str]) -> list[str]:
    """Return the lines up to the first that stands at the margin."""
    end = next((number for number, line in enumerate(lines) if line[:1] not in ("", " ", "\t")), len(lines))
    return lines[:end]


def _answers(tree: ast.Module, name: str) -> bool:
    """Whether the function of that name gives something back."""
    functions = [node for node in tree.body if isinstance(node, FUNCTIONS) and node.name == name]
    return not is_stub(tree, name) and any(gives_back(function.body) for function in functions)


def with_prompt_parts(program: str, task: Task) -> str:
    """Put before a program the prompt's imports and helpers that it uses, or the task's test needs, and lacks.

    Example:
        >>> task = Task("Demo/0", "from typing import List\\nimport re\\n\\ndef f(a: List[int]):\\n", "f", "")
        >>> with_prompt_parts("def f(a: List[int]):\\n    return a", task).split("\\n")[0]
        'from typing import List'
    """
    tree = parse(program)
    parts = _prompt_parts(task.prompt, task.entry_point)
    if tree is None or not parts:
        return program
    lacking = frozenset[str]().union(*(part.names for part in parts)) - bound_names(tree.body)
    wanted = lacking & _test_needs(task.test, task.test_setup)
    if any(name in program for name in lacking):
        wanted |= lacking & missing_names(program)
    chosen: set[str] = set()
    waiting = [part for part in parts if part.names & wanted]
    while waiting:
        part = waiting.pop()
        if part.text not in chosen:
            chosen.add(part.text)
            needed = missing_names(part.text)
            waiting += [other for other in parts if other.names & needed]
    return joined([*(part.text for part in parts if part.text in chosen), program])


class _Part(NamedTuple):
    """A module-level statement of a prompt and the names it binds."""

    text: str
    names: frozenset[str]


@lru_cache(maxsize=256)
def _prompt_parts(prompt: str, name: str) -> tuple[_Part, ...]:
    """Return what a prompt defines beside the function asked for."""
    tree = parse(prompt) or parse(prompt.rstrip() + "\n    pass\n")
    statements = tree.body if tree is not None else []
    lines = prompt.split("\n")
    parts = (_Part(lines_of(lines, node), frozenset(bound_names([node]))) for node in statements)
    return tuple(part for part in parts if part.names and name not in part.names)


@lru_cache(maxsize=256)
def _test_needs(test: str, test_setup: str) -> frozenset[str]:
    """Return the names that a task's test reads and leaves to the program (HumanEval/32 calls the prompt's `poly`)."""
    return frozenset(missing_names(test_setup + "\n" + test))


def with_alias(program: str, name: str) -> str:
    """Add a module-level function for a method, where a program answers with a class as LeetCode asks for.

    Example:
        >>> print(with_alias("class Solution:\\n    def one(self):\\n        return 1", "one"))
        class Solution:
            def one(self):
                return 1
        <BLANKLINE>
        <BLANKLINE>
        def one(*args, **kwargs):
            return Solution().one(*args, **kwargs)
        <BLANKLINE>
    """
    tree = parse(program)
    holder = class_with_method(tree, name) if tree is not None and not defines(tree, name) else None
    if holder is None:
        return program
    call = f"return {holder.name}().{name}(*args, **kwargs)"
    return f"{program.rstrip()}\n\n\ndef {name}(*args, **kwargs):\n    {call}\n"


def joined(pieces: list[str]) -> str:
    """Join pieces of one program, with their `__future__` imports first, where Python wants them.

    Example:
        >>> joined(["import re", "from __future__ import annotations\\nx = re"])
        'from __future__ import annotations\\n\\nimport re\\n\\n\\nx = re'
    """
    if len(pieces) == 1:
        return pieces[0]
    futures: list[str] = []
    rest: list[str] = []
    for piece in pieces:
        tree = parse(piece)
        lines = piece.split("\n")
        for node in tree.body if tree is not None else []:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                futures.append(lines_of(lines, node))
                lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or node.lineno) - node.lineno + 1)
        rest.append("\n".join(lines).strip("\n"))
    return "\n\n".join(["\n".join(futures), "\n\n\n".join(rest)] if futures else ["\n\n\n".join(rest)])
