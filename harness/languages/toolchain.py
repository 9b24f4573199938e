"""What of a language's toolchain is on this machine: paths, versions, and the line that installs what is missing."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import EnvironmentLacking
from harness.languages.language import Language, Tool
from harness.sandbox.jail import is_reachable_by_others
from harness.sandbox.readable import Readable, find_readable

_MORE_FOLDERS = ("~/.cargo/bin", "/usr/local/bin", "/usr/bin", "/bin")
_LINKS = ("/bin", "/sbin")
_READ_BY_ALL = ("/etc/alternatives", "/etc/nsswitch.conf", "/etc/ssl/openssl.cnf")
_PROBE_SECONDS = 60


@dataclass(frozen=True)
class Toolchain:
    """A language's tools as they were found."""

    language: Language
    paths: dict[str, str]
    missing: list[str]
    version: str
    """The first line that the first tool says of itself, without its name; empty where it is missing."""

    @property
    def is_complete(self) -> bool:
        """Whether every tool is here."""
        return not self.missing

    def require(self) -> None:
        """Raise the error with the line that installs what is missing.

        Raises:
            EnvironmentLacking: A tool is not on this machine.
        """
        if self.missing:
            raise EnvironmentLacking(
                f"{self.language.title} programs can not be run here: {', '.join(self.missing)} not found",
                hint=install_line(self.language),
            )

    def words(self, command: Sequence[str], folder: str, cache: str = "") -> list[str]:
        """Give a command's words for the scratch folder that the program lies in.

        Args:
            command: As in a step of the language.
            folder: The scratch folder.
            cache: Where the language's shortcut is.
        """
        first, *others = command
        return [self.paths.get(first) or self._filled(first, folder, cache)] + [
            self._filled(word, folder, cache) for word in others
        ]

    def environment(self, folder: str, cache: str = "") -> dict[str, str]:
        """Give the environment that the commands get.

        Args:
            folder: The scratch folder.
            cache: Where the language's shortcut is; empty for none.
        """
        basic = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8"}
        own = dict(self.language.environment)
        if cache and self.language.shortcut:
            own |= self.language.shortcut.environment
        return {**basic, **{name: self._filled(text, folder, cache) for name, text in own.items()}}

    def readable(self, cache: str = "") -> Readable:
        """Give what the commands may read: the system's programs, without Python's packages, and the tools' own.

        Args:
            cache: Where the language's shortcut is; empty for none.
        """
        python = find_readable()
        wanted = [*python.folders, "/usr", *_READ_BY_ALL, *self.language.reads]
        wanted += [_home(path) for path in self.paths.values() if not path.startswith(("/usr/", "/bin/"))]
        folders = sorted({os.path.realpath(path) for path in wanted if os.path.exists(path)})
        links = [(path, os.readlink(path)) for path in _LINKS if os.path.islink(path)]
        links.append(("/dev/fd", "/proc/self/fd"))  # process substitution in a shell
        packages = python.packages
        if cache.startswith("/tmp/"):  # where programs write; the jail shows only such single folders there
            packages = sorted([*packages, cache])
        elif cache:
            folders = sorted([*folders, cache])
        return Readable(_outermost(folders), python.hidden, packages, [*python.links, *links])

    def private_tools(self) -> list[str]:
        """Give the tools that lie in a folder which not everybody may enter."""
        return [path for path in self.paths.values() if not is_reachable_by_others(path)]

    def _filled(self, word: str, folder: str, cache: str) -> str:
        def of(match: re.Match[str]) -> str:
            if match[1] in ("folder", "cache"):
                return folder if match[1] == "folder" else cache
            return f"{folder}/{self.language.source}" if match[1] == "source" else self.paths[match[1][len("tool:") :]]

        return re.sub(r"\{(folder|cache|source|tool:[^}]+)\}", of, word)


@functools.cache
def find_toolchain(language: Language) -> Toolchain:
    """Look for a language's tools and ask them their versions; the answer is kept as long as this process lives.

    Args:
        language: The language.

    Example:
        >>> from harness.languages import find
        >>> find_toolchain(find("sh")).is_complete
        True
    """
    paths, missing = {}, []
    for tool in language.shortcut.tools if language.shortcut else ():
        if place := _place(tool):
            paths[tool.name] = place
    for tool in language.tools:
        place = _place(tool)
        if place is None:
            missing.append(tool.name)
        else:
            paths[tool.name] = place
    first = language.tools[0]
    version = _version(paths[first.name], first.version) if first.name in paths else ""
    return Toolchain(language, paths, missing, version)


def install_line(language: Language) -> str:
    """Give the command that installs a language's toolchain on Debian and Ubuntu.

    Args:
        language: The language.

    Example:
        >>> from harness.languages import find
        >>> install_line(find("lua"))
        'sudo apt-get install lua5.3 lua-unit'
    """
    parts = []
    if "debian" in language.packages:
        parts.append(f"sudo apt-get install {language.packages['debian']}")
    if "npm" in language.packages:
        parts.append(f"sudo npm install --global {language.packages['npm']}")
    return " && ".join(parts) or f"no package of {language.title} is known; put its tools on PATH"


def _place(tool: Tool) -> str | None:
    if tool.files:
        return next((path for path in tool.files if os.path.exists(path)), None)
    folders = os.pathsep.join([os.environ.get("PATH", ""), *map(os.path.expanduser, _MORE_FOLDERS)])
    found = next(filter(None, (shutil.which(name, path=folders) for name in (tool.name, *tool.others))), None)
    if found and tool.prefix:  # a launcher that picks one of several versions
        prefix = _said(found, tool.prefix)
        inside = os.path.join(prefix.splitlines()[0], "bin", tool.name) if prefix else ""
        found = inside if os.path.exists(inside) else None
    if found is None or (tool.loads and not _said(found, tool.loads)):
        return None
    # Under /usr a name may be what the program goes by; elsewhere the file itself says which folders it needs.
    return found if found.startswith(("/usr/bin/", "/bin/")) else os.path.realpath(found)


def _said(path: str, arguments: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(
            [path, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PROBE_SECONDS,
            check=False,
            text=True,
            errors="replace",
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout.strip() or done.stderr.strip()) if done.returncode == 0 else ""


def _version(path: str, arguments: tuple[str, ...]) -> str:
    lines = _said(path, arguments).splitlines() if arguments else []
    return lines[0].strip() if lines else ""


def _home(path: str) -> str:
    """The folder that a tool outside the system's own needs: what holds its `bin`, or its own."""
    folder = os.path.dirname(path)
    return os.path.dirname(folder) if os.path.basename(folder) == "bin" else folder


def _outermost(folders: list[str]) -> list[str]:
    kept: list[str] = []
    for path in folders:
        if not kept or not path.startswith(kept[-1] + os.sep):
            kept.append(path)
    return kept
