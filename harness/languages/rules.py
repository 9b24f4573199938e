"""From how a program ended to MultiPL-E's status: the texts and exit codes that its evaluator goes by.

A sample passed where the status is OK and the exit code 0; most other words only help to read. But some languages' test
libraries end with exit code 0 when a test has failed, and there the text decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

OfficialStatus = Literal["OK", "Exception", "SyntaxError", "AssertionError", "ReferenceError", "Timeout"]


@dataclass(frozen=True)
class Outcome:
    """How one command ended; signals are negative exit codes, as in the subprocess module."""

    exit_code: int
    stdout: str = ""
    stderr: str = ""


Rule = Callable[[Outcome], OfficialStatus]
"""How the end of a language's programs is read."""


def by_exit_code(outcome: Outcome) -> OfficialStatus:
    """Go by the exit code alone.

    Args:
        outcome: How the program ended.

    Example:
        >>> by_exit_code(Outcome(0)), by_exit_code(Outcome(-6))
        ('OK', 'Exception')
    """
    return "OK" if outcome.exit_code == 0 else "Exception"


def building(outcome: Outcome) -> OfficialStatus:
    """Read the end of a compiler: whatever it refuses is called a syntax error.

    Args:
        outcome: How the compiler ended.

    Example:
        >>> building(Outcome(1, stderr="error[E0308]: mismatched types"))
        'SyntaxError'
    """
    return "OK" if outcome.exit_code == 0 else "SyntaxError"


def with_syntax_error(text: str) -> Rule:
    """Make the rule of a language whose interpreter says `text`, in whatever stream, of a program it can not parse.

    Args:
        text: What it says.

    Example:
        >>> with_syntax_error("syntax error")(Outcome(2, stderr="line 1: syntax error near `}'"))
        'SyntaxError'
    """

    def rule(outcome: Outcome) -> OfficialStatus:
        if outcome.exit_code == 0:
            return "OK"
        return "SyntaxError" if text in outcome.stdout + outcome.stderr else "Exception"

    return rule


def javascript(outcome: Outcome) -> OfficialStatus:
    """Read node's end by the first name in its error text.

    Args:
        outcome: How it ended.

    Example:
        >>> javascript(Outcome(1, stderr="ReferenceError: x is not defined"))
        'ReferenceError'
    """
    if outcome.exit_code == 0:
        return "OK"
    if "ERR_ASSERTION" in outcome.stderr:
        return "AssertionError"
    if "SyntaxError" in outcome.stderr:
        return "SyntaxError"
    return "ReferenceError" if "ReferenceError" in outcome.stderr else "Exception"


def perl(outcome: Outcome) -> OfficialStatus:
    """Read perl's end, which failed too where it says ERROR anywhere.

    Args:
        outcome: How it ended.

    Example:
        >>> perl(Outcome(0, stdout="ok!ERROR"))
        'Exception'
    """
    if "ERROR" in outcome.stdout + outcome.stderr:
        return "Exception"
    return by_exit_code(outcome)


def racket(outcome: Outcome) -> OfficialStatus:
    """Read racket's end: rackunit ends with exit code 0 when a check failed, so any word on stderr is a failure.

    Args:
        outcome: How it ended.

    Example:
        >>> racket(Outcome(0, stderr="FAILURE")), racket(Outcome(1, stderr="x.rkt:3:1: read-syntax: expected a `)`"))
        ('Exception', 'SyntaxError')
    """
    if not outcome.stderr and outcome.exit_code == 0:
        return "OK"
    return "SyntaxError" if "read-syntax" in outcome.stderr else "Exception"


def go(outcome: Outcome) -> OfficialStatus:
    """Read `go test`, which says on stdout what it could not build.

    Args:
        outcome: How it ended.

    Example:
        >>> go(Outcome(2, stdout="FAIL\\tcommand-line-arguments [build failed]"))
        'SyntaxError'
    """
    if "[setup failed]" in outcome.stdout or "[build failed]" in outcome.stdout:
        return "SyntaxError"
    return "Exception" if "FAIL" in outcome.stdout else by_exit_code(outcome)


def csharp(outcome: Outcome) -> OfficialStatus:
    """Read mono's end, which exits with 0 when an assertion failed or an exception was not caught.

    Args:
        outcome: How it ended.

    Example:
        >>> csharp(Outcome(0, stderr="   at System.Diagnostics.DefaultTraceListener.Fail (System.String message)"))
        'Exception'
    """
    texts = ("System.Diagnostics.DefaultTraceListener.Fail", "Unhandled Exception")
    return "Exception" if any(text in outcome.stderr for text in texts) else by_exit_code(outcome)


def d(outcome: Outcome) -> OfficialStatus:
    """Read a program that was compiled and run at once.

    Args:
        outcome: How it ended.

    Example:
        >>> d(Outcome(1, stderr="program.d(4): Error: found `}` when expecting `;`"))
        'SyntaxError'
    """
    if outcome.exit_code == 0:
        return "OK"
    return "SyntaxError" if "Error:" in outcome.stderr else "Exception"


def any_stderr_is_syntax(outcome: Outcome) -> OfficialStatus:
    """Read the end of Ruby or Julia: a failure that says something on stderr counts as a syntax error there.

    Args:
        outcome: How it ended.

    Example:
        >>> any_stderr_is_syntax(Outcome(1, stderr="program.rb:3: syntax error"))
        'SyntaxError'
    """
    if outcome.exit_code == 0:
        return "OK"
    return "SyntaxError" if outcome.stderr else "Exception"


def quiet(outcome: Outcome) -> OfficialStatus:
    """Read Scala's end, which failed where there is any word on stderr.

    Args:
        outcome: How it ended.

    Example:
        >>> quiet(Outcome(0, stderr="warning"))
        'Exception'
    """
    return "OK" if outcome.exit_code == 0 and not outcome.stderr else "Exception"


def ocaml(outcome: Outcome) -> OfficialStatus:
    """Read OCaml's end by the exception it names.

    Args:
        outcome: How it ended.

    Example:
        >>> ocaml(Outcome(2, stderr="Exception: Assert_failure ..."))
        'AssertionError'
    """
    if outcome.exit_code == 0:
        return "OK"
    if "Assert_failure" in outcome.stderr:
        return "AssertionError"
    return "SyntaxError" if "Syntax error" in outcome.stderr else "Exception"


def clojure(outcome: Outcome) -> OfficialStatus:
    """Read Clojure's end, which has to say that nothing failed.

    Args:
        outcome: How it ended.

    Example:
        >>> clojure(Outcome(0, stdout="Ran 1 tests\\n1 failures, 0 errors.\\n"))
        'Exception'
    """
    if outcome.exit_code == 0 and "\n0 failures, 0 errors.\n" in outcome.stdout:
        return "OK"
    return "SyntaxError" if "Syntax error" in outcome.stderr else "Exception"
