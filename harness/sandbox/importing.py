"""What a sandboxed program's `import` finds: the standard library, the packages that are shown, its own files.

Where files are hidden by refusal (Landlock) and not by absence, Python would find a hidden package by its name and then
fail to read it, which no program that tries an import expects: it has to be an ImportError.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    PathFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from types import ModuleType

from harness.sandbox.readable import SHOWN_PACKAGES

_LOADERS = (
    (ExtensionFileLoader, EXTENSION_SUFFIXES),
    (SourceFileLoader, SOURCE_SUFFIXES),
    (SourcelessFileLoader, BYTECODE_SUFFIXES),
)
_SHOWN = {name.removesuffix(".py") for name in SHOWN_PACKAGES}


class _ShownOnly(FileFinder):
    """Finds in a package folder only what is shown."""

    def find_spec(self, fullname: str, target: ModuleType | None = None) -> ModuleSpec | None:
        return super().find_spec(fullname, target) if fullname in _SHOWN else None


def prepare(hidden: Sequence[str], scratch: str, own_folders: Sequence[str]) -> None:
    """Set the import path for programs. To be called before anything is imported for them.

    Args:
        hidden: The package folders.
        scratch: The folder of the program's own files, where `import` looks first.
        own_folders: Folders of the import path that are not for programs: the harness's own.
    """
    sys.path[:] = [scratch, *(folder for folder in sys.path if folder not in own_folders)]

    def hook(folder: str) -> _ShownOnly:
        if folder not in hidden:
            raise ImportError
        return _ShownOnly(folder, *_LOADERS)

    sys.path_hooks.insert(0, hook)
    sys.path_importer_cache.clear()
    # Landlock may let a folder's files be read and not the folder listed, so each finder takes its listing now; for a
    # name that is shown, else the package folders' do not look.
    PathFinder.find_spec("numpy", sys.path[1:])
