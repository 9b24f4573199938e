"""Where a verb's output goes: results to stdout, progress and errors to stderr, JSON without any decoration.

Texts that a model or a stranger's file wrote are made printable first: an escape sequence in a program must not move
the cursor, retitle the terminal or hide a line of the program it stands in.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sys
from collections.abc import Iterator

from rich.console import Console

# C0 and C1 controls but tab and newline, line separators, bidirectional overrides (which reorder what is shown), and
# lone surrogates, which have no UTF-8 form.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class OutputConsole(Console):
    """A console that lets the command itself end quietly when the reader of a pipe has gone."""

    def on_broken_pipe(self) -> None:
        """Pass the error on; rich would exit with 1, which says `done, but with infra errors`."""
        raise BrokenPipeError


def output() -> Console:
    """Give the console for results. Text is taken as it is: `[red]` in a program is no markup."""
    return OutputConsole(markup=False, emoji=False, highlight=False)


def messages() -> Console:
    """Give the console for progress and remarks, so that stdout holds results only."""
    return OutputConsole(stderr=True, markup=False, emoji=False, highlight=False)


class _RemarkHandler(logging.Handler):
    """Prints what the library logs, above a progress bar if there is one."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """Print one remark."""
        before = "warning: " if record.levelno >= logging.WARNING else ""
        self._console.print(before + printable(record.getMessage()), soft_wrap=True)


@contextlib.contextmanager
def remarks(console: Console) -> Iterator[None]:
    """Show what the harness logs while a verb works: that a run is resumed, that rows of a file were ignored.

    Args:
        console: Where to; the one that shows the progress, so that neither tears the other.
    """
    logger = logging.getLogger("harness")
    handler = _RemarkHandler(console)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def print_json(plain: object) -> None:
    """Write plain data as indented ASCII JSON to stdout.

    Args:
        plain: Dicts, lists and scalars.

    Example:
        >>> print_json({"runs": []})
        {
          "runs": []
        }
    """
    sys.stdout.write(json.dumps(plain, indent=2) + "\n")


def printable(text: str) -> str:
    r"""Show control characters as escapes, so that foreign text can not steer the terminal.

    Args:
        text: Any text; newlines and tabs stay.

    Example:
        >>> print(printable("print('\x1b[2J')\n"))
        print('\x1b[2J')
        <BLANKLINE>
    """
    return _UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)
