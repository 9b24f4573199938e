"""One error tree, and the exit code that each branch ends the command with.

    FusevalError                 never raised itself
    |-- InputError               exit 2: a file, a row, a name or an option is wrong
    |-- EnvironmentLacking       exit 3: this machine cannot do it; the message says what is missing
    |   `-- SandboxTooWeak       exit 3: untrusted code would not be contained
    `-- WorkerLost               a sandbox or judge process died; the sample is tried again, then `infra_error`

A message says what was wrong and the value seen; `hint` holds the next thing to type.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class FusevalError(Exception):
    """Base of every error that is meant for the person at the terminal.

    Args:
        message: What was wrong, with the value seen.
        hint: The next command to type or the nearest valid value; empty when there is none.

    Example:
        >>> error = InputError("no benchmark named 'humanevl'", hint="did you mean 'humaneval'?")
        >>> str(error), error.hint, error.exit_code
        ("no benchmark named 'humanevl'", "did you mean 'humaneval'?", 2)
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class InputError(FusevalError):
    """A file, a row in it, a name or an option is wrong (exit code 2)."""

    exit_code = 2


class EnvironmentLacking(FusevalError):
    """This machine or installation cannot do what was asked (exit code 3)."""

    exit_code = 3


class SandboxTooWeak(EnvironmentLacking):
    """The isolation this machine gives is too weak for untrusted code (exit code 3)."""


class WorkerLost(FusevalError):
    """A sandbox or judge process ended while it had work; the caller starts another."""


def nearest(value: str, valid: Iterable[str]) -> str:
    """Give a hint that names the valid value closest to a misspelt one, or all of them.

    Args:
        value: What was typed.
        valid: The names that would have been accepted.

    Example:
        >>> nearest("humanevl", ["humaneval", "mbpp"])
        "did you mean 'humaneval'?"
        >>> nearest("zzz", ["b", "a"])
        'one of: a, b'
    """
    names = sorted(set(valid))
    close = difflib.get_close_matches(value, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    shown = ", ".join(names[:12])
    return f"one of: {shown}" + (f" and {len(names) - 12} more" if len(names) > 12 else "")
