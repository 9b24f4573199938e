"""Which programs are the same but for comments and layout, so that only one of them has to run.

Twenty answers to one task often differ in a comment or a blank line alone. Two programs are the same here when the
compiler makes the same code of them, docstrings included, and nothing in them looks at where it stands in the file.
"""

from __future__ import annotations

import hashlib
import marshal
import re
import types
import warnings

_LOOKS_AT_ITSELF = re.compile(r"lineno|_getframe|f_code|__code__|inspect|traceback|linecache|co_|warn|__file__|trace")
_LONGEST = 50_000
"""Characters up to which a program is compiled here; nobody writes longer ones by hand."""


def program_key(program: str) -> str:
    r"""Give a key that programs share which differ in comments and layout only.

    Args:
        program: Any text; nothing of it is executed.

    Returns:
        A short hash, of the compiled code where there is one, else of the text.

    Example:
        >>> program_key("x = 1  # one\n") == program_key("\n\nx = 1")
        True
        >>> program_key("x = 1") == program_key("x = 2")
        False
        >>> program_key("def f(: # a") == program_key("def f(: # b")
        False
    """
    content = program.encode("utf-8", "surrogatepass")
    if len(program) <= _LONGEST and not _LOOKS_AT_ITSELF.search(program):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                code = compile(program, "", "exec", dont_inherit=True)
            content = marshal.dumps(_without_positions(code), 2)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
            pass  # it runs as it is, and fails as it is
    return hashlib.sha256(content).hexdigest()[:32]


def _without_positions(code: types.CodeType) -> types.CodeType:
    constants = tuple(_without_positions(item) if isinstance(item, types.CodeType) else item for item in code.co_consts)
    return code.replace(co_consts=constants, co_linetable=b"", co_firstlineno=1)
