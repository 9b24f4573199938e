"""A last statement behind the tests that says a word nobody could know: who ends with success before has not said it.

The word is in the program's text, which a program can read, so this tells an early exit from a pass; it does not stop
one that was written to deceive. No verdict depends on it. A statement uses what a program is not likely to redefine.
"""

from __future__ import annotations

from collections.abc import Callable

Ending = Callable[[str, str], str]
"""Takes a program and the word, and gives the program that says it at its end."""


def appended(statement: str) -> Ending:
    r"""Put a statement on a line of its own behind the program.

    Args:
        statement: With `WORD` where the word goes.

    Example:
        >>> appended("builtin echo WORD")("run_test", "abc")
        'run_test\nbuiltin echo abc\n'
    """
    return lambda program, word: f"{program}\n{statement.replace('WORD', word)}\n"


def before_braces(count: int, statement: str) -> Ending:
    r"""Put a statement before the last closing braces, which end the main function and what holds it.

    Args:
        count: Of the braces.
        statement: With `WORD` where the word goes.

    Example:
        >>> before_braces(1, "say(WORD);")("fn main() {\n    test();\n}\n", "abc")
        'fn main() {\n    test();\nsay(abc);}\n'
    """

    def ending(program: str, word: str) -> str:
        at = len(program)
        for _ in range(count):
            at = program.rfind("}", 0, at)
            if at < 0:
                return program
        return program[:at] + statement.replace("WORD", word) + program[at:]

    return ending


def around_last(call: str, wrapper: str) -> Ending:
    """Replace the opening of the last call of a function, where the tests themselves end the program with it.

    Args:
        call: The opening.
        wrapper: What comes in its place, with `WORD` where the word goes.

    Example:
        >>> around_last("exit(", "(say(WORD) or exit)(")("exit(run())", "abc")
        '(say(abc) or exit)(run())'
    """

    def ending(program: str, word: str) -> str:
        before, found, behind = program.rpartition(call)
        return f"{before}{wrapper.replace('WORD', word)}{behind}" if found else program

    return ending


def behind_php(program: str, word: str) -> str:
    """Let PHP print the word as text behind the end of its code.

    Args:
        program: The program.
        word: The word.

    Example:
        >>> behind_php("<?php test();?>", "abc")
        '<?php test();?>abc'
    """
    return program + word if program.rstrip().endswith("?>") else program
