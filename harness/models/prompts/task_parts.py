"""The parts of a task's prompt that presets name: description, shown tests, signature. Read by syntax, never run."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass

from harness.benchmarks.python_source import parse
from harness.records import Task


@dataclass(frozen=True)
class TaskParts:
    """What a preset may say of a task, beside the prompt itself."""

    description: str
    """The docstring's text: of the function, or of the module where the prompt is a docstring alone (MBPP)."""
    signature: str = ""
    """What stands between `def` and its colon; empty where the prompt gives no function."""
    tests: tuple[str, ...] = ()
    """The asserts that the prompt shows (MBPP)."""


def parts_of(task: Task) -> TaskParts:
    r"""Take a task's prompt apart.

    A prompt that is no Python, as of somebody's own benchmark, is its own description.

    Args:
        task: The task.

    Example:
        >>> parts_of(Task("Demo/0", 'def one() -> int:\n    "Give one."\n', "one", ""))
        TaskParts(description='Give one.', signature='one() -> int', tests=())
        >>> parts_of(Task("Demo/1", "'Give one.\\nassert one() == 1'", "one", ""))
        TaskParts(description='Give one.', signature='', tests=('assert one() == 1',))
    """
    try:
        tree = parse(task.prompt)
    except (SyntaxError, ValueError):
        return TaskParts(task.prompt.strip())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == task.entry_point:
            return TaskParts(_described(node), _signature(node, task.prompt))
    lines = (ast.get_docstring(tree, clean=False) or task.prompt).strip().split("\n")
    first = next((number for number, line in enumerate(lines) if line.startswith("assert")), len(lines))
    tests = "\n".join(lines[first:])
    return TaskParts("\n".join(lines[:first]).strip(), "", _asserts(tests))


def _described(function: ast.FunctionDef) -> str:
    """Give the first text that stands alone in a body: HumanEval/115 has an import in front of its docstring."""
    for node in function.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return inspect.cleandoc(node.value.value)
    return ""


def _signature(node: ast.FunctionDef, source: str) -> str:
    # As it is written, not as `ast.unparse` would: models saw the former.
    text = "\n".join(source.split("\n")[node.lineno - 1 :])
    head = text[text.index("def ") + len("def ") :]
    depth = 0
    for place, character in enumerate(head):
        depth += (character in "([{") - (character in ")]}")
        if character == ":" and not depth:
            return head[:place].strip()
    return ""


def _asserts(tests: str) -> tuple[str, ...]:
    """Split asserts, some of which go over several lines."""
    found: list[str] = []
    for line in tests.split("\n"):
        if line.startswith("assert") or not found:
            found.append(line)
        else:
            found[-1] += "\n" + line
    return tuple(text for text in found if text)
