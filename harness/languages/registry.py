"""The definitions of languages by name: every module of `definitions` holds one, as `LANGUAGE`."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from harness.errors import InputError, nearest
from harness.languages import definitions
from harness.languages.language import Language


@functools.cache
def languages() -> dict[str, Language]:
    """Give every language that is defined, by name, in the order of the names.

    Example:
        >>> "js" in languages()
        True
    """
    found = [
        importlib.import_module(f"{definitions.__name__}.{module.name}").LANGUAGE
        for module in pkgutil.iter_modules(definitions.__path__)
    ]
    return {language.name: language for language in sorted(found, key=lambda language: language.name)}


def find(name: str) -> Language:
    """Give a language.

    Args:
        name: As in `multipl-e:js`.

    Raises:
        InputError: There is no such language.

    Example:
        >>> find("rs").title
        'Rust'
    """
    if name not in languages():
        raise InputError(f"no language named {name!r}", hint=nearest(name, languages()))
    return languages()[name]
