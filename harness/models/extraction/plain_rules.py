"""The simple extraction rules, which other harnesses use: kept to compare with, and to repeat published numbers."""

from __future__ import annotations

import re

from harness.errors import EnvironmentLacking
from harness.models.extraction.cleaning import clean_newlines
from harness.records import SampleKind, Task

_FENCED = re.compile(r"```[^\n`]*\n(.*?)(?:```|\Z)", re.DOTALL)


def as_is(text: str, task: Task, kind: SampleKind) -> str:
    """Take the text for the program, behind its prompt where it is a completion.

    Example:
        >>> as_is("    return 1", Task("Demo/0", "def one():\\n", "one", ""), "completion")
        'def one():\\n    return 1'
    """
    return task.prompt + text if kind == "completion" else text


def first_fence(text: str, task: Task, kind: SampleKind) -> str:
    """Take the first fenced block, whatever its language, or the text where there is none.

    Example:
        >>> first_fence("So:\\n```python\\nx = 1\\n```\\n```\\ny\\n```", Task("Demo/0", "", "one", ""), "raw")
        'x = 1\\n'
    """
    found = _FENCED.search(clean_newlines(text))
    return found[1] if found else as_is(text, task, kind)


def last_fence(text: str, task: Task, kind: SampleKind) -> str:
    """Take the last fenced block, whatever its language, or the text where there is none.

    Example:
        >>> last_fence("So:\\n```python\\nx = 1\\n```\\n```\\ny\\n```", Task("Demo/0", "", "one", ""), "raw")
        'y\\n'
    """
    found = _FENCED.findall(clean_newlines(text))
    return found[-1] if found else as_is(text, task, kind)


def evalplus_sanitized(text: str, task: Task, kind: SampleKind) -> str:
    """Run EvalPlus's own sanitizer, as `evalplus.sanitize` does: the longest stretch that parses, what it reaches.

    Its time grows with the square of the lines. Where it fails itself, the text stays as it is.

    Raises:
        EnvironmentLacking: The `evalplus` package cannot be imported.

    Example:
        >>> task = Task("Demo/0", "", "one", "")
        >>> evalplus_sanitized("So:\\n```python\\ndef one():\\n    return 1\\n```", task, "raw")
        'def one():\\n    return 1'
    """
    try:
        from evalplus.sanitize import sanitize
    except ImportError as error:
        raise EnvironmentLacking(
            f"the extraction rule 'evalplus' needs the evalplus package, which cannot be imported: {error}",
            hint="python -m pip install 'evalplus>=0.3.1'",
        ) from error
    program = f"{task.prompt}\n{text}" if kind == "completion" else text
    try:
        return str(sanitize(program, entrypoint=task.entry_point))
    except Exception:  # noqa: BLE001 - its parser raises what it likes on text that no encoding takes
        return program
