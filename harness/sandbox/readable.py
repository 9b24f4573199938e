"""What a sandboxed program may read: the interpreter, its standard library, shared libraries, scientific packages.

Installed packages are hidden as a whole, because some of them hold benchmarks with their solutions and tests; only the
packages named here are shown again. Nothing of the user's is readable: no home, no working folder, no data folder.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import NamedTuple

SHOWN_PACKAGES = (
    "numpy",
    "numpy.libs",
    "scipy",
    "scipy.libs",
    "pandas",
    "pandas.libs",
    "sympy",
    "mpmath",
    "networkx",
    "dateutil",
    "pytz",
    "tzdata",
    "six.py",
    "sortedcontainers",
    "regex",
)
"""Installed packages that a candidate may import, where they are installed. None of them holds benchmark data."""

_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/etc/passwd", "/etc/mime.types")
_LINKS = ("/lib", "/lib64", "/lib32")


class Readable(NamedTuple):
    """The readable part of the file tree, in two forms: folders with exceptions, and a plain allow-list."""

    folders: list[str]
    """Folders and files to show whole, but for what `hidden` names inside them."""
    hidden: list[str]
    """Package folders: empty as far as a sandboxed program can see, but for `packages`."""
    packages: list[str]
    links: list[tuple[str, str]]
    """Symbolic links (path, target text) that programs and the loader expect at the top of the file tree."""

    def allow_list(self) -> list[str]:
        """Give every path that may be read; none of them contains a hidden folder."""
        shown = {entry for folder in self.folders for entry in _without(folder, self.hidden)}
        return sorted(_outermost(shown | set(self.packages)))


def find_readable() -> Readable:
    """Work out what this machine's interpreter needs to read."""
    hidden = package_folders()
    import sysconfig  # the zygote has this module too, and needs none of it to start

    multiarch = sysconfig.get_config_var("MULTIARCH") or ""
    system = ["/usr/lib64", "/usr/lib32", "/usr/lib/locale", "/usr/share/zoneinfo", "/usr/local/lib"]
    system.append(f"/usr/lib/{multiarch}" if os.path.isdir(f"/usr/lib/{multiarch}") else "/usr/lib")
    # An environment's own "platstdlib" holds nothing but its packages.
    own = [path for path in map(sysconfig.get_path, ("stdlib", "platstdlib")) if path.startswith(sys.base_prefix)]
    if not sys.base_prefix.startswith("/usr"):
        own.append(os.path.join(sys.base_prefix, "lib"))
    top = [link for link in _LINKS if not os.path.islink(link)]
    folders = {os.path.realpath(path) for path in (*own, *system, *top, *_FILES) if path and os.path.exists(path)}
    packages = {
        os.path.realpath(path)
        for folder in hidden
        for name in SHOWN_PACKAGES
        if os.path.exists(path := os.path.join(folder, name))
    }
    links = [(path, os.readlink(path)) for path in _LINKS if os.path.islink(path)]
    return Readable(sorted(_outermost(folders)), hidden, sorted(packages), links)


def package_folders() -> list[str]:
    """Give every folder on this machine in which packages of this interpreter are installed."""
    import site
    import sysconfig

    found = [*site.getsitepackages(), site.getusersitepackages(), "/usr/lib/python3/dist-packages"]
    found += [sysconfig.get_path(name) for name in ("purelib", "platlib")]
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for prefix in (sys.base_prefix, sys.prefix, "/usr", "/usr/local"):
        found += [os.path.join(prefix, "lib", version, kind) for kind in ("site-packages", "dist-packages")]
    return sorted({os.path.realpath(path) for path in found if os.path.isdir(path)})


def _without(path: str, hidden: list[str]) -> Iterator[str]:
    if path in hidden:
        return
    if not any(folder.startswith(path + os.sep) for folder in hidden):
        yield path
        return
    for name in sorted(os.listdir(path)):
        child = os.path.join(path, name)
        if not os.path.islink(child):
            yield from _without(child, hidden)


def _outermost(paths: Iterable[str]) -> Iterator[str]:
    last = ""
    for path in sorted(paths):
        if not (last and path.startswith(last + os.sep)):
            last = path
            yield path
